public import Computing
public import Hierarchy
public import PhaseSpace

/// What truncated hierarchies of a model are compared with, moved on beside them.
public protocol ExactSolution {
  /// What moves, in this order, with its figures of resolution.
  var moving: [any Evolution] { get }

  /// The solution at the present time.
  /// - Throws: as its parts.
  func present() throws -> any ExactMarginals
}

/// The marginals of an exact solution at one time.
public protocol ExactMarginals {
  /// Their values.
  var observed: any ObservedMarginals { get }

  /// How far the marginal of a hierarchy is from this one, and how far both may be off.
  /// - Throws: `ArgumentError` for a hierarchy on another lattice or in another storage.
  func comparison(with hierarchy: any RankedHierarchy, _ order: MarginalOrder) throws -> ExactComparison
}

/// How far one marginal is from the exact one.
public struct ExactComparison: Sendable, Hashable, Codable {
  /// ‖w − w_exact‖
  public let distance: MarginalDistance
  /// ≥ max |w_exact as computed − w_exact|
  public let referenceError: Double
  /// ≥ max |w_exact as the hierarchy's lattice has it − w_exact|
  public let latticeError: Double

  /// A distance with its errors.
  public init(distance: MarginalDistance, referenceError: Double, latticeError: Double) {
    self.distance = distance
    self.referenceError = referenceError
    self.latticeError = latticeError
  }
}
