// What a truncated hierarchy still owes to a true one, and whether it is still physical: the highest cumulant that is kept,
// the laws that hold without truncation, and positivity.

import CLibraries
import Interaction
import PhaseSpace

/// The closure report of one time.
public struct ClosureReport: Sendable, Codable {
  /// max |c^{(k,ℓ)}|, k+ℓ = R, of the cumulants of the normalised marginals: what the next rank feels.
  public let highestCumulant: Double
  /// max |w^{(k,ℓ)+β}(…; 0, 0) − c w^{(k,ℓ)}|, c = n_β, at finite N (N_β − k_β)/N (Lemma 2.1(4)).
  public let contractionDefect: Double
  /// max |w^{(k,ℓ)}(0) − its mass| over the mass.
  public let massDefect: Double
  /// Exchange inside a species, where the storage does not force it.
  public let symmetryDefect: Double
  /// w(−ξ,−η) = conj w(ξ,η), where the storage does not force it.
  public let realityDefect: Double
  /// Σ_α ∫ p m^α per axis (of (2π)^{−d} ∫).
  public let momentum: [Double]
  /// Σ_α ∫ |p|²/2m_α m^α.
  public let kineticEnergy: Double
  /// ½ Σ_{αβ} Σ_m v_{αβ,m} w^{αβ}(0,κm; 0,−κm).
  public let potentialEnergy: Double
  /// max |w^{(k,ℓ)}| / mass; above 1 no nonnegative measure has this characteristic function.
  public let largestRatio: Double
  /// The least and the greatest value of the reconstructed densities m^α(q,p), d = 1 only.
  public let densityRange: ClosedRange<Double>?
  /// What the outermost modes and the outer quarter of the ξ window bring to those densities: a value below zero by less
  /// may be the ringing of what the lattice cuts off.
  public let densityRinging: Double?
  /// What is unphysical, in words; empty when nothing is.
  public let violations: [String]

  /// Kinetic and potential energy.
  public var energy: Double { kineticEnergy + potentialEnergy }

  /// Whether every figure is a number; the cumulants are not asked, which a marginal of mass zero does not have.
  var isFinite: Bool {
    let single = [
      contractionDefect, massDefect, symmetryDefect, realityDefect, energy, largestRatio,
    ]
    return (single + momentum).allSatisfy(\.isFinite)
  }
}

extension TruncatedHierarchy {
  /// The closure report at the present time.
  ///
  /// Derivatives at ξ = 0 are eighth-order differences on the grid. `densityRange` is the inverse Fourier transform over the
  /// window. A violation is reported when it exceeds `tolerance` times the scale of the quantity, for the densities beyond
  /// what the lattice itself makes ring.
  /// - Throws: `NumericalFailure` when a figure is not finite; `MemoryError`, `ArgumentError` from the transform.
  public func report(tolerance: Double = 1e-6) throws -> ClosureReport {
    let ratio = largestRatio()
    let density = try lattice.dimension == 1 ? densityRange() : nil
    var violations: [String] = []
    if !(ratio <= 1 + tolerance) {
      violations.append("|w| exceeds the mass by a factor of \(ratio): no nonnegative measure has it")
    }
    if let (range, ringing) = density {
      let scale = Double.greatest(range.upperBound.magnitude, range.lowerBound.magnitude)
      // The Wigner function of a positive operator may be negative: only the classical density may not.
      if model.kernel.hbar == nil, range.lowerBound < -tolerance * scale - ringing {
        violations.append(
          "a one-particle density reaches \(range.lowerBound) < 0 (ringing explains \(ringing))")
      }
    }
    let (momentum, kinetic) = moments()
    let report = ClosureReport(
      highestCumulant: highestCumulant(), contractionDefect: contractionDefect(), massDefect: massDefect(),
      symmetryDefect: selfMapDefect(mirrored: false), realityDefect: selfMapDefect(mirrored: true),
      momentum: momentum, kineticEnergy: kinetic, potentialEnergy: potentialEnergy(), largestRatio: ratio,
      densityRange: density?.range, densityRinging: density?.ringing, violations: violations)
    guard report.isFinite else {
      throw NumericalFailure(in: "the closure report at t = \(time)", "a figure that is not finite")
    }
    return report
  }

  private func slots(_ row: TruncatedHierarchyLayout.Row) -> [Int] { layout.orders[row.order].slots }

  private func size(_ row: TruncatedHierarchyLayout.Row) -> Int {
    slots(row).reduce(1) { $0 * lattice.pointCount($1) }
  }

  /// Calls `body` with the leading grid points (centred) and the number of every line of a row.
  private func forEachLine(
    _ row: TruncatedHierarchyLayout.Row, _ body: (UnsafePointer<Int>, Int) -> Void
  ) {
    let counts = slots(row).dropLast().map { lattice.pointCount($0) }
    var centred = [Int](repeating: 0, count: max(1, counts.count))
    for line in 0..<counts.reduce(1, *) {
      var rest = line
      for slot in stride(from: counts.count - 1, through: 0, by: -1) {
        centred[slot] = rest % counts[slot] - counts[slot] / 2
        rest /= counts[slot]
      }
      centred.withUnsafeBufferPointer { body($0.baseAddress!, line) }
    }
  }

  private func highestCumulant() -> Double {
    let plan = TruncatedHierarchyPlan.cumulants(model: model, layout: layout, rank: rank)
    let program = TruncatedHierarchyProgram(plan, layout: layout, kernel: model.kernel)
    let widest = lattice.masses.indices.map { lattice.pointCount($0) }.max() ?? 1
    var scratch = [Double](repeating: 0, count: 2 * widest)
    var prepared = [Double](repeating: 0, count: program.preparedCount)
    let workspace = program.makeWorkspace()
    defer { workspace.deallocate() }
    var largest = 0.0
    for (number, row) in layout.rows.enumerated() where row.modes.count == rank {
      let points = lattice.pointCount(slots(row)[rank - 1])
      prepared.withUnsafeMutableBufferPointer { prepared in
        guard let prepared = prepared.baseAddress else { return }
        program.prepare(row: number, points: points, from: current, in: prepared)
        program.forgetLines(in: workspace)
        forEachLine(row) { g, _ in
          scratch.withUnsafeMutableBufferPointer { buffer in
            let k = buffer.baseAddress!
            program.evaluate(
              row: number, at: g, points: points, from: current, prepared: prepared, into: k, in: workspace)
            for i in 0..<points {
              let square = k[i] * k[i] + k[points + i] * k[points + i]
              largest = .greatest(largest, square)
            }
          }
        }
      }
    }
    return largest.squareRoot()
  }

  private func contractionDefect() -> Double {
    var largest = 0.0
    for row in layout.rows where row.modes.count < rank {
      let order = layout.orders[row.order]
      let species = slots(row)
      let points = lattice.pointCount(species[species.count - 1])
      for beta in model.species.indices {
        let extended = order.adding(beta)
        let modes = row.modes.map { lattice.mode(at: $0) } + [.zero]
        guard let read = layout.read(species: species + [beta], modes: modes) else { continue }
        let mass = masses.mass(of: order)
        let factor = mass == 0 ? 0 : masses.mass(of: extended) / mass
        let stride = read.strides[species.count - 1]
        forEachLine(row) { g, line in
          var start = read.base - stride * (points / 2)
          for slot in 0..<(species.count - 1) { start += read.strides[slot] * g[slot] }
          let own = current + row.offset + 2 * points * line
          for i in 0..<points {
            let at = start + stride * i
            let x = current[at] - factor * own[i]
            let y = Double(read.sign) * current[at + read.imaginaryOffset] - factor * own[points + i]
            let square = x * x + y * y
            largest = .greatest(largest, square)
          }
        }
      }
    }
    return largest.squareRoot()
  }

  private func massDefect() -> Double {
    var largest = 0.0
    for order in layout.orders {
      let zero = [ModeIndex](repeating: .zero, count: order.rank)
      let mass = masses.mass(of: order)
      let difference = (value(species: order.slots, modes: zero, points: zero) - .init(mass)).length
      // A marginal of more particles than there are has the mass 0, exactly.
      let defect = difference == 0 ? 0 : difference / mass
      largest = .greatest(largest, defect)
    }
    return largest
  }

  private func largestRatio() -> Double {
    var largest = 0.0
    for row in layout.rows {
      let species = slots(row)
      let points = lattice.pointCount(species[species.count - 1])
      let mass = masses.mass(of: layout.orders[row.order])
      var square = 0.0
      for line in 0..<(size(row) / points) {
        let w = current + row.offset + 2 * points * line
        for i in 0..<points {
          let length = w[i] * w[i] + w[points + i] * w[points + i]
          square = .greatest(square, length)
        }
      }
      let ratio = square == 0 ? 0 : square.squareRoot() / mass
      largest = .greatest(largest, ratio)
    }
    return largest
  }

  /// The rows that exchange (or exchange and reality) maps to themselves: how far the values are from being mapped too.
  private func selfMapDefect(mirrored: Bool) -> Double {
    var largest = 0.0
    let top = lattice.modeCount - 1
    for row in layout.rows {
      let species = slots(row)
      let images = mirrored ? row.modes.map { top - $0 } : row.modes
      for permutation in Self.permutations(of: species.count) {
        let isIdentity = permutation == Array(species.indices)
        guard !isIdentity || mirrored, permutation.map({ species[$0] }) == species,
          permutation.map({ images[$0] }) == row.modes
        else { continue }
        var strides = [Int](repeating: 0, count: species.count)
        var stride = 1
        for slot in species.indices.reversed() {
          strides[slot] = stride
          stride *= lattice.pointCount(species[slot]) * (slot == species.count - 1 ? 2 : 1)
        }
        let points = lattice.pointCount(species[species.count - 1])
        let sign = mirrored ? -1 : 1
        let centre = species.indices.reduce(0) { $0 + strides[$1] * (lattice.pointCount(species[$1]) / 2) }
        let image = permutation.map { strides[$0] * sign }
        // The partner of the particle in slot s stands in slot π(s).
        forEachLine(row) { g, line in
          let own = current + row.offset + 2 * points * line
          var start = row.offset + centre - image[species.count - 1] * (points / 2)
          for slot in 0..<(species.count - 1) { start += image[slot] * g[slot] }
          for i in 0..<points {
            let at = start + image[species.count - 1] * i
            let x = own[i] - current[at]
            let y = own[points + i] - Double(sign) * current[at + points]
            let square = x * x + y * y
            largest = .greatest(largest, square)
          }
        }
      }
    }
    return largest.squareRoot()
  }

  private static func permutations(of n: Int) -> [[Int]] {
    n == 0
      ? [[]]
      : permutations(of: n - 1).flatMap { shorter in
        (0...shorter.count).map { place in
          var longer = shorter
          longer.insert(n - 1, at: place)
          return longer
        }
      }
  }

  /// (Σ_α −i∇_ξ w^α(0,0), Σ_α −∇²_ξ w^α(0,0)/2m_α).
  private func moments() -> ([Double], Double) {
    // Eighth-order central differences; fewer points in a narrow window.
    let first = [4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280]
    let second = [8.0 / 5, -1.0 / 5, 8.0 / 315, -1.0 / 560]
    var momentum = [Double](repeating: 0, count: lattice.dimension)
    var kinetic = 0.0
    for species in model.species.indices {
      let h = lattice.spacing(species)
      let centre = value(species: [species], modes: [.zero], points: [.zero])
      for axis in 0..<lattice.dimension {
        var (slope, curvature) = (0.0, -205.0 / 72 * centre.real)
        for (index, weight) in first.enumerated() {
          var point = ModeIndex.zero
          point[axis] = index + 1
          let right = value(species: [species], modes: [.zero], points: [point])
          let left = value(species: [species], modes: [.zero], points: [point.negated])
          slope += weight * (right.imaginary - left.imaginary)
          curvature += second[index] * (right.real + left.real)
        }
        momentum[axis] += slope / h
        kinetic -= curvature / (h * h) / (2 * lattice.masses[species])
      }
    }
    return (momentum, kinetic)
  }

  private func potentialEnergy() -> Double {
    var energy = 0.0
    for alpha in model.species.indices {
      for beta in model.species.indices {
        for atom in model.potentials.atoms(alpha, beta) {
          let modes = [atom.mode, atom.mode.negated]
          let pair: Double
          if rank >= 2 {
            pair = value(species: [alpha, beta], modes: modes, points: [.zero, .zero]).real
          } else {
            // Rank 1 knows no correlations; its closure decides what a pair is.
            let terms = closure.terms(particles: 2)
            let product =
              value(species: [alpha], modes: [modes[0]], points: [.zero])
              * value(species: [beta], modes: [modes[1]], points: [.zero])
            let order = MarginalOrder(
              model.species.indices.map { ($0 == alpha ? 1 : 0) + ($0 == beta ? 1 : 0) })
            let share = masses.ratio(of: order, to: [[0], [1]], species: [alpha, beta])
            pair = terms.reduce(0) { $0 + $1.coefficient } * share * product.real
          }
          energy += 0.5 * atom.coefficient * pair
        }
      }
    }
    return energy
  }
}
