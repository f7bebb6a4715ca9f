import CLibraries
import ExperimentKit
import Interaction
import PhaseSpace

/// The kinds of potentials a configuration can name. A new one is one line here.
let potentialKinds:
  [(kind: String, read: @Sendable (ConfigurationNode, Pair) throws -> any BandLimitedPotential)] = [
    ("trigonometric", readTrigonometric),
    ("bump", readBump),
    ("tabulated", readTabulated),
    ("coulomb", readCoulomb),
    ("yukawa", readYukawa),
    ("power-law", readPowerLaw),
  ]

/// What a potential may depend on: d, q_α and q_β.
struct Pair {
  let dimension: Int
  let charges: [DecimalNumber]
}

/// A potential: `kind` and what that kind needs, times `model.coupling`.
func readPotential(
  _ node: ConfigurationNode, dimension: Int, charges: [DecimalNumber], times coupling: DecimalNumber
) throws -> any BandLimitedPotential {
  let kind = try node["kind"].choice(of: potentialKinds.map(\.kind))
  let pair = Pair(dimension: dimension, charges: charges)
  for entry in potentialKinds where entry.kind == kind {
    let potential = try entry.read(node, pair)
    return Rational(coupling) == Rational(1) ? potential : ScaledPotential(potential, times: coupling)
  }
  throw node["kind"].error(expected: "a known kind of potential")
}

/// `external: [{species, kind: trigonometric, modes}]`: U_α of some species, on the torus; coefficients as of a pair.
func readExternal(
  _ node: ConfigurationNode, names: [String], geometry: PhaseSpaceGeometry, isRead: Bool
) throws -> [(species: Int, potential: any BandLimitedPotential)] {
  guard isRead else {
    guard node.isAbsent else {
      throw node.error(expected: "no external potential, which this program does not know", got: "one")
    }
    return []
  }
  var result: [(species: Int, potential: any BandLimitedPotential)] = []
  for entry in try node.list(orEmpty: true) {
    guard geometry.kappa != nil else {
      throw node.error(expected: "no external potential where the domain is space", got: "one")
    }
    let species = names.firstIndex(of: try entry["species"].choice(of: names)) ?? 0
    guard !result.contains(where: { $0.species == species }) else {
      throw entry["species"].error(expected: "each species once")
    }
    _ = try entry["kind"].choice(of: ["trigonometric"])
    let potential = try readTrigonometric(entry, Pair(dimension: geometry.dimension, charges: []))
    result.append((species, potential))
  }
  return result
}

/// `modes: [{m: [1], coefficient: 0.5}]`, each applied to ±m (once for m = 0).
private func readTrigonometric(_ node: ConfigurationNode, _ pair: Pair) throws -> any BandLimitedPotential {
  let modes = try node["modes"].list(atLeast: 1).map { entry in
    TrigonometricPotential.Mode(
      mode: try readMode(entry["m"], dimension: pair.dimension),
      coefficient: try entry["coefficient"].number())
  }
  return try node.locating { try TrigonometricPotential(modes: modes) }
}

/// `strength`, `bandlimit`, `power`.
private func readBump(_ node: ConfigurationNode, _ pair: Pair) throws -> any BandLimitedPotential {
  let strength = try node["strength"].number()
  let bandlimit = try node["bandlimit"].positive()
  let power = try node["power"].number("a number in (0, 1000]") { $0 > 0 && $0 <= 1000 }
  return try node.locating {
    try BumpPotential(strength: strength, bandlimit: bandlimit, power: power)
  }
}

/// `eta: […]`, `values: […]`, radial and piecewise linear.
private func readTabulated(_ node: ConfigurationNode, _ pair: Pair) throws -> any BandLimitedPotential {
  let radii = try node["eta"].numbers(atLeast: 2)
  let samples = try node["values"].numbers(count: radii.count)
  return try node.locating { try TabulatedPotential(radii: radii, samples: samples) }
}

/// `strength: g`, `modes: M`: q_α q_β g/(κ|m|)².
private func readCoulomb(_ node: ConfigurationNode, _ pair: Pair) throws -> any BandLimitedPotential {
  try readInversePower(node, charges: pair.charges)
}

/// The same with `screening-length: λ`: q_α q_β g/((κ|m|)² + λ⁻²).
private func readYukawa(_ node: ConfigurationNode, _ pair: Pair) throws -> any BandLimitedPotential {
  try readInversePower(
    node, charges: pair.charges, screeningLength: node["screening-length"].positive())
}

/// `strength: g`, `exponent: p`, `modes: M`: g/(κ|m|)^p, whatever the charges.
private func readPowerLaw(_ node: ConfigurationNode, _ pair: Pair) throws -> any BandLimitedPotential {
  let exponent = try node["exponent"].number("a number in [0, 100]") { (0...100).contains($0) }
  return try readInversePower(node, charges: [], exponent: exponent)
}

private func readInversePower(
  _ node: ConfigurationNode, charges: [DecimalNumber], exponent: DecimalNumber = 2,
  screeningLength: DecimalNumber? = nil
) throws -> any BandLimitedPotential {
  let strength = try node["strength"].number()
  let modes = try node["modes"].integer(in: 1...10_000)
  return try node.locating {
    try InversePowerPotential(
      factors: [strength] + charges, exponent: exponent, screeningLength: screeningLength, modes: modes)
  }
}

/// A mode m: a list of d integers, or one integer in d = 1.
func readMode(_ node: ConfigurationNode, dimension: Int) throws -> ModeIndex {
  let entries = try node.places(count: dimension, of: "integer")
  return ModeIndex(components: try entries.map { try $0.integer(in: -10_000...10_000) })
}

/// The mode of a wave, not 0: an integer in d = 1, or a list of d integers, none beyond `highest`.
/// - Throws: `ConfigurationError` for anything else.
public func readWave(_ node: ConfigurationNode, dimension: Int, highest: Int = 10_000) throws -> ModeIndex {
  let entries = dimension == 1 && !node.isList ? [node] : try node.list(atLeast: 1)
  let components = try entries.map { try $0.integer(in: -highest...highest) }
  guard components.count == dimension, components.contains(where: { $0 != 0 }) else {
    throw node.error(expected: "a mode other than 0, \(dimension) integer\(dimension == 1 ? "" : "s")")
  }
  return ModeIndex(components: components)
}
