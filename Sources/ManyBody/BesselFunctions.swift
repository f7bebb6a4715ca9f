// J_0(x), …, J_n(x) by Miller's downward recurrence J_{k−1} = (2k/x) J_k − J_{k+1}, normalised by J_0 + 2 Σ J_{2k} = 1. One
// step multiplies by 2k/x, which overflows for tiny x: below 10⁻⁸ the first two terms of the series do,
//
//     J_k(x) = (x/2)^k/k! (1 − x²/4(k+1) + O(x⁴)).

/// Bessel functions J_0(x) … J_n(x) for 0 ≤ x ≤ 10⁹, error at most near (100 + x)ε of the largest; below 10⁻⁸ each to some ε.
public func besselFunctions(upTo n: Int, at x: Double) -> [Double] {
  precondition(n >= 0 && x >= 0 && x <= 1e9, "orders not negative, an argument from 0 to 10⁹")
  var result = [Double](repeating: 0, count: n + 1)
  guard x >= 1e-8 else {
    var power = 1.0
    for k in 0...n {
      if k > 0 { power *= x / 2 / Double(k) }
      result[k] = power * (1 - x * x / Double(4 * (k + 1)))
    }
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
