import CLibraries
import ExperimentKit
import Husimi
import Interaction
import ModelConfiguration

/// The configuration: a Hartree–Fock series and a test function for each species.
struct Settings {
  let series: HartreeFockSeries
  let testFunctions: [PhaseSpaceTestFunction]

  init(_ configuration: ConfigurationNode) throws {
    series = try HartreeFockSeries(configuration)
    let node = configuration["test-functions"]
    let names = series.model.species.map(\.name)
    for name in try node.names() where !names.contains(name) {
      throw node[name].error(expected: "the name of a species (\(names.joined(separator: ", ")))", got: name)
    }
    testFunctions = try names.map { try Self.readTestFunction(node[$0]) }
  }

  private static func readTestFunction(_ node: ConfigurationNode) throws -> PhaseSpaceTestFunction {
    let constant = try node["constant"].number()
    let waves = try node["modes"].list(orEmpty: true).map { entry in
      let mode = try entry["m"].list()
      guard mode.count == 1 else { throw entry["m"].error(expected: "a list of one integer") }
      return PhaseSpaceTestFunction.Wave(
        mode: try mode[0].integer(in: 1...1000), amplitude: try entry["amplitude"].number().value,
        phase: try entry["phase"].number(default: 0).value)
    }
    let centre = try node["p-centre"].number()
    let width = try node["p-width"].number("a positive number") { $0 > 0 }
    return try node.locating {
      try PhaseSpaceTestFunction(
        constant: constant.value, waves: waves, centre: centre.value, width: width.value)
    }
  }
}
