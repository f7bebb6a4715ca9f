// Where η comes from: for each pair (α,β) a table, built once per model.
//
// R^d. ∫V̂_{αβ}(η) κ(η·x) F(η) dη in polar coordinates η = rω about x̂, c = ω·x̂: the density of |η| is V̂(r)r^d, that
// of ω is |c|/A_d with A_d = ∫|c|dω = 2, 4, 2π. The table of |η| is in DysonTreesRadial.swift, M_{αβ} = A_d ∫|V̂_{αβ}| r^d dr.
//
// Torus. ∫V̂ is Σ_m v_m δ_{κm}; atom m ≠ 0 with probability |v_m||κm|/M by Walker's alias method (in Vose's form).
//
//     entry: threshold, alias, κm (three components), sign(v_m)/|κm|;     M_{αβ} = Σ_m |v_m||κm|
//
// Rates R_α = Σ_β ν_{αβ} M_{αβ}; β is chosen with probability ν_{αβ} M_{αβ}/R_α; ν_{αβ} = n_β, at finite N (N_β − δ_{αβ})/N.

import CLibraries
import Interaction
import PhaseSpace

/// The tables from which species and wave vectors of new particles are drawn.
struct TreeFrequencies: Sendable {
  /// Numbers of an entry of the torus; one of R^d has those of `TreeRadialTable`.
  static let atomLength = 6
  /// What a step of a tree rounds, relative to its weight.
  private static let rounding = 0x1p-50

  let isTorus: Bool
  /// R_α
  let rates: [Double]
  /// Cumulative probabilities of β given α, row-major; beyond 1 from the last interacting β on.
  let cumulative: [Double]
  /// At finite N N_β − δ_{αβ}, the partners that a particle of species α has, row-major; empty at N = ∞.
  let partners: [Double]
  /// At finite N where the probabilities of β given α start, and one over their width, row-major; empty at N = ∞.
  let starts: [Double]
  let inverseWidths: [Double]
  /// The numbers of all pairs. Those of (α,β), the same as of (β,α), start at `front[αS+β]`; a pair that does not
  /// interact has the one entry of zeros at the very front.
  let entries: [Double]
  let front: [Int]
  let entryCount: [Int]
  /// ε: the largest relative error of a pair's ∫|V̂||η|dη as the tables have it, and of a step's rounding. The mean over the trees
  /// of D_j is off by at most ((1 + ε)^j − 1) E|weight| sup|μ_0|.
  let error: Double

  /// How many numbers stand before `partners` in a block's copy of the tables.
  var numbersBeforePartners: Int { entries.count + 3 * rates.count + 2 * cumulative.count }

  /// Whether N is finite.
  var isFinite: Bool { !partners.isEmpty }

  /// Numbers of an entry.
  var entryLength: Int { isTorus ? Self.atomLength : TreeRadialTable.entryLength }

  init(_ model: Model) throws {
    let count = model.species.count
    isTorus = model.geometry.kappa != nil
    var entries = [Double](repeating: 0, count: TreeRadialTable.entryLength)
    var error = 0.0
    var first = [Int](repeating: 0, count: count * count)
    var counts = [Int](repeating: 1, count: count * count)
    var masses = [Double](repeating: 0, count: count * count)
    for alpha in 0..<count {
      for beta in 0..<count {
        let pair = alpha * count + beta
        if beta < alpha {
          let mirror = beta * count + alpha
          (first[pair], counts[pair], masses[pair]) = (first[mirror], counts[mirror], masses[mirror])
          continue
        }
        if isTorus {
          guard let table = try Self.aliasTable(model.potentials, alpha, beta) else { continue }
          (first[pair], counts[pair]) = (entries.count, table.entries.count / Self.atomLength)
          masses[pair] = table.mass
          entries += table.entries
        } else {
          guard let potential = model.potentials.density(alpha, beta),
            let table = try TreeRadialTable(potential, dimension: model.geometry.dimension)
          else { continue }
          (first[pair], counts[pair], masses[pair]) = (entries.count, table.count, table.mass)
          entries += table.numbers
          error = .greatest(error, table.error)
        }
      }
    }
    var rates: [Double] = []
    var cumulative: [Double] = []
    var (partners, starts, inverseWidths): ([Double], [Double], [Double]) = ([], [], [])
    let constants = InteractionConstants<Double>(model)
    for alpha in 0..<count {
      let parts = (0..<count).map { constants.partners(alpha, $0) * masses[alpha * count + $0] }
      let rate = parts.reduce(0, +)
      rates.append(rate)
      let last = parts.lastIndex { $0 > 0 } ?? 0
      var sum = 0.0
      for beta in 0..<count {
        let start = rate > 0 ? sum / rate : 0
        sum += parts[beta]
        cumulative.append(beta >= last ? 2 : sum / rate)
        if let particles = model.particles {
          partners.append(Double(particles[beta] - (alpha == beta ? 1 : 0)))
          starts.append(start)
          inverseWidths.append(1 / ((beta >= last ? 1 : sum / rate) - start))
        }
      }
    }
    self.rates = rates
    self.cumulative = cumulative
    self.partners = partners
    self.starts = starts
    self.inverseWidths = inverseWidths
    self.entries = entries
    front = first
    entryCount = counts
    self.error = error + Self.rounding
  }

  static func overflow(_ mass: Double) -> ArgumentError {
    ArgumentError(
      "potentials", expected: "∫|V̂||η|dη of a pair within Float64, from 1e-300 to 1e300", got: "\(mass)")
  }

  private static func aliasTable(_ potentials: PotentialMatrix, _ alpha: Int, _ beta: Int) throws
    -> (entries: [Double], mass: Double)?
  {
    guard let kappa = potentials.geometry.kappa else { return nil }
    let atoms = potentials.atoms(alpha, beta).filter { $0.mode != .zero && $0.coefficient != 0 }
    guard !atoms.isEmpty else { return nil }
    let vectors = atoms.map { $0.mode.vector * kappa }
    let masses = zip(atoms, vectors).map { $0.coefficient.magnitude * $1.norm }
    let total = masses.reduce(0, +)
    guard total.isFinite, (Double(atoms.count) / total).isFinite else { throw overflow(total) }
    var level = masses.map { $0 * Double(atoms.count) / total }
    var alias = Array(atoms.indices)
    var threshold = [Double](repeating: 1, count: atoms.count)
    var small = atoms.indices.filter { level[$0] < 1 }
    var large = atoms.indices.filter { level[$0] >= 1 }
    while let low = small.popLast(), let high = large.popLast() {
      threshold[low] = level[low]
      alias[low] = high
      level[high] -= 1 - level[low]
      if level[high] < 1 { small.append(high) } else { large.append(high) }
    }
    var entries: [Double] = []
    for (index, vector) in vectors.enumerated() {
      let sign: Double = atoms[index].coefficient < 0 ? -1 : 1
      entries += [
        threshold[index], Double(alias[index]), vector[0], vector[1], vector[2], sign / vector.norm,
      ]
    }
    return (entries, total)
  }
}
