// J_0(x), …, J_n(x) by Miller's downward recurrence J_{k−1} = (2k/x) J_k − J_{k+1}, normalised by J_0 + 2 Σ J_{2k} = 1.

/// Bessel functions J_0(x) … J_n(x) for x ≥ 0, absolute error near 1e-16.
public func besselFunctions(upTo n: Int, at x: Double) -> [Double] {
  precondition(n >= 0 && x >= 0, "orders and argument not negative")
  var result = [Double](repeating: 0, count: n + 1)
  guard x > 0 else {
    result[0] = 1
    return result
  }
  var start = max(n, Int(x.rounded(.up))) + 30 + Int(6 * x.squareRoot())
  start += start % 2
  var above = 0.0
  var value = 1e-250
  var sum = 0.0
  for k in stride(from: start, through: 1, by: -1) {
    if k <= n { result[k] = value }
    if k % 2 == 0 { sum += 2 * value }
    (above, value) = (value, 2 * Double(k) / x * value - above)
    if value.magnitude > 1e200 {
      value *= 1e-250
      above *= 1e-250
      sum *= 1e-250
      for i in 0...n { result[i] *= 1e-250 }
    }
  }
  result[0] = value
  sum += value
  return result.map { $0 / sum }
}
