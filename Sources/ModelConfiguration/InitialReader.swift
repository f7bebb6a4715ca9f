import CLibraries
public import ExperimentKit
public import Interaction
public import PhaseSpace

/// Reads `initial:` into factorised data or a mixture of products.
public struct InitialReader {
  /// What `kind` can be.
  static let kinds = ["factorised", "mixture"]

  /// The data as a mixture of products, one component for factorised data.
  public let hierarchy: ProductMixture

  /// Reads `initial:`. Throws `ConfigurationError` with the key path of what is wrong.
  public init(_ node: ConfigurationNode, model: Model) throws {
    let kind = try node["kind"].choice(of: Self.kinds)
    let entries = try node["components"].list(atLeast: 1)
    guard kind == "mixture" || entries.count == 1 else {
      throw node["components"].error(expected: "exactly one component for factorised data")
    }
    var components: [ProductMixture.Component] = []
    for entry in entries {
      let weight = try entry["weight"].number(default: entries.count == 1 ? 1 : nil)
      let states = try model.species.map { try readState(entry[$0.name], geometry: model.geometry) }
      components.append(ProductMixture.Component(writtenWeight: weight, states: states))
    }
    let total = components.reduce(0) { $0 + $1.weight }
    guard (total - 1).magnitude <= 1e-12 else {
      throw node["components"].error(expected: "weights that sum to 1", got: "a sum of \(total)")
    }
    hierarchy = try node.locating {
      try ProductMixture(components: components)
    }
  }
}
