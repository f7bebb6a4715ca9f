public import CLibraries
import PhaseSpace

/// Coulomb's potential on the torus and its relatives,
///
///     v_m = g (κ²|m|² + λ⁻²)^{−p/2},     0 < |m| ≤ M,
///
/// p = 2 and no screening (λ = ∞): Coulomb, −ΔV = g(δ − Λ^{−d})Λ^d cut at M, where m = 0 is dropped because a background of the
/// opposite charge neutralises the mean; p = 2 with a screening length λ: Yukawa (its v_0 is a constant and exerts no force: dropped
/// too). g is a product of decimals: q_α q_β times a strength. ω_p² = n g/m of one species at λ = ∞.
public struct InversePowerPotential: BandLimitedPotential, Hashable {
  /// The factors of g.
  public let factors: [DecimalNumber]
  /// p
  public let exponent: DecimalNumber
  /// λ, nil without screening.
  public let screeningLength: DecimalNumber?
  /// M
  public let modes: Int

  /// g, p, λ, M.
  /// - Throws: `ArgumentError` unless M ≥ 1, 0 ≤ p ≤ 100 and λ > 0.
  public init(
    factors: [DecimalNumber], exponent: DecimalNumber = 2, screeningLength: DecimalNumber? = nil, modes: Int
  ) throws(ArgumentError) {
    guard modes >= 1 else { throw ArgumentError("modes", expected: "at least 1", got: "\(modes)") }
    guard (0...100).contains(exponent.value) else {
      throw ArgumentError("exponent", expected: "a number in [0, 100]", got: exponent.text)
    }
    if let screeningLength, !(screeningLength.value > 0) {
      throw ArgumentError("screening-length", expected: "a positive number", got: screeningLength.text)
    }
    self.factors = factors
    self.exponent = exponent
    self.screeningLength = screeningLength
    self.modes = modes
  }

  private var isZero: Bool { factors.contains { $0.value == 0 } }

  /// v at a wave number |κm| > 0.
  public func coefficient<Scalar: RealScalar>(atSquare square: Scalar) -> Scalar {
    let base = shifted(square)
    let factor = factors.reduce(Scalar(1)) { $0 * Scalar($1) }
    guard let whole = exponent.integer else { return factor / base.power(Scalar(exponent) / Scalar(2)) }
    return whole.isMultiple(of: 2)
      ? factor / base.power(whole / 2) : factor / (base.power(whole / 2) * base.squareRoot())
  }

  /// v = g s^{−p/2} with s = k² + λ⁻², dv/dk = −pkv/s.
  public func spectrum<Scalar: RealScalar>(at wavenumber: Scalar, kappa: Scalar, dimension: Int)
    -> PotentialSpectrum<Scalar>?
  {
    let square = wavenumber * wavenumber
    let value = coefficient(atSquare: square)
    return PotentialSpectrum(
      value: value, slope: -(Scalar(exponent) * wavenumber * value / shifted(square)))
  }

  /// k² + λ⁻²
  private func shifted<Scalar: RealScalar>(_ square: Scalar) -> Scalar {
    square + (screeningLength.map { Scalar(1) / Scalar($0).power(2) } ?? Scalar(0))
  }

  public func bandlimit<Scalar: RealScalar>(kappa: Scalar?) -> Scalar {
    isZero ? Scalar(0) : (kappa ?? Scalar(1)) * Scalar(modes)
  }

  public func atoms<Scalar: RealScalar>(dimension: Int, kappa: Scalar)
    throws(ArgumentError) -> [PotentialAtom<Scalar>]
  {
    if isZero { return [] }
    // Looked through one by one.
    let sites = (0..<dimension).reduce(1.0) { product, _ in product * Double(2 * modes + 1) }
    guard sites <= 1e6 else { throw ArgumentError("modes", expected: "at most 10⁶ modes", got: "\(sites)") }
    var bySquare: [Int: Scalar] = [:]
    var result: [PotentialAtom<Scalar>] = []
    func reach(_ axis: Int) -> ClosedRange<Int> { axis < dimension ? -modes...modes : 0...0 }
    for x in reach(0) {
      for y in reach(1) {
        for z in reach(2) {
          let mode = ModeIndex(x, y, z)
          let square = mode.squaredNorm
          guard square > 0, square <= modes * modes else { continue }
          let known = bySquare[square] ?? coefficient(atSquare: kappa * kappa * Scalar(square))
          bySquare[square] = known
          result.append(PotentialAtom(mode: mode, coefficient: known))
        }
      }
    }
    return result
  }
}
