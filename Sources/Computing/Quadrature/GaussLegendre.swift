// Gauss–Legendre quadrature ∫_a^b f dx ≈ Σ w_i f(x_i), exact for polynomials of degree 2n − 1. Nodes by Newton's
// method on P_n to rounding (GSL's tables hold 1e-10 outside its tabulated sizes).

import Foundation

/// The nodes and weights of the n-point Gauss–Legendre rule on an interval, in ascending order.
public struct GaussLegendre: Sendable {
  /// x_1 < … < x_n.
  public let nodes: [Double]
  /// w_1 … w_n: Σ w_i f(x_i) is the integral of every polynomial f of degree ≤ 2n − 1.
  public let weights: [Double]

  /// - Precondition: `points` ≥ 1.
  public init(points n: Int, from a: Double = 0, to b: Double = 1) {
    precondition(n >= 1, "a quadrature rule has at least one point")
    var nodes = [Double](repeating: 0, count: n)
    var weights = nodes
    for i in 0..<n {
      var x = -cos(Double.pi * (Double(i) + 0.75) / (Double(n) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var previous = 0.0
        var value = 1.0
        for k in 1...n {
          (previous, value) = (value, (Double(2 * k - 1) * x * value - Double(k - 1) * previous) / Double(k))
        }
        slope = Double(n) * (x * value - previous) / (x * x - 1)
        let step = value / slope
        x -= step
        if step.magnitude < 1e-15 { break }
      }
      nodes[i] = (a + b) / 2 + (b - a) / 2 * x
      weights[i] = (b - a) / ((1 - x * x) * slope * slope)
    }
    self.nodes = nodes
    self.weights = weights
  }
}
