import CLibraries
public import ExperimentKit
public import Husimi

/// The kinds of windows a configuration can name. A new one is one line here.
let windowKinds: [(kind: String, read: @Sendable (ConfigurationNode) throws -> any Window)] = [
  ("gaussian", readGaussianWindow),
  ("cosine-power", readCosinePowerWindow),
]

/// Reads a window: `{kind: gaussian, width}` or `{kind: cosine-power, radius, power}`.
public func readWindow(_ node: ConfigurationNode) throws -> any Window {
  let kind = try node["kind"].choice(of: windowKinds.map(\.kind))
  for entry in windowKinds where entry.kind == kind { return try entry.read(node) }
  throw node["kind"].error(expected: "a known kind of window")
}

private func readGaussianWindow(_ node: ConfigurationNode) throws -> any Window {
  let width = try node["width"].positive()
  return try node.locating { try GaussianWindow(width: width.value) }
}

private func readCosinePowerWindow(_ node: ConfigurationNode) throws -> any Window {
  let radius = try node["radius"].positive()
  let power = try node["power"].integer(in: 2...30)
  return try node.locating { try CosinePowerWindow(radius: radius.value, power: power) }
}
