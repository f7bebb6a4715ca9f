import CLibraries
import ExperimentKit
import PhaseSpace

/// The kinds of one-particle states a configuration can name. A new one is one line here.
let stateKinds:
  [(kind: String, read: @Sendable (ConfigurationNode, PhaseSpaceGeometry) throws -> any OneParticleState)] = [
    ("maxwellian", readMaxwellian),
    ("gaussian", { try readGaussian($0, geometry: $1) }),
    ("two-stream", readTwoStream),
  ]

/// A one-particle state: `kind` and what that kind needs.
func readState(_ node: ConfigurationNode, geometry: PhaseSpaceGeometry) throws -> any OneParticleState {
  let kind = try node["kind"].choice(of: stateKinds.map(\.kind))
  for entry in stateKinds where entry.kind == kind { return try entry.read(node, geometry) }
  throw node["kind"].error(expected: "a known kind of state")
}

private func readMaxwellian(_ node: ConfigurationNode, geometry: PhaseSpaceGeometry) throws
  -> any OneParticleState
{
  try maxwellian(node, geometry: geometry, drift: try readDrift(node, geometry.dimension))
}

/// σ, the given drift, and the modulations [{m, amplitude, phase}].
private func maxwellian(_ node: ConfigurationNode, geometry: PhaseSpaceGeometry, drift: [DecimalNumber])
  throws
  -> MaxwellianState
{
  guard geometry.kappa != nil else {
    throw node["kind"].error(expected: "a state on R^d (gaussian); a maxwellian needs a torus")
  }
  let sigma = try node["sigma"].numbers(count: geometry.dimension)
  let modulations = try node["modulation"].list(orEmpty: true).map { entry in
    MaxwellianState.Modulation(
      mode: try readMode(entry["m"], dimension: geometry.dimension),
      amplitude: try entry["amplitude"].number().value,
      phase: try entry["phase"].number(default: 0).value)
  }
  return try node.locating {
    try MaxwellianState(
      geometry: geometry, sigma: sigma.map(\.value), drift: drift.map(\.value), modulations: modulations)
  }
}

/// `drift`, d numbers, 0 where nothing is written.
private func readDrift(_ node: ConfigurationNode, _ dimension: Int) throws -> [DecimalNumber] {
  try node["drift"].numbers(count: dimension, default: [DecimalNumber](repeating: 0, count: dimension))
}

/// `sigma`, `drift`, `width` and `centre`, d numbers each.
func readGaussian(_ node: ConfigurationNode, geometry: PhaseSpaceGeometry) throws -> GaussianState {
  let d = geometry.dimension
  let sigma = try node["sigma"].numbers(count: d)
  let drift = try readDrift(node, d)
  let width = try node["width"].numbers(count: d)
  let centre = try node["centre"].numbers(count: d)
  return try node.locating {
    try GaussianState(
      dimension: d, sigma: sigma.map(\.value), drift: drift.map(\.value), width: width.map(\.value),
      centre: centre.map(\.value))
  }
}

/// Two Maxwellians with drifts ±u: `sigma`, `drift: [u]`, `modulation`, `weight` of the forward one.
private func readTwoStream(_ node: ConfigurationNode, geometry: PhaseSpaceGeometry) throws
  -> any OneParticleState
{
  let drift = try node["drift"].numbers(count: geometry.dimension)
  let forward = try maxwellian(node, geometry: geometry, drift: drift)
  let backward = try maxwellian(
    node, geometry: geometry, drift: drift.map { DecimalNumber(-$0.value) })
  let weight = try node["weight"].number(default: 0.5).value
  return try node.locating {
    try TwoStreamState(forward: forward, backward: backward, weight: weight)
  }
}
