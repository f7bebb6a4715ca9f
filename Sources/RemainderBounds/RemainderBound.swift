public import CLibraries
public import Interaction
public import PhaseSpace

/// A bound made ready for one model, its data and a number of orders: from the point and the time t to the bounds of
/// |Δ_1|, …, |Δ_orders|. It throws `HypothesisError` where the bound does not reach that time.
public typealias BoundEvaluator<Scalar: RealScalar> =
  @Sendable (_ point: Point, _ time: Scalar) throws -> [Scalar]

/// A bound on the remainder Δ_L of the Dyson series (5.3), as a function of the point, the time and L. At finite N the
/// series is that of the finite-N hierarchy (Papers/finite-n.md).
///
/// `check` throws when a hypothesis fails. One is shared by most: |μ_t| ≤ W · mass for all times, which holds for
/// nonnegative measures (classical kernel) and positive operators (Moyal kernel, |κ_ħ(x)| ≤ |x|); W = 1, up to the
/// decimals of the weights of a mixture. Bounds that use nothing else of the data are a `MassBound`, and one file:
///
///     struct TrivialBound: MassBound {
///       let name = "trivial", label = "|Δ_L| ≤ ∞"
///       func evaluator<S: RealScalar>(_ model: Model, orders: Int, as: S.Type) -> BoundEvaluator<S> { … }
///       func convergenceTime<S: RealScalar>(_ model: Model, species: [Int], as: S.Type) -> S? { nil }
///     }
public protocol RemainderBound: Sendable {
  /// As the configuration names it.
  var name: String { get }
  /// The label of the statement.
  var label: String { get }

  /// Whether the proof needs |μ_t^{(k,ℓ)}| ≤ W · mass for all times; `check` then asks the data.
  var needsNonnegativeData: Bool { get }

  /// What the bound requires of the model and the data beyond that.
  /// - Throws: `HypothesisError`.
  func checkOwnHypotheses(_ model: Model, initial: any InitialHierarchy) throws(HypothesisError)

  /// The bound in any arithmetic, without the check of the hypotheses. Constants, atoms and series are computed here,
  /// once, and not for every point and time.
  func evaluator<Scalar: RealScalar>(
    _ model: Model, initial: any InitialHierarchy, orders: Int, as: Scalar.Type
  ) throws -> BoundEvaluator<Scalar>

  /// The time up to which the bound tends to zero with L, for the points whose species are these; nil when it
  /// does for all times.
  func convergenceTime<Scalar: RealScalar>(
    _ model: Model, initial: any InitialHierarchy, species: [Int], as: Scalar.Type
  ) throws -> Scalar?
}

extension RemainderBound {
  public var needsNonnegativeData: Bool { true }

  public func checkOwnHypotheses(_ model: Model, initial: any InitialHierarchy) throws(HypothesisError) {}

  /// Throws unless the model and the data satisfy the hypotheses.
  public func check(_ model: Model, initial: any InitialHierarchy) throws(HypothesisError) {
    try model.potentials.requireNoExternal(label)
    if needsNonnegativeData {
      guard initial.isNonnegative(hbar: model.kernel.hbar) else {
        throw HypothesisError(
          label,
          requires: model.kernel.hbar == nil
            ? "nonnegative initial data" : "initial data known to be positive operators")
      }
    }
    try checkOwnHypotheses(model, initial: initial)
  }

  /// The bounds of |Δ_1|, …, |Δ_orders| at one point and time, without the check of the hypotheses.
  public func values<Scalar: RealScalar>(
    _ model: Model, initial: any InitialHierarchy, at point: Point, time: Scalar, orders: Int
  ) throws -> [Scalar] {
    try evaluator(model, initial: initial, orders: orders, as: Scalar.self)(point, time)
  }

  /// Certified enclosures of the bounds of |Δ_1|, …, |Δ_orders| at one point and time. For many of them make a
  /// `CertifiedBound` once.
  ///
  /// - Parameter time: t ≥ 0 or < 0; bounds depend on |t| (ξ and ηt keep their relative sign).
  /// - Throws: `HypothesisError` when a hypothesis fails.
  public func enclosures(
    _ model: Model, initial: any InitialHierarchy, at point: Point, time: DecimalNumber,
    orders: Int
  ) throws -> [Enclosure] {
    try CertifiedBound(self, model, initial: initial, orders: orders).enclosures(at: point, time: time)
  }
}

/// A bound that knows of the data only |μ_t| ≤ W · mass: nothing but W enters its numbers.
public protocol MassBound: RemainderBound {
  /// What the bound requires of the model beyond nonnegative data.
  /// - Throws: `HypothesisError`.
  func checkOwnHypotheses(_ model: Model) throws(HypothesisError)

  /// The bound for W = 1, in any arithmetic, without the check of the hypotheses.
  func evaluator<Scalar: RealScalar>(_ model: Model, orders: Int, as: Scalar.Type) throws(ArgumentError)
    -> BoundEvaluator<Scalar>

  /// The time up to which the bound tends to zero with L, for the points whose species are these; nil when it
  /// does for all times.
  func convergenceTime<Scalar: RealScalar>(_ model: Model, species: [Int], as: Scalar.Type)
    throws(ArgumentError) -> Scalar?
}

extension MassBound {
  public func checkOwnHypotheses(_ model: Model) throws(HypothesisError) {}

  public func checkOwnHypotheses(_ model: Model, initial: any InitialHierarchy) throws(HypothesisError) {
    try checkOwnHypotheses(model)
  }

  public func evaluator<Scalar: RealScalar>(
    _ model: Model, initial: any InitialHierarchy, orders: Int, as _: Scalar.Type
  ) throws -> BoundEvaluator<Scalar> {
    let bound = try evaluator(model, orders: orders, as: Scalar.self)
    let weight = initial.totalWeight(as: Scalar.self)
    return { point, time in try bound(point, time).map { weight * $0 } }
  }

  public func convergenceTime<Scalar: RealScalar>(
    _ model: Model, initial: any InitialHierarchy, species: [Int], as _: Scalar.Type
  ) throws -> Scalar? {
    try convergenceTime(model, species: species, as: Scalar.self)
  }

  /// The bounds of |Δ_1|, …, |Δ_orders| for W = 1 at one point and time, for any data that satisfy the hypotheses.
  public func values<Scalar: RealScalar>(
    _ model: Model, at point: Point, time: Scalar, orders: Int
  ) throws -> [Scalar] {
    try evaluator(model, orders: orders, as: Scalar.self)(point, time)
  }
}

/// A bound in balls, made ready for a model, its data and a number of orders.
public struct CertifiedBound: Sendable {
  private let evaluate: BoundEvaluator<Ball>

  /// - Throws: `HypothesisError` when a hypothesis of the bound fails.
  public init(_ bound: any RemainderBound, _ model: Model, initial: any InitialHierarchy, orders: Int) throws
  {
    try bound.check(model, initial: initial)
    evaluate = try bound.evaluator(model, initial: initial, orders: orders, as: Ball.self)
  }

  /// Enclosures of the bounds of |Δ_1|, …, |Δ_orders|: computed in balls from the decimals of the configuration, ends
  /// rounded outward. The upper end is infinite where Float64 overflows.
  ///
  /// - Parameter time: t ≥ 0 or < 0; bounds depend on |t| (ξ and ηt keep their relative sign).
  /// - Throws: `HypothesisError` where the bound does not reach this time.
  public func enclosures(at point: Point, time: DecimalNumber) throws -> [Enclosure] {
    try evaluate(point, Ball(time)).map { Enclosure(lower: .greatest(0, $0.lower), upper: $0.upper) }
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
