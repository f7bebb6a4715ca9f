public import CLibraries

/// What a potential with a formula in |η| is at any wave number, not only at those of the torus: v(k) and dv/dk.
public struct PotentialSpectrum<Scalar: RealScalar>: Sendable {
  /// v(k); v_m = v(κ|m|) on the torus.
  public let value: Scalar
  /// dv/dk
  public let slope: Scalar

  /// v(k) and dv/dk.
  public init(value: Scalar, slope: Scalar) { (self.value, self.slope) = (value, slope) }
}
