public import CLibraries
public import PhaseSpace

/// One atom v δ_{κm} of V̂ on the torus.
public struct PotentialAtom<Scalar: RealScalar>: Sendable {
  /// m ∈ Z^d
  public let mode: ModeIndex
  /// v_m, real, v_{−m} = v_m
  public let coefficient: Scalar

  /// The term v_m e^{iκm·x}; −m has an atom of its own.
  public init(mode: ModeIndex, coefficient: Scalar) {
    self.mode = mode
    self.coefficient = coefficient
  }
}

/// A pair potential V(x) = ∫ V̂(η) e^{iη·x} dη, real, even, with V̂ supported in |η| ≤ B (Assumption 1).
///
/// On the torus V̂ = Σ_m v_m δ_{κm}. On R^d, V̂ is a density; every potential here is radial there. Each
/// quantity is generic over `RealScalar`, so that the certified bounds start from the configured decimals.
///
/// A new radial potential is its transform, its bandlimit, where it is not smooth, and three constants; the
/// atoms of its periodisation come by themselves. One that lives on the torus only (see
/// `TrigonometricPotential`) gives its atoms and throws for the density.
public protocol BandLimitedPotential: Sendable {
  /// B: V̂(η) = 0 for |η| > B. On the torus of wave number κ when `kappa` is given.
  func bandlimit<Scalar: RealScalar>(kappa: Scalar?) -> Scalar

  /// The atoms v_m on the torus, both signs of m, sorted, m = 0 included when v_0 ≠ 0.
  /// - Throws: `ArgumentError` when a mode has a component beyond d.
  func atoms<Scalar: RealScalar>(dimension: Int, kappa: Scalar) throws(ArgumentError) -> [PotentialAtom<
    Scalar
  >]

  /// The density V̂(η) on R^d at |η| = `radius`. Of a ball: one that holds V̂ at every radius in it, also where a
  /// break of V̂ or the end of its support lies in the ball.
  /// - Throws: `ArgumentError` for a potential without a density.
  func transform<Scalar: RealScalar>(radius: Scalar) throws(ArgumentError) -> Scalar

  /// ∫_{R^d} |V̂(η)| |η|^q dη.
  /// - Throws: `ArgumentError` for a potential without a density.
  func absoluteMoment<Scalar: RealScalar>(_ q: Int, dimension: Int) throws(ArgumentError) -> Scalar

  /// A = sup_η |η V̂(η)| of the density.
  /// - Throws: `ArgumentError` for a potential without a density.
  func supremumOfGradientTransform<Scalar: RealScalar>() throws(ArgumentError) -> Scalar

  /// Radii 0 = r_0 < r_1 < … = B between which the density is smooth and of one sign: where quadratures of V̂ and of
  /// |V̂| split.
  func smoothnessBreaks() throws(ArgumentError) -> [Double]

  /// p where V̂ ends like (B − |η|)^p times a smooth function and p, not large, is no integer; nil, as by default, where V̂ is
  /// smooth up to its edge.
  var edgePower: Double? { get }
}

extension BandLimitedPotential {
  public var edgePower: Double? { nil }
}

extension BandLimitedPotential {
  /// The periodisation of a radial density: v_m = κ^d V̂(κm) for |κm| ≤ B. Cost: one value of V̂ for each |m|.
  public func periodisedAtoms<Scalar: RealScalar>(dimension: Int, kappa: Scalar)
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
            coefficients[square] = density * (try transform(radius: kappa * Scalar(square).squareRoot()))
          }
          guard let value = coefficients[square], value.lower != 0 || value.upper != 0 else { continue }
          result.append(PotentialAtom(mode: mode, coefficient: value))
        }
      }
    }
    return result
  }
}
