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
/// On the torus V̂ = Σ_m v_m δ_{κm}: that is all a potential must have. One that lives on R^d as well has a density V̂, radial
/// here, and is a `RadialPotential`. Each quantity is generic over `RealScalar`, so that the certified bounds start from the
/// configured decimals.
///
/// On the torus a new potential is its atoms:
///
///     struct Cosine: BandLimitedPotential {
///       func bandlimit<S: RealScalar>(kappa: S?) -> S { kappa ?? S(1) }
///       func atoms<S: RealScalar>(dimension: Int, kappa: S) -> [PotentialAtom<S>] {
///         [-1, 1].map { PotentialAtom(mode: ModeIndex($0, 0, 0), coefficient: S(1) / S(2)) }
///       }
///     }
public protocol BandLimitedPotential: Sendable {
  /// B: V̂(η) = 0 for |η| > B. On the torus of wave number κ when `kappa` is given.
  func bandlimit<Scalar: RealScalar>(kappa: Scalar?) -> Scalar

  /// The atoms v_m on the torus, both signs of m, sorted, m = 0 included when v_0 ≠ 0.
  /// - Throws: `ArgumentError` when a mode has a component beyond d.
  func atoms<Scalar: RealScalar>(dimension: Int, kappa: Scalar) throws(ArgumentError) -> [PotentialAtom<
    Scalar
  >]

  /// v(k) and dv/dk at any wave number 0 < k ≤ B, with v_m = v(κ|m|) on the torus of wave number κ: what a wave of any length
  /// feels where a density 1/Λ^d fills all space. Of a ball: for every k in it. nil, as by default, for a potential that knows only
  /// its modes.
  func spectrum<Scalar: RealScalar>(at wavenumber: Scalar, kappa: Scalar, dimension: Int)
    -> PotentialSpectrum<Scalar>?

  /// The same potential with its density on R^d; nil, as by default, for one that lives on the torus only.
  var density: (any RadialPotential)? { get }
}

extension BandLimitedPotential {
  public var density: (any RadialPotential)? { nil }

  public func spectrum<Scalar: RealScalar>(at wavenumber: Scalar, kappa: Scalar, dimension: Int)
    -> PotentialSpectrum<Scalar>?
  { nil }
}
