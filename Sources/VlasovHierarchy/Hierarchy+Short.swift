import CLibraries
import Computing
import DysonSeries
import Hierarchy
import Interaction
import PhaseSpace
import RemainderBounds
import Vlasov

extension Workers {
  /// As many threads as this process may use.
  public static var all: Workers { Workers(threads: Processors.count()) }
}

extension Evolution {
  /// Itself, moved on to a later time.
  /// - Throws: as `advance(to:)`.
  public func advanced(to time: Double) throws -> Self {
    try advance(to: time)
    return self
  }
}

extension Closure where Self == ZeroClosure {
  /// Marginals beyond the rank vanish.
  public static var zero: ZeroClosure { ZeroClosure() }
}
extension Closure where Self == FactorisedClosure {
  /// Marginals beyond the rank are products of one-particle ones.
  public static var factorised: FactorisedClosure { FactorisedClosure() }
}
extension Closure where Self == CumulantClosure {
  /// The highest cumulant vanishes.
  public static var cumulant: CumulantClosure { CumulantClosure() }
}
extension Closure where Self == ExactClosure {
  /// No marginal beyond the rank is needed: finite N ≤ R.
  public static var exact: ExactClosure { ExactClosure() }
}

extension TruncatedHierarchy {
  /// The hierarchy cut at a rank, at t = 0.
  ///
  ///     let hierarchy = try TruncatedHierarchy(model, data, lattice, rank: 2, closure: .cumulant)
  ///
  /// - Throws: as the full initialiser.
  public convenience init(
    _ model: Model, _ data: some InitialHierarchy, _ lattice: FourierLattice, rank: Int,
    closure: some Closure, workers: Workers = .all
  ) throws {
    try self.init(
      model: model, initial: data, lattice: lattice, rank: rank, closure: closure, workers: workers)
  }

  /// The largest |w^{(k,ℓ)} − m_1^{⊗k} ⊗ m_2^{⊗ℓ}| over all marginals and lattice points, against the exact solution at the
  /// same time.
  /// - Throws: `ArgumentError` for a solution at another time, or on another lattice.
  public func distance(to solution: VlasovSolution) throws -> Double {
    guard solution.time == time else {
      throw ArgumentError("solution", expected: "at t = \(time)", got: "at t = \(solution.time)")
    }
    let tables = try ProductTables(solution.components)
    return orders.map { distance($0, to: tables).maximum }.largest() ?? 0
  }
}

extension VlasovSolution {
  /// The exact solution of (1.8) for factorised data and mixtures, at t = 0.
  /// - Throws: as the full initialiser.
  public convenience init(
    _ model: Model, _ data: ProductMixture, _ lattice: FourierLattice, workers: Workers = .all
  ) throws {
    try self.init(model: model, initial: data, lattice: lattice, workers: workers)
  }
}

extension RemainderBound {
  /// Certified enclosures of the bounds of |Δ_1|, …, |Δ_orders| at one point and time.
  /// - Throws: `HypothesisError` when a hypothesis fails.
  public func enclosures(
    _ model: Model, _ data: any InitialHierarchy, at point: Point, time: DecimalNumber, orders: Int
  ) throws -> [Enclosure] {
    try enclosures(model, initial: data, at: point, time: time, orders: orders)
  }
}
