public import CLibraries
import PhaseSpace

/// The bump V̂(η) = strength·(1 − |η|²/B²)^power for |η| ≤ B, else 0.
///
/// Constants in closed form: with s = |strength|, p = power,
///
///     ∫ |V̂||η|^q dη = s |S^{d−1}| B^{d+q} · ½ Γ((d+q)/2) Γ(p+1) / Γ((d+q)/2 + p + 1),
///     A = sup |ηV̂| = s r (1 − r²/B²)^p at r² = B²/(2p+1).
public struct BumpPotential: RadialPotential, Hashable {
  /// The value of V̂ at its centre.
  public let strength: DecimalNumber
  /// B
  public let limit: DecimalNumber
  /// The exponent of the bump; the larger, the smoother at the edge of the support.
  public let power: DecimalNumber

  /// - Throws: `ArgumentError` unless B > 0 and power > 0.
  public init(strength: DecimalNumber, bandlimit: DecimalNumber, power: DecimalNumber) throws(ArgumentError) {
    guard bandlimit.value > 0 else {
      throw ArgumentError("bandlimit", expected: "a positive number", got: bandlimit.text)
    }
    guard power.value > 0, power.value <= 1000 else {
      throw ArgumentError("power", expected: "a number in (0, 1000]", got: power.text)
    }
    self.strength = strength
    self.limit = bandlimit
    self.power = power
  }

  /// B, and 0 for a bump of strength 0.
  public func bandlimit<Scalar: RealScalar>(kappa: Scalar?) -> Scalar {
    strength.value == 0 ? Scalar(0) : Scalar(limit)
  }

  public func transform<Scalar: RealScalar>(radius: Scalar) -> Scalar {
    let ratio = radius / Scalar(limit)
    let base = Scalar.maximum(Scalar(1) - ratio * ratio, Scalar(0))
    return Scalar(strength) * raised(base)
  }

  /// v = κ^d V̂(k), dv/dk = −κ^d strength·power (2k/B²)(1 − k²/B²)^{power − 1}; the slope of a power below 1 has no bound at B.
  public func spectrum<Scalar: RealScalar>(at wavenumber: Scalar, kappa: Scalar, dimension: Int)
    -> PotentialSpectrum<Scalar>?
  {
    let density = kappa.power(dimension)
    let ratio = wavenumber / Scalar(limit)
    let base = Scalar.maximum(Scalar(1) - ratio * ratio, Scalar(0))
    let change = Scalar(2) * Scalar(power) * ratio / Scalar(limit)
    return PotentialSpectrum(
      value: density * transform(radius: wavenumber),
      slope: -(density * Scalar(strength) * change * (raised(base) / base)))
  }

  public func absoluteMoment<Scalar: RealScalar>(_ q: Int, dimension: Int) -> Scalar {
    let half = Scalar(dimension + q) / Scalar(2)
    let p = Scalar(power)
    let beta = Scalar.beta(half, p + Scalar(1))
    return Scalar(strength).magnitude * Scalar.unitSphereArea(dimension: dimension)
      * Scalar(limit).power(dimension + q) * beta / Scalar(2)
  }

  public func supremumOfGradientTransform<Scalar: RealScalar>() -> Scalar {
    let ratio = Scalar(1) / (Scalar(2) * Scalar(power) + Scalar(1))
    return Scalar(strength).magnitude * Scalar(limit) * ratio.squareRoot() * raised(Scalar(1) - ratio)
  }

  public func smoothnessBreaks() -> [Double] { strength.value == 0 ? [0] : [0, limit.value] }

  public var edgePower: Double? { power.integer == nil && power.value < 8 ? power.value : nil }

  /// base^power for base ≥ 0, by integer powers where the power, as written, is one.
  private func raised<Scalar: RealScalar>(_ base: Scalar) -> Scalar {
    power.integer.map { base.power($0) } ?? base.power(Scalar(power))
  }
}
