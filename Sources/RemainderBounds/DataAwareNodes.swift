// One particle's factor of the data-aware bound by nodes: e^{f(θ)} is an exponential of numbers at each θ = 2πk/K, and
//
//     [e^{ir·θ}] e_q = K^{−d} Σ_k cos(r·θ_k) e_q(θ_k)   for |r| < K − q max|m|,
//
// as b(θ) = b(−θ): potentials are real, and the leaf weights those of real functions. The sums over k cancel, so this is for numbers
// that know their error.

import PhaseSpace

/// b_α at the nodes. Cost of a factor: K^d/2 exponentials of J²/2 products each, in place of a product of all pairs of modes.
struct DataAwareNodes<Numbers: SeriesNumbers>: Sendable {
  private let orders: Int
  /// K
  private let side: Int
  /// The axes that potentials act along.
  private let axes: [Int]
  /// cos 2πk/K
  private let cosines: Numbers
  /// k, one of each ±k, and 1 or 2.
  private let nodes: [(k: ModeIndex, count: Int)]
  /// Of each species [node][order].
  private let b: [Numbers]
  /// The largest |r_a| that has no alias.
  private let reach: Int

  /// nil where the numbers do not know what a difference has lost, or nodes are more than a few for each mode.
  init?(_ b: [ModeSeries<Numbers>], _ system: TreeSystem<Numbers.Scalar>) {
    guard let support = b.first?.support else { return nil }
    let orders = support.orders
    let axes = (0..<3).filter { system.reach[$0] > 0 }
    let furthest = orders * system.reach.maximumNorm
    let reach = 2 * (system.leaves.joined().map(\.mode.maximumNorm).max() ?? 0) + 1
    let side = furthest + reach + 1
    guard !axes.isEmpty, side < 100_000, let cosines = Numbers.cosines(side),
      Double(side).pow(axes.count) < Double(8 * support.modes.count)
    else { return nil }
    var nodes: [(k: ModeIndex, count: Int)] = []
    var indices = [ModeIndex.zero]
    for axis in axes {
      indices = indices.flatMap { index in
        (0..<side).map { k in
          var index = index
          index[axis] = k
          return index
        }
      }
    }
    let opposite = { (k: ModeIndex) in
      axes.reduce(into: ModeIndex.zero) { $0[$1] = (side - k[$1]) % side }
    }
    let key = { (k: ModeIndex) in axes.reduce(0) { $0 * side + k[$1] } }
    for k in indices where key(k) <= key(opposite(k)) { nodes.append((k, k == opposite(k) ? 1 : 2)) }
    (self.orders, self.axes, self.side, self.cosines, self.nodes, self.reach) = (
      orders, axes, side, cosines, nodes, reach
    )
    self.b = b.map { series in
      let values = Numbers(zeros: nodes.count * (orders + 1))
      for (node, entry) in nodes.enumerated() {
        for (place, mode) in support.modes.enumerated() {
          let cosine = Self.phase(mode, entry.k, axes, side)
          for j in max(1, support.first[place])..<max(1, support.first[place], orders + 1) {
            series.accumulate(place, j, times: cosines, cosine, into: values, node * (orders + 1) + j)
          }
        }
      }
      return values
    }
  }

  /// n·k modulo K
  private static func phase(_ n: ModeIndex, _ k: ModeIndex, _ axes: [Int], _ side: Int) -> Int {
    let sum = axes.reduce(0) { ($0 + n[$1] % side * k[$1]) % side }
    return sum < 0 ? sum + side : sum
  }

  /// [λ^0], …, [λ^J] of Σ_l w_l [e^{ir_l·θ}] exp Σ_j λ^j factor_j b_{α,j}; nil where an r has an alias.
  ///
  /// - Parameter factors: j factor_j, j = 1 … J.
  func factor(_ species: Int, factors: Numbers, rests: [(mode: ModeIndex, weight: Numbers.Scalar)])
    -> Numbers?
  {
    guard rests.allSatisfy({ rest in axes.allSatisfy { abs(rest.mode[$0]) <= reach } }) else { return nil }
    let weights = Numbers(rests.map(\.weight))
    let result = Numbers(zeros: orders + 1)
    let (x, e) = (Numbers(zeros: orders + 1), Numbers(zeros: orders + 1))
    let share = Numbers(zeros: 1)
    e[0] = Numbers.Scalar(1)
    for (node, entry) in nodes.enumerated() {
      for q in 1..<(orders + 1) {
        x.setProduct(q, b[species], node * (orders + 1) + q, factors, q - 1)
        e.setZero(q)
        e.addConvolution(q, x, from: 1, e, backFrom: q - 1, count: q)
        e.divide(q, by: q)
      }
      share.setZero(0)
      for (l, rest) in rests.enumerated() {
        share.addConvolution(
          0, weights, from: l, cosines, backFrom: Self.phase(rest.mode, entry.k, axes, side), count: 1)
      }
      share.multiply(0, by: entry.count)
      for q in 0..<orders + 1 { result.addConvolution(q, e, from: q, share, backFrom: 0, count: 1) }
    }
    let count = axes.reduce(1) { count, _ in count * side }
    for q in 0..<orders + 1 { result.divide(q, by: count) }
    return result
  }
}

extension Double {
  fileprivate func pow(_ n: Int) -> Double { (0..<n).reduce(1) { power, _ in power * self } }
}
