// Gauss–Jacobi quadrature ∫_a^b (b − x)^p f dx ≈ Σ w_i f(x_i), exact for polynomials f of degree 2n − 1: for integrands that
// end at b like a fractional power. Nodes by Newton's method on P_n^{(p,0)}, found roots deflated; cost O(n³).

import Foundation

/// The nodes and weights of the n-point Gauss–Jacobi rule on an interval, in ascending order.
public struct GaussJacobi: Sendable {
  /// x_1 < … < x_n.
  public let nodes: [Double]
  /// w_1 … w_n: Σ w_i f(x_i) is ∫_a^b (b − x)^p f(x) dx for every polynomial f of degree ≤ 2n − 1.
  public let weights: [Double]

  /// - Parameter power: p > −1.
  /// - Precondition: `points` ≥ 1.
  public init(points n: Int, power p: Double, from a: Double = 0, to b: Double = 1) {
    precondition(n >= 1, "a quadrature rule has at least one point")
    precondition(p > -1, "an integrable power")
    let half = (b - a) / 2
    var roots: [Double] = []
    for i in 0..<n {
      var x = -cos(Double.pi * (Double(i) + 0.5) / Double(n))
      if let last = roots.last { x = (x + last) / 2 }
      for _ in 0..<100 {
        let (value, slope) = Self.polynomial(n, power: p, at: x)
        let deflation = roots.reduce(0) { $0 + 1 / (x - $1) }
        let step = value / (slope - value * deflation)
        x -= step
        if step.magnitude < 1e-15 { break }
      }
      roots.append(x)
    }
    // Not always found from left to right.
    roots.sort()
    nodes = roots.map { (a + b) / 2 + half * $0 }
    weights = roots.map { x in
      let slope = Self.polynomial(n, power: p, at: x).slope
      return pow(2 * half, p + 1) / ((1 - x) * (1 + x) * slope * slope)
    }
  }

  /// P_n^{(p,0)} and its derivative by the three-term recurrence.
  private static func polynomial(_ n: Int, power p: Double, at x: Double) -> (value: Double, slope: Double) {
    var (previous, value) = (1.0, (p + (p + 2) * x) / 2)
    var (previousSlope, slope) = (0.0, (p + 2) / 2)
    for k in 1..<max(1, n) {
      let k = Double(k)
      let (first, second) = (2 * k + p, 2 * k + p + 2)
      let scale = 2 * (k + 1) * (k + p + 1) * first
      let (constant, linear) = ((first + 1) * p * p, first * (first + 1) * second)
      let old = 2 * (k + p) * k * second
      let nextSlope =
        ((constant + linear * x) * slope + linear * value - old * previousSlope) / scale
      let next = ((constant + linear * x) * value - old * previous) / scale
      (previous, value) = (value, next)
      (previousSlope, slope) = (slope, nextSlope)
    }
    return (value, slope)
  }
}
