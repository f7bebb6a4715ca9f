// One panel of a nested integration in time, P_j' = F_j(q_1 … q_{j−1}, t), mQ_j' = P_j: collocation at the K Gauss points c_k of [0,1],
//
//     P(c_k) = P(0) + h Σ_l A_{kl} F_l,     A_{kl} = ∫_0^{c_k} ℓ_l,     P(1) = P(0) + h Σ_l b_l F_l.
//
// Order by order there is nothing to solve. The values at the ends of panels are right to order 2K, at the points between to order K
// only: results are taken at ends. With ℓ_l = b_l Σ_n (2n + 1) P_n(x_l) P_n of Legendre polynomials, x = 2c − 1, and
// (2n + 1)∫_{−1}^x P_n = P_{n+1}(x) − P_{n−1}(x).

import Computing

struct GaussPanel: Sendable {
  /// c_k
  let points: [Double]
  /// A, row-major K × K.
  let matrix: [Double]
  /// b_l
  let weights: [Double]

  init(points count: Int) {
    let rule = GaussLegendre(points: count)
    (points, weights) = (rule.nodes, rule.weights)
    let legendre = rule.nodes.map { Self.legendre(2 * $0 - 1, through: count) }
    var matrix = [Double](repeating: 0, count: count * count)
    for k in 0..<count {
      for l in 0..<count {
        var sum = 2 * points[k]
        for n in 1..<max(1, count) {
          sum += legendre[l][n] * (legendre[k][n + 1] - legendre[k][n - 1])
        }
        matrix[k * count + l] = weights[l] * sum / 2
      }
    }
    self.matrix = matrix
  }

  /// P_0(x) … P_n(x)
  private static func legendre(_ x: Double, through n: Int) -> [Double] {
    var values = [1, x]
    for k in 1..<max(1, n) {
      values.append((Double(2 * k + 1) * x * values[k] - Double(k) * values[k - 1]) / Double(k + 1))
    }
    return values
  }
}
