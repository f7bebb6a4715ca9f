// What RK4 leaves out in a step, with the basis and the entries that it was made on. Values and slopes at both ends give a cubic y(s), and
// Boole's rule the integral of the right side along it:
//
//     k_0 = f(y_0),  k_1 = f(y_1),   y(½) = ½(y_0 + y_1) + h/8 (k_0 − k_1),
//     y* = y_0 + h/90 (7k_0 + 32f(y(¼)) + 12f(y(½)) + 32f(y(¾)) + 7k_1).
//
// Both y_1 and y* are off in the order h⁵. Of how f depends on time y* has all to the order h⁶, where RK4 has Simpson's rule; along
// y' = iωy with z = ωh they are off by z⁵/120 and z⁵/720, so that ‖y* − y_1‖ is the error of y_1, or 5/6 of it; 5/4 of it is taken.

import CLibraries
import PhaseSpace

extension OrbitalSystem {
  /// 5/4 ‖y* − y_1‖ per order. Cost: five right sides, and the operators at two more times.
  /// - Throws: what the ranks throw.
  func errors(
    _ start: [[Double]], _ end: [[Double]], _ sets: GradedMultisets, _ nodes: [OrbitalNode],
    _ basis: [OrbitalFunctions], over h: Double
  ) throws -> [Double] {
    let (first, last) = (rightSide(start, sets, nodes[2]), rightSide(end, sets, nodes[0]))
    var sum = zip(first, last).map { zip($0, $1).map { 7 * $0 + 7 * $1 } }
    for (s, weight) in [(0.25, 32.0), (0.5, 12), (0.75, 32)] {
      let node =
        s == 0.5
        ? nodes[1]
        : try OrbitalNode(
          forces, basis, modes: modes,
          at: OrbitalInstant(lattice, before: (1 - s) * h, highest: highestComponent), blocks,
          withLeaving: false)
      // Hermite's cubic.
      let (a, b, c, d) = (
        (1 + 2 * s) * (1 - s) * (1 - s), s * s * (3 - 2 * s), s * (1 - s) * (1 - s), s * s * (s - 1)
      )
      var y = start
      for k in 1...rank {
        for i in y[k].indices {
          y[k][i] = a * start[k][i] + b * end[k][i] + h * (c * first[k][i] + d * last[k][i])
        }
      }
      let rate = rightSide(y, sets, node)
      for k in 1...rank { for i in sum[k].indices { sum[k][i] += weight * rate[k][i] } }
    }
    var difference = start
    for k in 1...rank {
      for i in difference[k].indices { difference[k][i] += h / 90 * sum[k][i] - end[k][i] }
    }
    return orders.map { 1.25 * sets.squaredNorm(difference[$0.rank], $0).squareRoot() }
  }

  /// The right side inside basis and entries.
  private func rightSide(_ p: [[Double]], _ sets: GradedMultisets, _ node: OrbitalNode) -> [[Double]] {
    var nothing = OrbitalReach(sets, orbitals: sets.ranks.map { 0..<$0 }, rank: rank)
    return rates(
      p, sets, node, norms: orders.map { _ in 0 }, weight: 0, least: 0, &nothing, withLosses: false
    ).rates
  }
}
