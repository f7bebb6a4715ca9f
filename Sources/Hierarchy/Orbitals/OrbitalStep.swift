// One step of all marginals on shared orbitals, after Ceruti, Kusch and Lubich (BIT 62, 2022): enlarge the basis by what the right
// side wants, advance the cores in it, truncate. The cores move by Lawson's RK4 as full storage does, whose stages are whole grid
// points apart: in a basis that held everything the two would differ by rounding.
//
// A state has few orbitals, a step many: every derivative of it that Δt makes visible adds as many again. But those are small, and
// most entries of the cores over them do not count. Basis and entries (`GradedMultisets`) start from those of the state and grow until
// what the four stages lose,
//
//     Σ b_i Δt (‖(1 − P)f(stage i)‖ + what is outside K),
//
// and the entries of the state that K leaves out make up at most three fifths of the step's tolerance. Directions are those of (1 − P)Oφ_b with
// the weights that the cores feed them with, the most important ones first; entries are those that the right side adds most to
// (`OrbitalReach`). Each round takes both one power of Δt further. Truncation discards what is left of the tolerance.

import CLibraries
import Interaction
import PhaseSpace

/// What a step did.
struct OrbitalStep {
  var state: OrbitalState
  /// Per order, over its norm: the error of the integration in time where Δξ is chosen (OrbitalStep+Error.swift); else none is
  /// estimated, and it is that of a flow on the same lattice.
  let error: [Double]
  /// Per order, over its norm: what the right side lost and what K left out, and what truncation discarded.
  let lost: [Double]
  let discarded: [Double]
  /// The most orbitals of each species while it was made.
  let widest: [Int]
}

extension OrbitalSystem {
  /// Rounds after which a step goes on with what it has; what is lost is counted.
  private static let mostRounds = 16

  /// Advances by a length of time.
  /// - Parameters:
  ///   - tolerance: of the step, relative to ‖w^{o}‖.
  ///   - mostOrbitals: of each species while the step is made; what they do not hold is counted.
  /// - Throws: what the ranks throw.
  func step(
    _ state: OrbitalState, over length: Double, tolerance: Double, mostOrbitals: Int,
    _ shapes: inout ShapeCache
  ) throws -> OrbitalStep {
    let norms = state.norms(orders)
    let start = state.transported(over: length, orders, &shapes, workers)
    let instants = (0...2).map {
      OrbitalInstant(lattice, before: Double($0) * length / 2, highest: highestComponent)
    }
    let shares = norms.map { $0 > 0 ? 1 / $0 : 0 }
    var names = start.names(
      orders, norms: norms, omitting: tolerance / 32, degree: degree, most: mostEntries)
    var basis = start.basis
    var nodes = try instants.map { try node(basis, at: $0) }
    var (closing, least, round) = (tolerance / length / 10, tolerance / 2, 1)
    var (before, cutBefore) = (Double.infinity, Double.infinity)
    while true {
      let smallest =
        degree == rank
        ? 0
        : names.close(
          degree: degree, threshold: closing, particles: model.particles)
      let sets = GradedMultisets(names, ranks: basis.map(\.count), pairs: closure.pairs, workers)
      let (polynomials, outside) = start.graded(orders, sets, degree: rank)
      let stages = integrated(polynomials, sets, nodes, over: length, norms: norms, closing: smallest)
      let lost = zip(stages.lost, shares).map { $0 * $1 }
      let closed = zip(stages.closing, shares).map { $0 * $1 }
      let cut = orders.indices.map { shares[$0] * (stages.cut[$0] + outside[$0]) + closed[$0] }
      let (worst, worstCut) = (lost.largest() ?? 0, cut.largest() ?? 0)
      var grown = false
      if worst + worstCut > 0.6 * tolerance, round < Self.mostRounds {
        if degree > rank {
          sets.measure(
            [stages.last, stages.polynomials], degrees: [1, 2, rank - 1, rank], norms: norms, number: number,
            in: &names)
        }
        // What every marginal misses little of may still be too much of the worst.
        let isStuck =
          worst > 0.9 * before && zip(basis, forces).contains { $0.count >= mostOrbitals && $1.count > 0 }
        while worst > tolerance * 3 / 8, !isStuck, least > tolerance / 1e3 {
          // Near the end in one go: what is left falls as what is allowed.
          if worst < 100 * tolerance {
            least = .least(least, 0.6 * tolerance / 4 * rootMeanSquare(stages.missed, nodes) / worst)
          }
          let larger = try enlarged(basis, nodes, stages.missed, tolerance: least, mostOrbitals)
          let old = basis.map(\.count)
          if larger.map(\.count) != old {
            let overlaps = try nodes[0].overlaps(of: larger, from: old, blocks)
            let reach = reached(overlaps, from: old, stages.last, sets, nodes[0], over: length)
            _ = name(reach, in: &names, sets, isNew: true, norms, tolerance)
            (basis, grown) = (larger, true)
            nodes = []
            nodes = try instants.map { try node(basis, at: $0) }
            break
          }
          least /= 4
        }
        // Where there is no room for more entries, others of as little weight take turns.
        let isFull = worstCut > 0.9 * cutBefore && names.isFull
        if grown || worstCut > tolerance / 5, !isFull {
          if name(stages.reach, in: &names, sets, isNew: false, norms, tolerance) { grown = true }
        }
        if let worst = closed.largest(), worst > tolerance / 12, smallest <= closing {
          closing *= Double.greatest(1.0 / 64, 0.5 * .least(1, tolerance / 12 / worst))
          grown = true
        }
      }
      (round, before, cutBefore) = (round + 1, worst, worstCut)
      if grown { continue }
      let (truncated, discarded) = sets.truncated(
        stages.polynomials, orders, basis, norms: norms,
        tolerance: tolerance - .least(worst + worstCut, 0.6 * tolerance),
        most: mostKept(mostOrbitals), &shapes, workers)
      let error =
        lattice.hasWholeShifts
        ? [] : try errors(polynomials, stages.polynomials, sets, nodes, basis, over: length)
      return OrbitalStep(
        state: truncated,
        error: zip(error, shares).map { $0 * $1 },
        lost: zip(lost, cut).map { $0 + $1 }, discarded: discarded,
        widest: basis.map(\.count))
    }
  }

  /// What was missed, as `enlarged` adds it up.
  private func rootMeanSquare(_ missed: [[[Double]]], _ nodes: [OrbitalNode]) -> Double {
    var sum = 0.0
    for (weights, node) in zip(missed, nodes) {
      for (weights, leaving) in zip(weights, node.leaving) {
        sum += zip(weights, leaving).reduce(0.0) { $0 + $1.0 * $1.1 }
      }
    }
    return Double.greatest(0, sum).squareRoot()
  }

  /// Adds the entries that count to K: what is left out may be an eighth of the tolerance, half of that here.
  private func name(
    _ reach: OrbitalReach, in names: inout MultisetNames, _ sets: GradedMultisets, isNew: Bool,
    _ norms: [Double], _ tolerance: Double
  ) -> Bool {
    reach.name(
      in: &names, sets, isNew: isNew, norms: norms, number: number,
      leaving: tolerance / 8 / Double(forces.count))
  }

  /// What four stages make of a state.
  private struct Stages {
    /// After Δt.
    var polynomials: [[Double]]
    /// At the last stage.
    var last: [[Double]]
    /// Per order Σ b_i Δt ‖(1 − P)f_i‖, Σ b_i Δt times what K cuts, and times what the closed polynomial lacks.
    var lost: [Double]
    var cut: [Double]
    var closing: [Double]
    /// Per node and species what was missed.
    var missed: [[[Double]]]
    var reach: OrbitalReach
  }

  /// Lawson's RK4 in a fixed basis.
  private func integrated(
    _ start: [[Double]], _ sets: GradedMultisets, _ nodes: [OrbitalNode], over h: Double, norms: [Double],
    closing: Double
  ) -> Stages {
    let nothing = orders.map { _ in 0.0 }
    var result = Stages(
      polynomials: start, last: start, lost: nothing, cut: nothing, closing: nothing,
      missed: nodes.map { _ in forces.indices.map { _ in [Double]() } },
      reach: OrbitalReach(sets, orbitals: sets.ranks.map { 0..<$0 }, rank: rank))
    for (halfSteps, weight, next) in [(2, 1.0 / 6, 0.5), (1, 1.0 / 3, 0.5), (1, 1.0 / 3, 1), (0, 1.0 / 6, 0)]
    {
      let k = rates(
        result.last, sets, nodes[halfSteps], norms: norms, weight: weight * h, least: closing, &result.reach)
      for number in orders.indices {
        result.lost[number] += weight * h * k.leaving[number]
        result.cut[number] += weight * h * k.cut[number]
        result.closing[number] += weight * h * k.closing[number]
      }
      for degree in result.polynomials.indices {
        for i in result.polynomials[degree].indices {
          result.polynomials[degree][i] += weight * h * k.rates[degree][i]
          if next > 0 { result.last[degree][i] = start[degree][i] + next * h * k.rates[degree][i] }
        }
      }
      let scale = weight * weight * h * h
      for species in forces.indices {
        if result.missed[halfSteps][species].isEmpty {
          result.missed[halfSteps][species] = k.missed[species].map { scale * $0 }
        } else {
          for i in k.missed[species].indices {
            result.missed[halfSteps][species][i] += scale * k.missed[species][i]
          }
        }
      }
    }
    return result
  }

  /// The basis with the most important of the functions that were missed, until the rest weighs at most `tolerance` or there are
  /// `mostOrbitals`.
  /// - Throws: what the ranks throw.
  private func enlarged(
    _ basis: [OrbitalFunctions], _ nodes: [OrbitalNode], _ missed: [[[Double]]], tolerance: Double,
    _ mostOrbitals: Int
  ) throws -> [OrbitalFunctions] {
    let allowed = tolerance * tolerance / Double(basis.count)
    var larger = basis
    for (species, functions) in basis.enumerated() where functions.count < mostOrbitals {
      let width = forces[species].count * functions.count
      guard width > 0 else { continue }
      let factors = zip(nodes, missed).map { node, weights in
        PivotedCholesky.factor(
          weights[species], importance: node.leaving[species], order: width, remainder: allowed / 100)
      }
      let count = factors.reduce(0) { $0 + $1.count / width }
      // As large as what they are made of, and kept where that is.
      @Sendable func made(_ place: Int, _ rows: Range<Int>) -> [Double] {
        zip(nodes, factors).flatMap { node, factor in
          DenseRows.product(
            factor, factor.count / width, width, node.outside(species, place: place, rows: rows))
        }
      }
      let known = blocks.keeps(width: count, species: species) ? blocks.map(made) : nil
      @Sendable func wanted(_ place: Int, _ rows: Range<Int>) -> [Double] {
        known?[place] ?? made(place, rows)
      }
      let grams = try blocks.sum(count * count) { place, rows in
        let wanted = wanted(place, rows)
        return DenseRows.overlaps(wanted, count, wanted, count, factor: functions.cell)
      }
      let (values, vectors) = GradedEigenproblem.solve(grams, order: count)
      var (kept, tail) = (count, 0.0)
      while kept > 0, tail + Double.greatest(0, values[kept - 1]) <= allowed {
        kept -= 1
        tail += Double.greatest(0, values[kept])
      }
      kept = min(kept, max(0, mostOrbitals - functions.count))
      let directions = (0..<kept).flatMap { j in (0..<count).map { vectors[$0 * count + j] } }
      let added = blocks.map { [kept] place, rows in
        DenseRows.product(directions, kept, count, wanted(place, rows))
      }
      larger[species].append(
        orthonormalising: try blocks.whole(added, count: kept, species: species).values)
    }
    return larger
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
