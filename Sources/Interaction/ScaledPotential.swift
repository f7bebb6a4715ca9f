public import CLibraries
import PhaseSpace

/// λV: a pair potential times a number, as `model.coupling` multiplies all of them.
public struct ScaledPotential: BandLimitedPotential {
  /// V
  public let base: any BandLimitedPotential
  /// λ
  public let factor: DecimalNumber

  /// λV
  public init(_ base: any BandLimitedPotential, times factor: DecimalNumber) {
    (self.base, self.factor) = (base, factor)
  }

  public func bandlimit<Scalar: RealScalar>(kappa: Scalar?) -> Scalar {
    factor.value == 0 ? Scalar(0) : base.bandlimit(kappa: kappa)
  }

  public func atoms<Scalar: RealScalar>(dimension: Int, kappa: Scalar)
    throws(ArgumentError) -> [PotentialAtom<Scalar>]
  {
    let atoms = try base.atoms(dimension: dimension, kappa: kappa)
    if factor.value == 0 { return [] }
    return atoms.map { PotentialAtom(mode: $0.mode, coefficient: Scalar(factor) * $0.coefficient) }
  }

  public var density: (any RadialPotential)? { base.density.map { ScaledDensity(base: $0, factor: factor) } }

  public func spectrum<Scalar: RealScalar>(at wavenumber: Scalar, kappa: Scalar, dimension: Int)
    -> PotentialSpectrum<Scalar>?
  {
    base.spectrum(at: wavenumber, kappa: kappa, dimension: dimension).map {
      PotentialSpectrum(value: Scalar(factor) * $0.value, slope: Scalar(factor) * $0.slope)
    }
  }
}

/// λV̂ of a potential on R^d.
private struct ScaledDensity: RadialPotential {
  let base: any RadialPotential
  let factor: DecimalNumber

  func bandlimit<Scalar: RealScalar>(kappa: Scalar?) -> Scalar {
    factor.value == 0 ? Scalar(0) : base.bandlimit(kappa: kappa)
  }

  func transform<Scalar: RealScalar>(radius: Scalar) -> Scalar {
    Scalar(factor) * base.transform(radius: radius)
  }

  func absoluteMoment<Scalar: RealScalar>(_ q: Int, dimension: Int) -> Scalar {
    Scalar(factor).magnitude * base.absoluteMoment(q, dimension: dimension)
  }

  func supremumOfGradientTransform<Scalar: RealScalar>() -> Scalar {
    Scalar(factor).magnitude * base.supremumOfGradientTransform()
  }

  func smoothnessBreaks() -> [Double] { factor.value == 0 ? [0] : base.smoothnessBreaks() }

  var edgePower: Double? { base.edgePower }
}
