import CLibraries
public import ExperimentKit
public import Interaction
public import PhaseSpace

/// Reads `initial:` into any initial hierarchy: what `InitialReader` knows, and `correlated`,
///
///     kind: correlated
///     components: [{electron: {kind: gaussian, …}, ion: {kind: gaussian, …}}]    # exactly one
///     momentum-covariance: [[P_11, P_12], [P_21, P_22]]                          # S rows, in the order of model.species
///     position-covariance: [[Q_11, Q_12], [Q_21, Q_22]]
///
/// the jointly Gaussian particles of `CorrelatedGaussians`. For the evaluators that need no product: the trees.
public struct InitialHierarchyReader {
  /// μ_0 in every order.
  public let hierarchy: any InitialHierarchy

  /// - Throws: `ConfigurationError` with the key path of what is wrong.
  public init(_ node: ConfigurationNode, model: Model) throws {
    let kind = try node["kind"].choice(of: InitialReader.kinds + ["correlated"])
    guard kind == "correlated" else {
      hierarchy = try InitialReader(node, model: model).hierarchy
      return
    }
    guard model.particles == nil else {
      throw node["kind"].error(expected: "factorised data or a mixture for a finite number of particles")
    }
    let entries = try node["components"].list(atLeast: 1)
    guard entries.count == 1 else {
      throw node["components"].error(expected: "exactly one component for correlated data")
    }
    let states = try model.species.map { species in
      _ = try entries[0][species.name]["kind"].choice(of: ["gaussian"])
      return try readGaussian(entries[0][species.name], geometry: model.geometry)
    }
    let momentum = try Self.matrix(node["momentum-covariance"], order: states.count)
    let position = try Self.matrix(node["position-covariance"], order: states.count)
    hierarchy = try node.locating {
      try CorrelatedGaussians(
        states: states, momentumCovariance: momentum,
        positionCovariance: position)
    }
  }

  /// S rows of S numbers, row-major.
  private static func matrix(_ node: ConfigurationNode, order: Int) throws -> [Double] {
    let rows = try node.list()
    guard rows.count == order else {
      throw node.error(expected: "\(order) rows, one per species", got: "\(rows.count)")
    }
    return try rows.flatMap { try $0.numbers(count: order).map(\.value) }
  }
}
