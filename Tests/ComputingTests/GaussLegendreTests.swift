import Computing
import Foundation
import Testing

@Suite("Gauss–Legendre rules")
struct GaussLegendreTests {
  @Test(
    "x^k is integrated exactly up to k = 2n − 1, on any interval", arguments: [1, 2, 3, 5, 16, 24, 60, 200])
  func exactness(n: Int) {
    for (a, b) in [(-1.0, 1.0), (0, 1), (-0.5, 2), (3, 1)] {
      let rule = GaussLegendre(points: n, from: a, to: b)
      #expect(rule.nodes.count == n && rule.weights.count == n)
      for k in Set([0, 1, n, 2 * n - 2, 2 * n - 1]) where k >= 0 {
        // In the variable that runs from −1 to 1, where powers stay of size 1.
        let sum = zip(rule.nodes, rule.weights).reduce(0) {
          $0 + $1.1 * pow((2 * $1.0 - a - b) / (b - a), Double(k))
        }
        let exact = k.isMultiple(of: 2) ? (b - a) / Double(k + 1) : 0
        #expect((sum - exact).magnitude < 1e-13 * (b - a).magnitude, "n = \(n), k = \(k), [\(a), \(b)]")
      }
    }
  }

  @Test("x^{2n} misses by 2^{2n+1} (n!)⁴/((2n + 1) (2n)!²), as it must", arguments: 1...8)
  func firstError(n: Int) {
    let rule = GaussLegendre(points: n, from: -1, to: 1)
    let sum = zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * pow($1.0, Double(2 * n)) }
    let factorial = { (k: Int) in tgamma(Double(k + 1)) }
    let error =
      pow(2, Double(2 * n + 1)) * pow(factorial(n), 4) / (Double(2 * n + 1) * pow(factorial(2 * n), 2))
    #expect((2 / Double(2 * n + 1) - sum - error).magnitude < 1e-14)
  }

  @Test("nodes ascend inside the interval and mirror each other; weights are positive")
  func shape() {
    for n in [1, 2, 7, 50, 400] {
      let rule = GaussLegendre(points: n, from: -1, to: 1)
      #expect(zip(rule.nodes, rule.nodes.dropFirst()).allSatisfy { $0 < $1 })
      #expect(rule.nodes.allSatisfy { $0.magnitude < 1 } && rule.weights.allSatisfy { $0 > 0 })
      for i in 0..<n {
        #expect((rule.nodes[i] + rule.nodes[n - 1 - i]).magnitude < 2e-15)
        #expect((rule.weights[i] - rule.weights[n - 1 - i]).magnitude < 1e-14)
      }
    }
  }

  @Test("two and three points are ±1/√3, and 0, ±√(3/5) with weights 8/9, 5/9")
  func smallest() {
    let two = GaussLegendre(points: 2, from: -1, to: 1)
    let three = GaussLegendre(points: 3, from: -1, to: 1)
    #expect((two.nodes[1] - 1 / 3.0.squareRoot()).magnitude < 4e-16 && (two.weights[0] - 1).magnitude < 4e-16)
    #expect(three.nodes[1].magnitude < 1e-15 && (three.nodes[2] - 0.6.squareRoot()).magnitude < 4e-16)
    // The weights take some roundings more: 2/((1 − x²)P'²).
    #expect((three.weights[1] - 8.0 / 9).magnitude < 1e-14 && (three.weights[0] - 5.0 / 9).magnitude < 1e-14)
  }
}
