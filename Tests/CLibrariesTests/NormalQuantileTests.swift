import CLibraries
import Foundation
import Testing

@Suite("Normal quantiles")
struct NormalQuantileTests {
  /// ∫_0^x e^{−t²/2} dt/√2π by Gauss–Legendre rules on intervals of length ½ or less.
  private func integral(to x: Double) -> Double {
    let pieces = max(1, Int((2 * x.magnitude).rounded(.up)))
    var sum = 0.0
    for piece in 0..<pieces {
      let ends = [piece, piece + 1].map { x * Double($0) / Double(pieces) }
      let rule = GaussLegendre(points: 16, from: ends[0], to: ends[1])
      for (t, weight) in zip(rule.nodes, rule.weights) { sum += weight * exp(-t * t / 2) }
    }
    return sum / sqrt(2 * Double.pi)
  }

  @Test("the integral of the density up to the quantile of u is u, to rounding")
  func definition() {
    for u in Array(stride(from: 1.0 / 1024, to: 1, by: 1.0 / 1024)) {
      let x = normalQuantile(u)
      // A rounding of x moves the integral by x times the density.
      #expect(
        (integral(to: x) - (u - 0.5)).magnitude <= 8 * Double.ulpOfOne * (0.5 + x.magnitude), "u = \(u)")
    }
    #expect(normalQuantile(0.5) == 0)
  }

  @Test("far out in the tails the complementary error function gives u back, relatively")
  func tails() {
    for exponent in 1...300 {
      let u = pow(10, -Double(exponent))
      let x = normalQuantile(u)
      // dΦ/Φ = φ dx/Φ ≈ −x dx: a rounding of x counts x² times.
      #expect(
        (erfc(-x / 2.0.squareRoot()) / 2 / u - 1).magnitude <= 8 * Double.ulpOfOne * (1 + x * x),
        "1e-\(exponent)")
      #expect(x > normalQuantile(u / 2))
    }
  }

  @Test("the two sides mirror each other")
  func symmetry() {
    for u in [0x1p-20, 0x1p-7, 0.125, 0.25, 0.375, 0.4921875] {
      #expect((normalQuantile(1 - u) + normalQuantile(u)).magnitude <= 1e-15 * normalQuantile(1 - u))
    }
  }

  @Test("published quantiles", arguments: [(0.975, 1.959963984540054), (0.75, 0.6744897501960817)])
  func published(u: Double, x: Double) {
    // The nearest Double of u is some 10⁻¹⁷ away, and the density there 0.06 and more.
    #expect((normalQuantile(u) - x).magnitude <= 8 * x.ulp)
  }
}
