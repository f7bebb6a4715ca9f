public import CLibraries
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

  /// f as an exponential of a quadratic form, up to finitely many modes of its density; nil where it is none, and trees ask
  /// value by value.
  var exponentialForm: ExponentialForm? { get }

  /// f as a sum of such exponentials with weights, which sum to 1; nil where it is none, and its density is not known. By
  /// default the one form.
  var exponentialSum: [(weight: Double, form: ExponentialForm)]? { get }

  /// On the torus, how large f can be at every mode n at which it is not zero, each mode once, in the arithmetic of a bound:
  /// what a tree that ends in the state can be worth (Papers/data-aware-majorant.md). Nil where there are infinitely many
  /// modes, or their sizes are not known.
  func leafWeights<Scalar: RealScalar>(as: Scalar.Type) -> [LeafWeight<Scalar>]?

  /// What the homogeneous part f(ξ,0) answers to a plane wave; nil where it is not known, and linear theory says so.
  var momentumResponse: (any MomentumResponse)? { get }
}

extension OneParticleState {
  public var highestMode: Int? { nil }
  public var exponentialForm: ExponentialForm? { nil }
  public var momentumResponse: (any MomentumResponse)? { nil }
  public var exponentialSum: [(weight: Double, form: ExponentialForm)]? { exponentialForm.map { [(1, $0)] } }
  public func leafWeights<Scalar: RealScalar>(as _: Scalar.Type) -> [LeafWeight<Scalar>]? { nil }
}
