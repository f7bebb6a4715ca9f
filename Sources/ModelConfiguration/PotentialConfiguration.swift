import CLibraries
import ExperimentKit
import Interaction
import PhaseSpace

/// The kinds of potentials a configuration can name. A new one is one line here.
let potentialKinds:
  [(kind: String, read: @Sendable (ConfigurationNode, Int) throws -> any BandLimitedPotential)] = [
    ("trigonometric", readTrigonometric),
    ("bump", readBump),
    ("tabulated", readTabulated),
  ]

/// A potential: `kind` and what that kind needs.
func readPotential(_ node: ConfigurationNode, dimension: Int) throws -> any BandLimitedPotential {
  let kind = try node["kind"].choice(of: potentialKinds.map(\.kind))
  for entry in potentialKinds where entry.kind == kind { return try entry.read(node, dimension) }
  throw node["kind"].error(expected: "a known kind of potential")
}

/// `modes: [{m: [1], coefficient: 0.5}]`, each applied to ±m (once for m = 0).
private func readTrigonometric(_ node: ConfigurationNode, dimension: Int) throws -> any BandLimitedPotential {
  let modes = try node["modes"].list(atLeast: 1).map { entry in
    TrigonometricPotential.Mode(
      mode: try readMode(entry["m"], dimension: dimension), coefficient: try entry["coefficient"].number())
  }
  return try node.locating { try TrigonometricPotential(modes: modes) }
}

/// `strength`, `bandlimit`, `power`.
private func readBump(_ node: ConfigurationNode, dimension: Int) throws -> any BandLimitedPotential {
  let strength = try node["strength"].number()
  let bandlimit = try node["bandlimit"].positive()
  let power = try node["power"].number("a number in (0, 1000]") { $0 > 0 && $0 <= 1000 }
  return try node.locating {
    try BumpPotential(strength: strength, bandlimit: bandlimit, power: power)
  }
}

/// `eta: […]`, `values: […]`, radial and piecewise linear.
private func readTabulated(_ node: ConfigurationNode, dimension: Int) throws -> any BandLimitedPotential {
  let radii = try node["eta"].numbers(atLeast: 2)
  let samples = try node["values"].numbers(count: radii.count)
  return try node.locating { try TabulatedPotential(radii: radii, samples: samples) }
}

/// A mode m: a list of d integers.
func readMode(_ node: ConfigurationNode, dimension: Int) throws -> ModeIndex {
  let entries = try node.list()
  guard entries.count == dimension else {
    throw node.error(expected: "a list of \(dimension) integer\(dimension == 1 ? "" : "s")")
  }
  return ModeIndex(components: try entries.map { try $0.integer(in: -10_000...10_000) })
}
