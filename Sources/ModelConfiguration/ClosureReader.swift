public import ExperimentKit
public import Hierarchy
import Interaction

/// The closures that have a name in a configuration; a new one is one more entry.
public let knownClosures: [any Closure] = [
  ZeroClosure(), FactorisedClosure(), CumulantClosure(), ExactClosure(),
]

/// Reads `closures: […]`, names of `knownClosures`, at least one.
public func readClosures(_ node: ConfigurationNode) throws -> [any Closure] {
  let names = try node.choices(of: knownClosures.map(\.name), default: ["zero", "factorised", "cumulant"])
  guard !names.isEmpty else { throw node.error(expected: "at least one closure") }
  return names.compactMap { name in knownClosures.first { $0.name == name } }
}
