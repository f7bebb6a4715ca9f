// Windows of coherent states: f real, even, ‖f‖₂ = 1 (2.9). In d dimensions the window is Π_i f(x_i).
//
//     f̂(k) = ∫ f(y) e^{−iky} dy,     A(u, v) = ∫ f(x + u/2) f(x − u/2) e^{ivx} dx,     a_ħ(ξ,η) = A(√ħ ξ, √ħ η).

import CLibraries
import Foundation

/// A window: the profile of a coherent state in one coordinate.
///
/// A new window is one type with six formulas; for instance, with `transform(k)` = (4πs²)^{1/4} e^{−s²k²/2},
///
///     struct Gaussian: Window { … }
///     let measure = HusimiMeasure(state: state, window: Gaussian(width: 1))
public protocol Window: Sendable {
  /// The name it has in configurations and results.
  var name: String { get }
  /// f(y).
  func value(_ y: Double) -> Double
  /// f̂(k), real and even.
  func transform(_ k: Double) -> Double
  /// f̂'(k).
  func transformDerivative(_ k: Double) -> Double
  /// A(u, v), real and even in u and in v.
  func ambiguity(_ u: Double, _ v: Double) -> Double
  /// ‖f'‖₂².
  var gradientSquaredNorm: Double { get }
  /// Whether A is the characteristic function of a nonnegative measure, so that smoothing keeps measures nonnegative: where
  /// f is a Gaussian (Hudson). False unless said otherwise.
  var smoothsToMeasures: Bool { get }
}

extension Window {
  public var smoothsToMeasures: Bool { false }

  /// a_ħ(ξ, η) of one coordinate.
  public func smoothing(xi: Double, eta: Double, hbar: Double) -> Double {
    let root = hbar.squareRoot()
    return ambiguity(root * xi, root * eta)
  }

  /// a_ħ(ξ, η) of d coordinates, the product over the axes.
  public func smoothing(xi: [Double], eta: [Double], hbar: Double) -> Double {
    zip(xi, eta).reduce(1) { $0 * smoothing(xi: $1.0, eta: $1.1, hbar: hbar) }
  }
}

/// f = (πs²)^{−1/4} e^{−y²/2s²}; A = exp(−(u²/s² + s²v²)/4).
public struct GaussianWindow: Window, Hashable {
  /// s.
  public let width: Double

  /// - Throws: `ArgumentError` unless s > 0.
  public init(width: Double = 1) throws {
    guard width > 0, width.isFinite else {
      throw ArgumentError("width", expected: "a positive width", got: "\(width)")
    }
    self.width = width
  }

  public var name: String { "gaussian" }
  public func value(_ y: Double) -> Double {
    exp(-y * y / (2 * width * width)) / sqrt(sqrt(Double.pi) * width)
  }
  public func transform(_ k: Double) -> Double {
    sqrt(2 * sqrt(Double.pi) * width) * exp(-k * k * width * width / 2)
  }
  public func transformDerivative(_ k: Double) -> Double {
    let value = transform(k)
    // Far out k s² may overflow where f̂ has long vanished.
    return value == 0 ? 0 : -k * width * width * value
  }
  public func ambiguity(_ u: Double, _ v: Double) -> Double {
    exp(-(u * u / (width * width) + width * width * v * v) / 4)
  }
  public var gradientSquaredNorm: Double { 1 / (2 * width * width) }
  public var smoothsToMeasures: Bool { true }
}

/// f = c cos^r(πy/2R) on |y| < R, zero beyond: the paper's compactly supported window, r − 1 times continuously
/// differentiable. With cos^r θ = 2^{−r} Σ_k C(r,k) e^{i(r−2k)θ} all its transforms are finite sums of sin x/x.
public struct CosinePowerWindow: Window, Hashable {
  /// R.
  public let radius: Double
  /// r.
  public let power: Int
  private let normalization: Double
  private let amplitudes: [Double]
  private let frequencies: [Double]

  /// - Throws: `ArgumentError` unless R > 0 and 2 ≤ r ≤ 30.
  public init(radius: Double, power: Int) throws {
    guard radius > 0, radius.isFinite else {
      throw ArgumentError("radius", expected: "a positive radius", got: "\(radius)")
    }
    guard (2...30).contains(power) else {
      throw ArgumentError("power", expected: "2 … 30", got: "\(power)")
    }
    self.radius = radius
    self.power = power
    // ∫ cos^{2r}(πy/2R) dy = 2R C(2r, r)/4^r
    normalization = 1 / sqrt(2 * radius * Self.meanPower(2 * power))
    amplitudes = (0...power).map { Self.binomial(power, $0) / pow(2, Double(power)) }
    frequencies = (0...power).map { Double(power - 2 * $0) * Double.pi / (2 * radius) }
  }

  public var name: String { "cosine-power" }

  public func value(_ y: Double) -> Double {
    guard y.magnitude < radius else { return 0 }
    return normalization * pow(cos(Double.pi * y / (2 * radius)), Double(power))
  }

  public func transform(_ k: Double) -> Double {
    var sum = 0.0
    for (a, w) in zip(amplitudes, frequencies) { sum += a * Self.sinc((k - w) * radius) }
    return 2 * radius * normalization * sum
  }

  public func transformDerivative(_ k: Double) -> Double {
    var sum = 0.0
    for (a, w) in zip(amplitudes, frequencies) { sum += a * Self.sincDerivative((k - w) * radius) }
    return 2 * radius * radius * normalization * sum
  }

  public func ambiguity(_ u: Double, _ v: Double) -> Double {
    let half = radius - u.magnitude / 2
    guard half > 0 else { return 0 }
    var sum = 0.0
    for (a, w) in zip(amplitudes, frequencies) {
      for (b, z) in zip(amplitudes, frequencies) {
        sum += a * b * cos((w - z) * u / 2) * Self.sinc((w + z + v) * half)
      }
    }
    return normalization * normalization * 2 * half * sum
  }

  public var gradientSquaredNorm: Double {
    // f' = −c r (π/2R) cos^{r−1} sin, sin² = 1 − cos²
    let slope = Double(power) * Double.pi / (2 * radius)
    return normalization * normalization * slope * slope * 2 * radius
      * (Self.meanPower(2 * power - 2) - Self.meanPower(2 * power))
  }

  /// C(n, n/2)/2^n: the mean of cos^n over a period, n even.
  private static func meanPower(_ n: Int) -> Double { binomial(n, n / 2) / pow(2, Double(n)) }

  private static func binomial(_ n: Int, _ k: Int) -> Double {
    (0..<k).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
  }

  /// sin z / z.
  private static func sinc(_ z: Double) -> Double {
    z.magnitude < 1e-4 ? 1 - z * z / 6 : sin(z) / z
  }

  /// d/dz (sin z / z).
  private static func sincDerivative(_ z: Double) -> Double {
    z.magnitude < 1e-2 ? z * (-1.0 / 3 + z * z * (1.0 / 30 - z * z / 840)) : (z * cos(z) - sin(z)) / (z * z)
  }
}
