import CLibraries
import Interaction
import PhaseSpace

/// Power series in the coupling λ, truncated after λ^L.
enum PowerSeries {
  /// exp f for f with f_0 = 0: e_i = (1/i) Σ_{k=1}^{i} k f_k e_{i−k}.
  static func exponential<Scalar: RealScalar>(_ f: [Scalar]) -> [Scalar] {
    if let balls = f as? [Ball], let result = exponential(BallVector(balls)) as? [Scalar] { return result }
    var result = [Scalar](repeating: Scalar(0), count: f.count)
    result[0] = Scalar(1)
    let weighted = f.enumerated().map { Scalar($0.offset) * $0.element }
    for i in 1..<max(1, f.count) {
      var sum = Scalar(0)
      for k in 1...i { sum.addProduct(weighted[k], result[i - k]) }
      result[i] = sum / Scalar(i)
    }
    return result
  }

  private static func exponential(_ f: BallVector) -> [Ball] {
    let e = BallVector(zeros: f.count)
    e[0] = Ball(1)
    for i in 1..<max(1, f.count) {
      f.multiply(i, by: i)
      e.addConvolution(i, f, from: 1, e, backFrom: i - 1, count: i)
      e.divide(i, by: i)
    }
    return (0..<f.count).map { e[$0] }
  }

  /// The product of two series of the same length.
  static func product<Scalar: RealScalar>(_ a: [Scalar], _ b: [Scalar]) -> [Scalar] {
    a.indices.map { i in
      var sum = Scalar(0)
      for k in 0...i { sum.addProduct(a[k], b[i - k]) }
      return sum
    }
  }
}

/// The coefficients of λ^1 … λ^L in mass · exp Σ_j m_j {(b_j/t)|ξ_j| + (b_j′ − b_j/t)|ξ_j − η_j t/m_j|}, for
/// b_α(t) = Σ_j λ^j c_{α,j} t^{2j}: the common last step of the two majorants.
func majorantCoefficients<Scalar: RealScalar>(
  _ series: (Int) -> [Scalar], mass: (Int) -> Scalar, constants: InteractionConstants<Scalar>,
  point: Point, time: Scalar, orders: Int
) -> [Scalar] {
  let kappa = constants.model.geometry.kappa(as: Scalar.self)
  let t = time.magnitude
  let squared = t * t
  var exponent = [Scalar](repeating: Scalar(0), count: orders + 1)
  for particle in point {
    let c = series(particle.species)
    let weight = mass(particle.species)
    let start: Scalar = particle.distance()
    let end = particle.finalDistance(time: time, mass: constants.mass(particle.species), kappa: kappa)
    let twice = end + end
    // b/t and b′ − b/t are both Σ_j λ^j c_j t^{2j−1} times 1 and 2j − 1.
    var power = weight * t
    var distance = start + end
    for j in 1..<(orders + 1) {
      exponent[j].addProduct(c[j] * power, distance)
      power = power * squared
      distance = distance + twice
    }
  }
  let mass = massBound(constants, point)
  return PowerSeries.exponential(exponent).dropFirst().map { mass * $0 }
}
