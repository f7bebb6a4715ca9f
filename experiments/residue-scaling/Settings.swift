import CLibraries
import ExperimentKit
import Husimi
import Interaction
import Studies

/// The configuration: a Hartree–Fock series and a test function for each species.
struct Settings {
  let series: HartreeFockSeries
  let testFunctions: [PhaseSpaceTestFunction]

  /// The terms of (3.5) that are followed.
  var terms: [ResidueTerm] { ResidueTerm.all(species: series.model.species.count) }

  init(_ configuration: ConfigurationNode) throws {
    series = try HartreeFockSeries(configuration, comparesSteps: true)
    let node = configuration["test-functions"]
    let names = series.model.species.map(\.name)
    for name in try node.names() where !names.contains(name) {
      throw node[name].error(expected: "the name of a species (\(names.joined(separator: ", ")))", got: name)
    }
    testFunctions = try names.map { try Self.readTestFunction(node[$0]) }
    try limitTime(configuration)
  }

  /// Refuses what would take longer than the configured time: the residues of one state are some 6 + 4M quantised test
  /// functions, M the potentials' highest mode, each of which costs diagonals × plane waves × momenta; and 40M traces over
  /// pairs of orbitals.
  private func limitTime(_ configuration: ConfigurationNode) throws {
    let highest = Double(series.interaction.highestMode)
    let diagonals = 2 * Double(testFunctions.map(\.waves.count).max() ?? 0) + 2 * highest + 1
    var seconds = 0.0
    for total in series.particleNumbers {
      let waves = series.estimatedPoints(total) / 2 + 4 * highest
      let largest = Double(series.particles(total).max() ?? 0)
      let pairs = largest * largest
      for window in series.windows {
        let momenta =
          testFunctions.map {
            WeakResidues.momenta(
              $0, hbar: 1 / Double(total), wavenumber: 2 * Double.pi / series.period, window: window)
          }.max() ?? 0
        guard momenta <= 1e7 else {
          throw configuration["test-functions"].error(
            expected: "test functions that span at most 10⁷ of the momenta between coherent states",
            got: "\(momenta) for N = \(total)")
        }
        seconds +=
          Double(series.times.count) * (series.isRepeated ? 2 : 1)
          * ((6 + 4 * highest) * diagonals * waves * momenta * 2e-9
            + 40 * highest * pairs * waves * 4e-10)
      }
    }
    try configuration.requireTime(
      seconds: seconds, at: configuration["test-functions"], "test functions between coherent states")
  }

  private static func readTestFunction(_ node: ConfigurationNode) throws -> PhaseSpaceTestFunction {
    let constant = try node["constant"].number()
    let waves = try node["modes"].list(orEmpty: true).map { entry in
      return PhaseSpaceTestFunction.Wave(
        mode: try entry["m"].places(count: 1, of: "integer")[0].integer(in: 1...1000),
        amplitude: try entry["amplitude"].number().value,
        phase: try entry["phase"].number(default: 0).value)
    }
    let centre = try node["p-centre"].number()
    let width = try node["p-width"].positive()
    return try node.locating {
      try PhaseSpaceTestFunction(
        constant: constant.value, waves: waves, centre: centre.value, width: width.value)
    }
  }

  /// All that a run holds: one state after the other, its residues in one window after the other, and the terms found.
  func memory() throws -> MemoryPlan {
    var plan = MemoryPlan()
    let count = Memory.product(terms.count, series.windows.count)
    try series.hold(in: &plan, record: Memory.product(count, 128)) { plan, total, points in
      for window in series.windows {
        plan.phase {
          $0.hold(
            "residues",
            WeakResidues.bytes(
              modes: points, particles: series.particles(total), hbar: 1 / Double(total),
              interaction: series.interaction, testFunctions: testFunctions,
              wavenumber: 2 * .pi / series.period, window: window))
        }
      }
    }
    plan.hold(
      "rows",
      Memory.product(series.particleNumbers.count, series.times.count, count, ExperimentRun.bytesOfRow))
    return plan
  }
}
