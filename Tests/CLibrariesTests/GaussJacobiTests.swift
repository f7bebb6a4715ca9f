import CLibraries
import Foundation
import Testing

@Suite("Gauss–Jacobi rules")
struct GaussJacobiTests {
  @Test(
    "the rule is exact for polynomials of degree 2n − 1: ∫_0^1 (1 − x)^p x^k dx = B(k + 1, p + 1), any p and n"
  )
  func exactness() {
    for n in [1, 2, 5, 24, 60] {
      for p in [-0.5, 0, 0.05, 0.5, 1.7, 4, 7.9] {
        let rule = GaussJacobi(points: n, power: p)
        #expect(zip(rule.nodes, rule.nodes.dropFirst()).allSatisfy { $0 < $1 })
        #expect(rule.nodes.allSatisfy { $0 > 0 && $0 < 1 } && rule.weights.allSatisfy { $0 > 0 })
        for k in Set([0, 1, n - 1, 2 * n - 1]) where k >= 0 {
          let sum = zip(rule.nodes, rule.weights).reduce(0.0) { $0 + $1.1 * pow($1.0, Double(k)) }
          let exact = Double.beta(Double(k + 1), p + 1)
          #expect((sum / exact - 1).magnitude < 1e-12, "n = \(n), p = \(p), k = \(k)")
        }
      }
    }
    // p = 0 is Gauss–Legendre; an interval scales with its length to the power p + 1.
    let (jacobi, legendre) = (
      GaussJacobi(points: 9, power: 0, from: 2, to: 5), GaussLegendre(points: 9, from: 2, to: 5)
    )
    for i in 0..<9 {
      #expect((jacobi.nodes[i] - legendre.nodes[i]).magnitude < 1e-14)
      #expect((jacobi.weights[i] - legendre.weights[i]).magnitude < 1e-14)
    }
    let scaled = GaussJacobi(points: 3, power: 0.5, from: 1, to: 5).weights.reduce(0, +)
    #expect((scaled - pow(4, 1.5) / 1.5).magnitude < 1e-13)
  }
}
