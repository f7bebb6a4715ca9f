// The errors of μ̄, D_j, S_L and Δ_L at one point and time, from the records of three lattices. See `DysonRemainder`.

import Numerics
import Vlasov

/// The three lattices' records at one time.
struct DysonBudget {
  let base: DysonRecord
  let fine: DysonRecord
  let wide: DysonRecord
  /// n_max of the wide lattice.
  let modes: Int
  /// m_V
  let reach: Int

  /// - Parameters:
  ///   - point: index of the point.
  ///   - neighbours: those of its neighbours.
  ///   - highest: its highest mode.
  ///   - particles: how many it has.
  ///   - tail: what drifts in from beyond the wide window does to a value of the solution.
  ///   - isSheltered: whether nothing from beyond the wide window reaches the point.
  ///   - descent: how much of what is wrong beyond the modes comes down to the point.
  func errors(
    point: Int, neighbours: [Int], highest: Int, particles: Int, tail: Double, isSheltered: Bool,
    descent: Double
  ) -> DysonErrors {
    guard let present = base.samples.indices.contains(point) ? base.samples[point] : nil else {
      return DysonErrors(exact: .nan, terms: [], partialSums: [], remainders: [])
    }
    // Where a difference crosses zero the error need not: the largest of the last moments, and half of what it is close by.
    var largest = largestChange(at: point)
    for neighbour in neighbours {
      largest = largest.combined(largestChange(at: neighbour)) { .greatest($0, $1 / 2) }
    }
    let unseen = unseen(
      terms: present.terms.count, highest: highest, particles: particles, tail: isSheltered ? 0 : tail,
      edge: isSheltered ? 0 : 1, descent: descent)
    // Of single terms and sums of them several changes may cancel: twice what was observed fell short by 2.5 against enclosures.
    let observed = DysonErrors(
      exact: 2 * largest.exact, terms: largest.terms.map { 5 * $0 },
      partialSums: largest.partialSums.map { 5 * $0 }, remainders: largest.remainders.map { 2 * $0 })
    return observed.combined(Self.rounding(present), +).combined(unseen, +)
  }

  /// The changes at a point, the largest of the last moments.
  private func largestChange(at point: Int) -> DysonErrors {
    let changes = zip(base.moments, zip(fine.moments, wide.moments)).map { base, others in
      let values = base.samples[point].values
      return values.distances(to: others.0.samples[point].values).combined(
        values.distances(to: others.1.samples[point].values), +
      ).combined(values.distances(to: base.samples[point].coarseValues), +)
    }
    return changes.dropFirst().reduce(changes[0]) { $0.combined($1, Double.greatest) }
  }

  /// What no difference of the lattices shows: what the wide one does not hold either, and momenta that the grid does not tell
  /// from others, which may be any.
  ///
  /// D_0 is the data. To come down from beyond n_max to the modes of the point takes more than (n_max − n)/m_V forces, and
  /// D_j has j of them.
  ///
  /// - Parameter edge: 0 where nothing from beyond the window reaches the point, else 1.
  private func unseen(
    terms count: Int, highest: Int, particles: Int, tail: Double, edge factor: Double, descent: Double
  )
    -> DysonErrors
  {
    let (one, two) = (base.truncation, wide.truncation)
    // A figure that is at least halved by the wide lattice shows in twice the difference.
    func rest(_ base: Double, _ wide: Double) -> Double { wide <= base / 2 ? 0 : wide }
    let aliased = one.between <= TruncationMeasure.limit ? 0 : 2 * one.between
    let exact =
      Double(particles)
      * (factor * rest(one.edge, two.edge) + descent * (rest(one.top, two.top) + two.beyond) + aliased)
      + tail
    var (edge, top, size) = (0.0, 0.0, 1.0)
    let terms = (0..<count).map { order in
      edge = .greatest(edge, factor * rest(one.edges[order], two.edges[order]))
      top = .greatest(top, rest(one.tops[order], two.tops[order]))
      size = .greatest(size, two.sizes[order])
      let modes = highest + order * reach > modes ? descent * (top + two.beyond) : 0
      let drifting = order == 0 || tail == 0 ? 0 : tail * .pow(size, particles)
      return Double(particles) * (edge + modes + aliased * size) + drifting
    }
    return DysonErrors(terms: terms, exact: exact)
  }

  /// 64 ε of what was added up.
  private static func rounding(_ sample: DysonSample) -> DysonErrors {
    let unit = 64 * Double.ulpOfOne
    let sizes = sample.terms.map(\.length)
    let all = unit * sizes.reduce(sample.exact.length, +)
    let terms = sizes.indices.map { unit * (sizes[$0] + ($0 > 0 ? sizes[$0 - 1] : 0)) }
    let errors = DysonErrors(terms: terms, exact: all)
    return DysonErrors(
      exact: all, terms: terms, partialSums: errors.partialSums, remainders: sizes.dropLast().map { _ in all }
    )
  }
}

extension DysonErrors {
  /// From those of the terms and of the solution: their sums.
  init(terms: [Double], exact: Double) {
    var sum = 0.0
    let partialSums = terms.dropLast().map { error in
      sum += error
      return sum
    }
    self.init(
      exact: exact, terms: terms, partialSums: partialSums, remainders: partialSums.map { $0 + exact })
  }
}
