public import ExperimentKit
public import Interaction
public import ManyBody

/// Reads `orbitals: {<species>: {amplitude, phase, momentum, occupation}, …}`: one profile per species of the model, in
/// its order.
public func readOrbitals(_ node: ConfigurationNode, model: Model) throws -> [OrbitalProfile] {
  let names = model.species.map(\.name)
  for name in try node.names() where !names.contains(name) {
    throw node[name].error(expected: "the name of a species (\(names.joined(separator: ", ")))", got: name)
  }
  return try names.map { name in
    let entry = node[name]
    let amplitude = try entry["amplitude"].number("a number in (−1, 1)") { $0.magnitude < 1 }
    let phase = try entry["phase"].number(default: 0)
    let momentum = try entry["momentum"].number()
    let occupation = try entry["occupation"].choice(
      of: OrbitalProfile.Occupation.allCases.map(\.rawValue), default: "sea")
    return try entry.locating {
      try OrbitalProfile(
        amplitude: amplitude.value, phase: phase.value, momentum: momentum.value,
        occupation: OrbitalProfile.Occupation(rawValue: occupation) ?? .sea)
    }
  }
}
