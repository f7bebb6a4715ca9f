public import CLibraries
public import Numerics

/// A Gaussian on R^d, or its periodisation on the torus (the same formula at η = κn),
///
///     f(ξ,η) = Π_i e^{iξ_i u_i − σ_i²ξ_i²/2 + iη_i x_i − s_i²η_i²/2},
///
/// σ the momentum width, u the drift, s the width and x the centre in position.
public struct GaussianState: OneParticleState, Hashable {
  /// σ per axis.
  public let sigma: SpaceVector
  /// u per axis.
  public let drift: SpaceVector
  /// s per axis.
  public let width: SpaceVector
  /// x per axis.
  public let centre: SpaceVector
  let dimension: Int

  /// - Throws: `ArgumentError` unless there are d of each and the widths are positive.
  public init(dimension: Int, sigma: [Double], drift: [Double], width: [Double], centre: [Double])
    throws(ArgumentError)
  {
    for (name, values) in [("sigma", sigma), ("width", width)] {
      guard values.count == dimension, values.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw ArgumentError(
          name, expected: dimension == 1 ? "a positive number" : "\(dimension) positive numbers",
          got: "\(values)")
      }
    }
    for (name, values) in [("drift", drift), ("centre", centre)] {
      guard values.count == dimension, values.allSatisfy(\.isFinite) else {
        throw ArgumentError(
          name, expected: dimension == 1 ? "a number" : "\(dimension) numbers", got: "\(values)")
      }
    }
    self.dimension = dimension
    self.sigma = SpaceVector(components: sigma)
    self.drift = SpaceVector(components: drift)
    self.width = SpaceVector(components: width)
    self.centre = SpaceVector(components: centre)
  }

  public func value(xi: SpaceVector, eta: SpaceVector) -> Complex<Double> {
    let p = sigma * xi
    let q = width * eta
    return Complex.unit(xi.dot(drift) + eta.dot(centre)).multiplied(
      by: Double.exp(-0.5 * (p.dot(p) + q.dot(q))))
  }

  public var exponentialForm: ExponentialForm? {
    ExponentialForm(sigma: sigma, width: width, drift: drift, centre: centre)
  }

  /// Always nonnegative as a density; the Wigner function of a positive operator when σ_i s_i ≥ ħ/2 on every
  /// axis (a thermal or squeezed Gaussian state). Decided on the decimals: equality, a pure state, is an ordinary case
  /// (0.1 · 0.7 is 0.14/2, and a little less in Double).
  public func isNonnegative(hbar: Double?) -> Bool {
    guard let hbar else { return true }
    guard hbar.isFinite else { return false }
    return (0..<dimension).allSatisfy {
      let product = Rational(DecimalNumber(sigma[$0])) * Rational(DecimalNumber(width[$0]))
      return Rational(2) * product >= Rational(DecimalNumber(hbar))
    }
  }
}
