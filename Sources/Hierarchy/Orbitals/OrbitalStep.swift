// One step of all marginals on shared orbitals, after Ceruti, Kusch and Lubich (BIT 62, 2022): enlarge the basis by what the right
// side wants, advance the cores in it, truncate. The cores move by Lawson's RK4 as full storage does, whose stages are whole grid
// points apart: in a basis that held everything the two would differ by rounding.
//
// A state has few orbitals, a step many: every derivative of it that Δt makes visible adds as many again. But those are small, and so
// are most entries of the cores (`GradedMultisets`). Basis and entries grow until what the four stages lose,
//
//     Σ b_i Δt (‖(1 − P)f(stage i)‖ + what is outside K),
//
// and the entries of the state that K leaves out make up at most half of the step's tolerance. Directions are those of (1 − P)Oφ_b with
// the weights that the cores feed them with, the most important ones first; each round takes the basis one power of Δt further. The
// other half is what truncation discards.

import CLibraries
import Interaction
import PhaseSpace

/// What a step did.
struct OrbitalStep {
  var state: OrbitalState
  /// Per order, over its norm: what the right side lost and what K left out, and what truncation discarded.
  let lost: [Double]
  let discarded: [Double]
  /// The most orbitals of each species while it was made.
  let widest: [Int]
}

extension OrbitalSystem {
  /// Rounds after which a step goes on with what it has; what is lost is counted.
  private static let mostRounds = 16
  /// Entries of the cores of one number of particles that a step may use; what more would hold is counted.
  static let mostEntries = 100_000

  /// Advances by Δt.
  /// - Parameters:
  ///   - tolerance: of the step, relative to ‖w^{o}‖.
  ///   - mostOrbitals: of each species while the step is made; what they do not hold is counted.
  func step(_ state: OrbitalState, tolerance: Double, mostOrbitals: Int, _ shapes: inout ShapeCache)
    -> OrbitalStep
  {
    let norms = state.norms(orders)
    let start = state.transported(orders, &shapes)
    var (basis, sizes) = (start.basis, start.sizes(orders, norms: norms))
    var (threshold, least, round) = (tolerance / 10, tolerance / 2, 1)
    while true {
      let sets = GradedMultisets(
        sizes: sizes, degree: degree, threshold: threshold, particles: model.particles, most: Self.mostEntries
      )
      let nodes = (0...2).map { node(basis, halfSteps: $0) }
      let (polynomials, outside) = start.graded(orders, sets, degree: rank)
      let stages = integrated(polynomials, sets, nodes, norms: norms)
      let shares = norms.map { $0 > 0 ? 1 / $0 : 0 }
      let lost = zip(stages.lost, shares).map { $0 * $1 }
      let cut = orders.indices.map { shares[$0] * (stages.cut[$0] + outside[$0]) }
      let (worst, worstCut) = (lost.largest() ?? 0, cut.largest() ?? 0)
      var grown = false
      if worst + worstCut > tolerance / 2, round < Self.mostRounds {
        if worstCut > tolerance / 8, sets.threshold == threshold {
          threshold *= Double.greatest(1.0 / 64, 0.5 * .least(1, tolerance / 8 / worstCut))
          grown = true
        }
        // What every marginal misses little of may still be too much of the worst.
        while worst > tolerance * 3 / 8, least > tolerance / 1e3 {
          let more = enlarged(basis, sizes, nodes, stages.missed, tolerance: least, mostOrbitals)
          if more.basis.map(\.count) != basis.map(\.count) {
            (basis, sizes, grown) = (more.basis, more.sizes, true)
            break
          }
          least /= 4
        }
      }
      round += 1
      if grown { continue }
      let (truncated, discarded) = sets.truncated(
        stages.polynomials, orders, basis, norms: norms, tolerance: tolerance / 2,
        most: mostKept(mostOrbitals),
        &shapes)
      return OrbitalStep(
        state: truncated, lost: zip(lost, cut).map { $0 + $1 }, discarded: discarded,
        widest: basis.map(\.count))
    }
  }

  /// Lawson's RK4 in a fixed basis: the polynomials after Δt, per order Σ b_i Δt ‖(1 − P)f_i‖ and Σ b_i Δt times what K cuts, and per
  /// node and species what was missed.
  private func integrated(
    _ start: [[Double]], _ sets: GradedMultisets, _ nodes: [OrbitalNode], norms: [Double]
  ) -> (polynomials: [[Double]], lost: [Double], cut: [Double], missed: [[[Double]]]) {
    let h = lattice.timeStep
    var (result, lost, cut) = (start, orders.map { _ in 0.0 }, orders.map { _ in 0.0 })
    var missed = nodes.map { _ in forces.indices.map { _ in [Double]() } }
    var stage = start
    for (halfSteps, weight, next) in [(2, 1.0 / 6, 0.5), (1, 1.0 / 3, 0.5), (1, 1.0 / 3, 1), (0, 1.0 / 6, 0)]
    {
      let k = rates(stage, sets, nodes[halfSteps], norms: norms)
      for number in orders.indices {
        lost[number] += weight * h * k.leaving[number]
        cut[number] += weight * h * k.cut[number]
      }
      for degree in result.indices {
        for i in result[degree].indices {
          result[degree][i] += weight * h * k.rates[degree][i]
          stage[degree][i] = start[degree][i] + next * h * k.rates[degree][i]
        }
      }
      let scale = weight * weight * h * h
      for species in forces.indices {
        if missed[halfSteps][species].isEmpty {
          missed[halfSteps][species] = k.missed[species].map { scale * $0 }
        } else {
          for i in k.missed[species].indices { missed[halfSteps][species][i] += scale * k.missed[species][i] }
        }
      }
    }
    return (result, lost, cut, missed)
  }

  /// The basis with the most important of the functions that were missed, until the rest weighs at most `tolerance` or there are
  /// `mostOrbitals`; and their sizes, what each is of a step.
  private func enlarged(
    _ basis: [OrbitalFunctions], _ sizes: [[Double]], _ nodes: [OrbitalNode], _ missed: [[[Double]]],
    tolerance: Double, _ mostOrbitals: Int
  ) -> (basis: [OrbitalFunctions], sizes: [[Double]]) {
    let allowed = tolerance * tolerance / Double(basis.count)
    var (larger, sizes) = (basis, sizes)
    for (species, functions) in basis.enumerated() where functions.count < mostOrbitals {
      var wanted: [Double] = []
      for (node, weights) in zip(nodes, missed) {
        let count = forces[species].count * functions.count
        let factor = PivotedCholesky.factor(
          weights[species], importance: node.leaving[species], order: count, remainder: allowed / 100)
        wanted += DenseRows.product(
          factor, count == 0 ? 0 : factor.count / count, count, node.outside[species])
      }
      let count = wanted.count / functions.length
      let (values, vectors) = GradedEigenproblem.solve(
        DenseRows.overlaps(wanted, count, wanted, count, factor: functions.cell), order: count)
      var (kept, tail) = (count, 0.0)
      while kept > 0, tail + Double.greatest(0, values[kept - 1]) <= allowed {
        kept -= 1
        tail += Double.greatest(0, values[kept])
      }
      kept = min(kept, max(0, mostOrbitals - functions.count))
      let directions = (0..<kept).flatMap { j in (0..<count).map { vectors[$0 * count + j] } }
      let added = DenseRows.product(directions, kept, count, wanted)
      for j in 0..<kept {
        let before = larger[species].count
        larger[species].append(
          orthonormalising: Array(added[(j * functions.length)..<((j + 1) * functions.length)]))
        guard larger[species].count > before else { continue }
        sizes[species].append(size(Double.greatest(0, values[j]).squareRoot()))
      }
    }
    return (larger, sizes)
  }

  /// σ of a new orbital, from the root of its mean square over stages and slots: the largest of them is more. Recollisions make two
  /// at once, so that an entry of both is of the order of either.
  private func size(_ amplitude: Double) -> Double {
    .least(1, 4 * (model.particles == nil ? amplitude : amplitude.squareRoot()))
  }
}

/// K = L Lᵀ of positive semidefinite matrices, the most important columns first.
enum PivotedCholesky {
  /// Lᵀ, row by row, until Σ_i (K − LLᵀ)_ii H_ii is at most `remainder`. Cost: (columns)² n flops.
  /// - Parameter importance: H, whose diagonal weighs that of K.
  static func factor(_ matrix: [Double], importance: [Double], order n: Int, remainder: Double) -> [Double] {
    var diagonal = (0..<n).map { matrix[$0 * n + $0] }
    let weight = (0..<n).map { Double.greatest(0, importance[$0 * n + $0]) }
    var rows: [Double] = []
    for column in 0..<n {
      let left = zip(diagonal, weight).map { Double.greatest(0, $0) * $1 }
      guard left.reduce(0, +) > remainder, let pivot = left.indices.max(by: { left[$0] < left[$1] }),
        left[pivot] > 0
      else { break }
      var row = (0..<n).map { matrix[pivot * n + $0] }
      for j in 0..<column {
        let factor = rows[j * n + pivot]
        for i in 0..<n { row[i] -= factor * rows[j * n + i] }
      }
      let root = diagonal[pivot].squareRoot()
      for i in 0..<n { row[i] /= root }
      for i in 0..<n { diagonal[i] -= row[i] * row[i] }
      diagonal[pivot] = 0
      rows += row
    }
    return rows
  }
}
