public import CLibraries
public import Interaction
public import PhaseSpace

/// A bound on the remainder Δ_L of the Dyson series (5.3), as a function of the point, the time and L.
///
/// Hypotheses of every bound: N = ∞, and |μ_t^{(k,ℓ)}| ≤ W n_1^k n_2^ℓ for all times, which holds for nonnegative
/// measures (classical kernel) and positive operators (Moyal kernel, |κ_ħ(x)| ≤ |x|). W = 1, up to the decimals of the
/// weights of a mixture. `check` throws when they,
/// or the bound's own, fail. At fixed L a bound is finite for every t; only the sequence L → ∞ diverges beyond
/// the convergence time.
///
/// A new bound is one file:
///
///     struct TrivialBound: RemainderBound {
///       let name = "trivial", label = "|Δ_L| ≤ ∞"
///       func values<S: RealScalar>(_ model: Model, at point: [BoundParticle], time: S, orders: Int) -> [S] { … }
///       func convergenceTime<S: RealScalar>(_ model: Model, species: [Int], as: S.Type) -> S? { nil }
///     }
public protocol RemainderBound: Sendable {
  /// As the configuration names it.
  var name: String { get }
  /// The label of the statement.
  var label: String { get }

  /// What the bound requires of the model beyond the hypotheses all share.
  /// - Throws: `HypothesisError`.
  func checkOwnHypotheses(_ model: Model) throws(HypothesisError)

  /// The bounds of |Δ_1|, …, |Δ_orders| for W = 1, in any arithmetic, without the check of the hypotheses.
  func values<Scalar: RealScalar>(_ model: Model, at point: [BoundParticle], time: Scalar, orders: Int)
    throws(ArgumentError) -> [Scalar]

  /// The time up to which the bound tends to zero with L, for the points whose species are these; nil when it
  /// does for all times.
  func convergenceTime<Scalar: RealScalar>(_ model: Model, species: [Int], as: Scalar.Type)
    throws(ArgumentError)
    -> Scalar?
}

extension RemainderBound {
  public func checkOwnHypotheses(_ model: Model) throws(HypothesisError) {}

  /// Throws unless the model and the data satisfy the hypotheses.
  public func check(_ model: Model, initial: some InitialHierarchy) throws(HypothesisError) {
    guard model.particles == nil else { throw HypothesisError(label, requires: "N = ∞") }
    guard initial.isNonnegative(hbar: model.kernel.hbar) else {
      throw HypothesisError(
        label,
        requires: model.kernel.hbar == nil
          ? "nonnegative initial data" : "initial data known to be positive operators")
    }
    try checkOwnHypotheses(model)
  }

  /// Certified enclosures of the bounds of |Δ_1|, …, |Δ_orders|: computed in balls from the decimals of the
  /// configuration, ends rounded outward. The upper end is infinite where Float64 overflows.
  ///
  /// - Parameter time: t ≥ 0 or < 0; bounds depend on |t| (ξ and ηt keep their relative sign).
  /// - Throws: `HypothesisError` when a hypothesis fails.
  public func enclosures(
    _ model: Model, initial: some InitialHierarchy, at point: [BoundParticle], time: DecimalNumber,
    orders: Int
  ) throws -> [Enclosure] {
    try check(model, initial: initial)
    let weight = initial.totalWeight(as: Ball.self)
    return try values(model, at: point, time: Ball(time), orders: orders).map {
      let value = weight * $0
      return Enclosure(lower: .greatest(0, value.lower), upper: value.upper)
    }
  }
}

/// Two Doubles between which a number is known to lie.
public struct Enclosure: Sendable, Hashable {
  /// Not above the number.
  public let lower: Double
  /// Not below the number.
  public let upper: Double

  /// [lower, upper]; the caller answers for both sides.
  public init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }
}
