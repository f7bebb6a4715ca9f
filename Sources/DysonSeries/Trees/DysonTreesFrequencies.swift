// Where η comes from: for each pair (α,β) a table of entries of six numbers, built once per model.
//
// R^d. ∫V̂_{αβ}(η) κ(η·x) F(η) dη in polar coordinates η = rω about x̂, c = ω·x̂: the density of |η| is V̂(r)r^d, that
// of ω is |c|/A_d with A_d = ∫|c|dω = 2, 4, 2π. [0,B] is cut into K cells of about equal ∫|V̂|r^d dr; a cell is chosen
// with probability 1/K and r = r_k + sΔr uniformly in it. The remaining factor A_d K Δr V̂(r)r^d/M (≈ ±1) is a cubic in
// s through the four Gauss points of the cell: its integral is that of V̂ r^d to eighth order.
//
//     entry: r_k, Δr, and the four coefficients of the cubic;     M_{αβ} = A_d ∫|V̂_{αβ}| r^d dr
//
// Torus. ∫V̂ is Σ_m v_m δ_{κm}; atom m ≠ 0 with probability |v_m||κm|/M by Walker's alias method (in Vose's form).
//
//     entry: threshold, alias, κm (three components), sign(v_m)/|κm|;     M_{αβ} = Σ_m |v_m||κm|
//
// Rates R_α = Σ_β n_β M_{αβ}; β is chosen with probability n_β M_{αβ}/R_α.

import CLibraries
import Interaction
import PhaseSpace

/// The tables from which species and wave vectors of new particles are drawn.
struct TreeFrequencies: Sendable {
  static let entryLength = 6
  /// Cells of [0,B] on R^d.
  static let cells = 256

  let isTorus: Bool
  /// R_α
  let rates: [Double]
  /// Cumulative probabilities of β given α, row-major; beyond 1 from the last interacting β on.
  let cumulative: [Double]
  /// All entries of all pairs. Those of (α,β), the same as of (β,α), start at
  /// number `firstEntry[αS+β]`; a pair that does not interact has the one entry of zeros at the front.
  let entries: [Double]
  let firstEntry: [Int]
  let entryCount: [Int]

  init(_ model: Model) throws {
    let count = model.species.count
    isTorus = model.geometry.kappa != nil
    var entries = [Double](repeating: 0, count: Self.entryLength)
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
        let table =
          try isTorus
          ? Self.aliasTable(model.potentials, alpha, beta)
          : Self.radialTable(model.potentials, alpha, beta)
        guard let table else { continue }
        first[pair] = entries.count / Self.entryLength
        counts[pair] = table.entries.count / Self.entryLength
        masses[pair] = table.mass
        entries += table.entries
      }
    }
    var rates: [Double] = []
    var cumulative: [Double] = []
    for alpha in 0..<count {
      let parts = (0..<count).map { model.fractions[$0] * masses[alpha * count + $0] }
      let rate = parts.reduce(0, +)
      rates.append(rate)
      let last = parts.lastIndex { $0 > 0 } ?? 0
      var sum = 0.0
      for beta in 0..<count {
        sum += parts[beta]
        cumulative.append(beta >= last ? 2 : sum / rate)
      }
    }
    self.rates = rates
    self.cumulative = cumulative
    self.entries = entries
    firstEntry = first
    entryCount = counts
  }

  private static func radialTable(_ potentials: PotentialMatrix, _ alpha: Int, _ beta: Int) throws
    -> (entries: [Double], mass: Double)?
  {
    guard let potential = potentials.density(alpha, beta) else { return nil }
    let d = potentials.geometry.dimension
    let solidAngle = [2, 4, 2 * Double.pi][d - 1]
    let density = { (r: Double) -> Double in
      let transform: Double = potential.transform(radius: r)
      return solidAngle * transform * Double.pow(r, d)
    }
    let breaks = potential.smoothnessBreaks()
    var pieces: [(edges: [Double], cumulative: [Double])] = []
    for (start, end) in zip(breaks, breaks.dropFirst()) {
      let fine = 16 * cells
      let width = (end - start) / Double(fine)
      var cumulative = [0.0]
      for i in 0..<fine {
        cumulative.append(cumulative[i] + width * density(start + (Double(i) + 0.5) * width).magnitude)
      }
      pieces.append(((0...fine).map { start + Double($0) * width }, cumulative))
    }
    let estimate = pieces.reduce(0) { $0 + $1.cumulative[$1.cumulative.count - 1] }
    guard estimate.isFinite else { throw overflow(estimate) }
    guard estimate > 0 else { return nil }

    // Edges of the cells, then V̂r^d at the Gauss points of each.
    let gauss = GaussLegendre(points: 4)
    var intervals: [(start: Double, width: Double, values: [Double])] = []
    var mass = 0.0
    for (edges, cumulative) in pieces {
      let total = cumulative[cumulative.count - 1]
      guard total > 0 else { continue }
      let count = max(8, Int((Double(cells) * total / estimate).rounded()))
      var position = 0
      var start = edges[0]
      for k in 1...count {
        let level = total * Double(k) / Double(count)
        while position < cumulative.count - 2, cumulative[position + 1] < level { position += 1 }
        let step = cumulative[position + 1] - cumulative[position]
        let part = step > 0 ? min(1, (level - cumulative[position]) / step) : 1
        let end =
          k == count
          ? edges[edges.count - 1] : edges[position] + part * (edges[position + 1] - edges[position])
        let values = gauss.nodes.map { density(start + $0 * (end - start)) }
        for (value, weight) in zip(values, gauss.weights) { mass += weight * (end - start) * value.magnitude }
        intervals.append((start, end - start, values))
        start = end
      }
    }
    guard mass.isFinite, mass > 0, intervals.allSatisfy({ ($0.width / mass).isFinite }) else {
      throw overflow(mass)
    }
    var entries: [Double] = []
    for interval in intervals {
      let scale = Double(intervals.count) * interval.width / mass
      let cubic = interpolatingPolynomial(gauss.nodes, interval.values.map { $0 * scale })
      entries += [interval.start, interval.width] + cubic
    }
    return (entries, mass)
  }

  /// Coefficients of the polynomial through these points, lowest first (Newton's form, expanded).
  private static func interpolatingPolynomial(_ nodes: [Double], _ values: [Double]) -> [Double] {
    var divided = values
    for level in 1..<nodes.count {
      for i in stride(from: nodes.count - 1, through: level, by: -1) {
        divided[i] = (divided[i] - divided[i - 1]) / (nodes[i] - nodes[i - level])
      }
    }
    var coefficients = [Double](repeating: 0, count: nodes.count)
    for i in stride(from: nodes.count - 1, through: 0, by: -1) {
      for power in stride(from: nodes.count - 1, through: 1, by: -1) {
        coefficients[power] = coefficients[power - 1] - nodes[i] * coefficients[power]
      }
      coefficients[0] = divided[i] - nodes[i] * coefficients[0]
    }
    return coefficients
  }

  private static func overflow(_ mass: Double) -> ArgumentError {
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
