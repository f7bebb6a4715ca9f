// Husimi = Wigner times the ambiguity function of the window, one factor per particle:
//
//     μ_H(ξ,η) = μ_W(ξ,η) Π_j a_ħ(ξ_j, η_j).
//
// Applied to any characteristic function it is the smoothing that turns a Vlasov solution into what a Husimi measure of
// the same ħ should be compared with.

import CLibraries
import ManyBody
public import Numerics
public import PhaseSpace

/// A hierarchy of characteristic functions smoothed by a window.
public struct SmoothedHierarchy: MarginalHierarchy {
  /// The hierarchy before smoothing.
  public let base: any MarginalHierarchy
  /// f, whose ambiguity function multiplies every particle.
  public let window: any Window
  /// ħ
  public let hbar: Double
  /// d
  public let dimension: Int
  /// Whether the base is the Wigner hierarchy of a state with this ħ, so that the smoothed one is a nonnegative measure.
  private let isHusimi: Bool

  /// Smooths `base` at ħ.
  public init(_ base: any MarginalHierarchy, window: any Window, hbar: Double, dimension: Int = 1) {
    self.base = base
    self.window = window
    self.hbar = hbar
    self.dimension = dimension
    isHusimi = base.isNonnegative(hbar: hbar)
  }

  /// The characteristic functions of the Husimi measures of a state, of mass N_α/N: ħ^d N is one, or divided out.
  /// - Throws: as `WignerHierarchy`.
  public init(husimi state: any FermionState, window: any Window, maximumRank: Int = 1) throws {
    self.init(
      try WignerHierarchy(state: state, maximumRank: maximumRank), window: window, hbar: state.hbar,
      dimension: state.waves.dimension)
  }

  /// Π_j a_ħ(ξ_j, η_j).
  public func factor(at particles: [PhasePoint]) -> Double {
    particles.reduce(1) { product, particle in
      (0..<dimension).reduce(product) {
        $0 * window.smoothing(xi: particle.xi[$1], eta: particle.eta[$1], hbar: hbar)
      }
    }
  }

  public func value(at particles: [PhasePoint]) -> Complex<Double> {
    let factor = factor(at: particles)
    return factor == 0 ? .zero : base.value(at: particles).multiplied(by: factor)
  }

  /// Nonnegative as a measure when the base is one and a_ħ belongs to one (Gaussian windows), or when it is the Husimi
  /// measure of a state of the same ħ. As an operator: when the base is, and the window is Gaussian.
  public func isNonnegative(hbar: Double?) -> Bool {
    if hbar == nil, isHusimi { return true }
    return window.smoothsToMeasures && base.isNonnegative(hbar: hbar)
  }
}
