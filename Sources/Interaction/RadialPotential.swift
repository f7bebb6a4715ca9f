public import CLibraries
import PhaseSpace

/// A pair potential with a radial density V̂ on R^d; on the torus it is periodised.
///
/// A new one is its transform, its bandlimit, where it is not smooth, and two constants; the atoms come by themselves:
///
///     struct Box: RadialPotential {
///       func bandlimit<S: RealScalar>(kappa: S?) -> S { S(1) }
///       func transform<S: RealScalar>(radius: S) -> S { radius.lower <= 1 ? S(1) : S(0) }
///       func absoluteMoment<S: RealScalar>(_ q: Int, dimension d: Int) -> S { S.unitSphereArea(dimension: d) / S(d + q) }
///       func supremumOfGradientTransform<S: RealScalar>() -> S { S(1) }
///       func smoothnessBreaks() -> [Double] { [0, 1] }
///     }
public protocol RadialPotential: BandLimitedPotential {
  /// The density V̂(η) on R^d at |η| = `radius`. Of a ball: one that holds V̂ at every radius in it, also where a
  /// break of V̂ or the end of its support lies in the ball.
  func transform<Scalar: RealScalar>(radius: Scalar) -> Scalar

  /// ∫_{R^d} |V̂(η)| |η|^q dη.
  func absoluteMoment<Scalar: RealScalar>(_ q: Int, dimension: Int) -> Scalar

  /// A = sup_η |η V̂(η)| of the density.
  func supremumOfGradientTransform<Scalar: RealScalar>() -> Scalar

  /// Radii 0 = r_0 < r_1 < … = B between which the density is smooth and of one sign: where quadratures of V̂ and of
  /// |V̂| split.
  func smoothnessBreaks() -> [Double]

  /// p where V̂ ends like (B − |η|)^p times a smooth function and p, not large, is no integer; nil, as by default, where V̂ is
  /// smooth up to its edge.
  var edgePower: Double? { get }
}

extension RadialPotential {
  public var edgePower: Double? { nil }

  public var density: (any RadialPotential)? { self }

  public func atoms<Scalar: RealScalar>(dimension: Int, kappa: Scalar)
    throws(ArgumentError) -> [PotentialAtom<Scalar>]
  {
    try periodisedAtoms(dimension: dimension, kappa: kappa)
  }

  /// The periodisation of a radial density: v_m = κ^d V̂(κm) for |κm| ≤ B. Cost: one value of V̂ for each |m|.
  private func periodisedAtoms<Scalar: RealScalar>(dimension: Int, kappa: Scalar)
    throws(ArgumentError) -> [PotentialAtom<Scalar>]
  {
    let limit = bandlimit(kappa: Scalar?.none).upper / kappa.lower
    guard limit < 1e4 else {
      throw ArgumentError("bandlimit", expected: "at most 10⁴ modes on the torus", got: "\(limit)")
    }
    let reach = Int(limit * (1 + 1e-12))
    // Looked through one by one, and some 64 bytes each.
    let sites = (0..<dimension).reduce(1.0) { product, _ in product * Double(2 * reach + 1) }
    guard sites <= 1e7 else {
      throw ArgumentError("bandlimit", expected: "at most 10⁷ modes on the torus", got: "\(sites)")
    }
    let density = kappa.power(dimension)
    var coefficients: [Int: Scalar] = [:]
    var result: [PotentialAtom<Scalar>] = []
    let range = { (axis: Int) in axis < dimension ? -reach...reach : 0...0 }
    for a in range(0) {
      for b in range(1) {
        for c in range(2) {
          let mode = ModeIndex(a, b, c)
          let square = mode.squaredNorm
          guard Double(square).squareRoot() <= limit * (1 + 1e-12) else { continue }
          if coefficients[square] == nil {
            coefficients[square] = density * transform(radius: kappa * Scalar(square).squareRoot())
          }
          guard let value = coefficients[square], value.lower != 0 || value.upper != 0 else { continue }
          result.append(PotentialAtom(mode: mode, coefficient: value))
        }
      }
    }
    return result
  }
}
