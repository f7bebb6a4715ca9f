public import Numerics

/// A one-particle phase-space density as its characteristic function, normalised to mass 1:
///
///     f(ξ,η) = ∫ m(q,p) e^{i(ξ·p + η·q)} dq dp / ∫ m.
///
/// A new state is one value method and, for the hypotheses of the bounds, whether the density is ≥ 0:
///
///     struct PointMass: OneParticleState {
///       func value(xi: SpaceVector, eta: SpaceVector) -> Complex<Double> { 1 }
///       func isNonnegative(hbar: Double?) -> Bool { hbar == nil }
///     }
public protocol OneParticleState: Sendable {
  /// f(ξ,η); on the torus η ∈ κZ^d.
  func value(xi: SpaceVector, eta: SpaceVector) -> Complex<Double>

  /// Whether the state is known to be nonnegative, so that |f| ≤ 1 holds for all times:
  /// as a density on phase space (ħ = nil, classical kernel), or as a quantum state, a positive operator
  /// whose Wigner function it is (Moyal kernel). False means: not known.
  func isNonnegative(hbar: Double?) -> Bool

  /// The largest |n_i| for which f(·, κn) is not zero, nil when unbounded (torus states only).
  var highestMode: Int? { get }
}

extension OneParticleState {
  public var highestMode: Int? { nil }
}
