// One step of all marginals on shared orbitals, after Ceruti, Kusch and Lubich (BIT 62, 2022): enlarge the basis by what the right
// side wants, advance the cores in it, truncate. The cores move by Lawson's RK4 as full storage does, whose stages are whole grid
// points apart: in a basis that held everything the two would differ by rounding.
//
// The basis is enlarged until what the four stages lose, Σ b_i Δt ‖(1 − P)f(stage i)‖, is half of the step's tolerance: directions are
// those of (1 − P)Oφ_b with the weights that the cores feed them with, the most important ones first. Each round takes the basis one
// power of Δt further. The other half is what truncation discards.

import CLibraries
import Interaction
import PhaseSpace

/// What a step did.
struct OrbitalStep {
  var state: OrbitalState
  /// Per order, over its norm: what the right side lost, and what truncation discarded.
  let lost: [Double]
  let discarded: [Double]
  /// The most orbitals of each species while it was made.
  let widest: [Int]
}

extension OrbitalSystem {
  /// Rounds after which a step goes on with what it has; what is lost is counted.
  private static let mostRounds = 16

  /// Advances by Δt.
  /// - Parameters:
  ///   - tolerance: of the step, relative to ‖w^{o}‖.
  ///   - mostOrbitals: of each species while the step is made; what they do not hold is counted.
  func step(_ state: OrbitalState, tolerance: Double, mostOrbitals: Int, _ shapes: inout ShapeCache)
    -> OrbitalStep
  {
    let norms = state.norms(orders)
    var start = state.transported(orders, &shapes)
    var end = start
    var (lost, least) = (orders.map { _ in 0.0 }, tolerance)
    for round in 0..<Self.mostRounds {
      let nodes = (0...2).map { node(start.basis, halfSteps: $0) }
      let stages = integrated(start, nodes, norms: norms)
      end = OrbitalState(basis: start.basis, cores: stages.cores, shape: start.shape)
      lost = zip(stages.lost, norms).map { $1 > 0 ? $0 / $1 : 0 }
      let worst = lost.reduce(0) { Double.greatest($0, $1) }
      guard worst > tolerance / 2, round + 1 < Self.mostRounds else { break }
      var larger = start.basis
      // What every marginal misses little of may still be too much of the worst.
      while larger.map(\.count) == start.ranks, least > tolerance / 1e3 {
        larger = enlarged(start.basis, nodes, stages.missed, tolerance: least, mostOrbitals)
        if larger.map(\.count) == start.ranks { least /= 4 }
      }
      guard larger.map(\.count) != start.ranks else { break }
      start = start.padded(larger, orders, &shapes)
    }
    let (truncated, discarded) = end.truncated(orders, norms: norms, tolerance: tolerance / 2, &shapes)
    return OrbitalStep(state: truncated, lost: lost, discarded: discarded, widest: end.ranks)
  }

  /// Lawson's RK4 in a fixed basis: the cores after Δt, Σ b_i Δt ‖(1 − P)f_i‖ per order, and per node and species what was missed.
  private func integrated(_ state: OrbitalState, _ nodes: [OrbitalNode], norms: [Double]) -> (
    cores: [[Double]], lost: [Double], missed: [[[Double]]]
  ) {
    let h = lattice.timeStep
    var (result, lost) = (state.cores, orders.map { _ in 0.0 })
    var missed = nodes.map { _ in forces.indices.map { _ in [Double]() } }
    var stage = state.cores
    for (halfSteps, weight, next) in [(2, 1.0 / 6, 0.5), (1, 1.0 / 3, 0.5), (1, 1.0 / 3, 1), (0, 1.0 / 6, 0)]
    {
      let k = rates(stage, state.shape, nodes[halfSteps], norms: norms)
      for number in orders.indices {
        lost[number] += weight * h * k.leaving[number]
        for i in result[number].indices {
          result[number][i] += weight * h * k.rates[number][i]
          stage[number][i] = state.cores[number][i] + next * h * k.rates[number][i]
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
    return (result, lost, missed)
  }

  /// The basis with the most important of the functions that were missed, until the rest weighs at most `tolerance` or there are
  /// `mostOrbitals`.
  private func enlarged(
    _ basis: [OrbitalFunctions], _ nodes: [OrbitalNode], _ missed: [[[Double]]], tolerance: Double,
    _ mostOrbitals: Int
  ) -> [OrbitalFunctions] {
    let allowed = tolerance * tolerance / Double(basis.count)
    return basis.enumerated().map { species, functions in
      guard functions.count < mostOrbitals else { return functions }
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
      var larger = functions
      let directions = (0..<kept).flatMap { j in (0..<count).map { vectors[$0 * count + j] } }
      larger.append(orthonormalising: DenseRows.product(directions, kept, count, wanted))
      return larger
    }
  }

  /// Bytes of the cores in all stages, the tables, the images of the orbitals and what one right side holds; nil on overflow.
  func bytes(ranks: [Int]) -> Int? {
    func size(_ order: MarginalOrder) -> Int? {
      zip(order.counts, ranks).reduce(1) { Memory.product($0, Multisets.count($1.1, $1.0)) }
    }
    let cores = Memory.sum(orders.map { Memory.product(size($0), 8) })
    let closing = Memory.sum(
      MarginalOrder.all(ofRank: degree, speciesCount: ranks.count).map { Memory.product(size($0), 3 * 8) })
    let operators = forces.map(\.count).max() ?? 0
    let widest = ranks.max() ?? 1
    // The largest of the arrays ∂_b B_O, twice, and the fields.
    let fed = Memory.largest(orders.map { Memory.product(size($0), operators, widest, 4 * 8) })
    let images = Memory.sum(
      zip(lattice.masses.indices, ranks).map { species, rank in
        Memory.product(
          2 * 8 * lattice.elementCount(species), rank, Memory.sum(Memory.product(6, operators), 8))
      })
    return Memory.sum(
      Memory.product(6, cores), closing, fed, images,
      Memory.sum(ranks.map { Multisets.bytes(variables: $0, degree: degree) }))
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
