// What is known of a distance after a transport problem was solved: an interval that holds in real arithmetic.
//
//   upper  the cost of a feasible plan         W1(a, b) ≤ Σ f c + ½ diam ‖(a − b) − (what f transports)‖₁
//   lower  the value of a feasible potential   W1(a, b) ≥ Σ_x φ(x) (a(x) − b(x)),  |φ(x) − φ(y)| ≤ c(x, y)
//
// each moved outwards by a bound of its rounding errors: u = 2⁻⁵³, table of costs within 4u relatively, sums of n terms
// within nu, normalised masses within (n + 1)u, so ‖a − b‖₁ is known to 2(n + 2)u.

import CLibraries
import PhaseSpace

/// A certified interval around a 1-Wasserstein distance.
public struct TransportDistance: Sendable, Hashable {
  /// The distance is at least this: the value of `potential`, rounded down.
  public let lower: Double
  /// The distance is at most this: the cost of a transport plan, rounded up.
  public let upper: Double
  /// φ, 1-Lipschitz for the ground metric (up to rounding), one value a cell: the Kantorovich potential.
  public let potential: [Double]
  /// Restricted graphs that were solved.
  public let rounds: Int
  /// Arcs of the last one; the complete graph has (N_q N_p)².
  public let arcs: Int
  /// Bytes computed for the largest allocation before it was made.
  public let bytes: Int

  /// Middle of the interval.
  public var value: Double { lower + 0.5 * (upper - lower) }
  /// upper − lower ≥ 0.
  public var gap: Double { upper - lower }

  /// Value of a dual feasible potential, less everything rounding may have added.
  static func lowerValue(_ potential: [Double], excess: [Double], diameter: Double) -> Double {
    let u = 0x1p-53
    let n = Double(potential.count)
    var (value, absolute, mass, size) = (0.0, 0.0, 0.0, 0.0)
    for (phi, d) in zip(potential, excess) {
      value += phi * d
      absolute += (phi * d).magnitude
      mass += d.magnitude
      size = .greatest(size, phi.magnitude)
    }
    let infeasibility = 2 * u * (4 * diameter + 2 * size) * mass
    let rounding = (n + 2) * u * absolute + 2 * (n + 2) * u * size
    return .greatest(0, (value - 1.01 * (infeasibility + rounding)).nextDown)
  }

  /// Cost of a plan that transports `moved` instead of `excess`, plus everything rounding may have removed.
  static func upperValue(cost: Double, terms: Int, excess: [Double], moved: [Double], diameter: Double)
    -> Double
  {
    let u = 0x1p-53
    let n = Double(excess.count)
    var difference = 2 * (n + 2) * u
    for (d, m) in zip(excess, moved) { difference += (d - m).magnitude }
    return (cost * (1 + 1.01 * (Double(terms) + 8) * u) + 0.5 * diameter * difference * (1 + 2 * n * u))
      .nextUp
  }
}
