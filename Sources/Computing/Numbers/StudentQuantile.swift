import Numerics

/// The t beyond which a Student variable of ν degrees of freedom lies in modulus with probability 1 − `probability`:
/// P(|T| ≤ t) = p, from the finite sums for whole ν (Abramowitz and Stegun 26.7.3 and 26.7.4), with θ = arctan(t/√ν),
///
///     ν odd:   P = (2/π) (θ + sin θ (cos θ + ⅔ cos³θ + … + (2·4…(ν−3))/(3·5…(ν−2)) cos^{ν−2}θ))
///     ν even:  P = sin θ (1 + ½ cos²θ + … + (1·3…(ν−3))/(2·4…(ν−2)) cos^{ν−2}θ)
///
/// by bisection in θ, to rounding: t = 12.706, 4.303, 3.182, … for p = 0.95. A few thousand operations at ν = 10.
/// - Parameters:
///   - probability: p in (0, 1).
///   - degrees: ν ≥ 1.
public func studentQuantile(_ probability: Double, degrees: Int) -> Double {
  func inside(_ theta: Double) -> Double {
    let (sine, cosine) = (Double.sin(theta), Double.cos(theta))
    let isOdd = degrees % 2 == 1
    var term = isOdd ? cosine : 1
    var sum = degrees == 1 ? 0 : term
    for k in stride(from: isOdd ? 3 : 2, to: degrees, by: 2) {
      term *= Double(k - 1) / Double(k) * cosine * cosine
      sum += term
    }
    return isOdd ? 2 / Double.pi * (theta + sine * sum) : sine * sum
  }
  var (low, high) = (0.0, Double.pi / 2)
  for _ in 0..<60 {
    let middle = (low + high) / 2
    if inside(middle) < probability { low = middle } else { high = middle }
  }
  return Double(degrees).squareRoot() * Double.tan((low + high) / 2)
}
