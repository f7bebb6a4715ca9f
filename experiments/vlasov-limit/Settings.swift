import CLibraries
import ExperimentKit
import Interaction
import ModelConfiguration
import PhaseSpace
import Studies
import Wasserstein

/// The configuration: a Hartree–Fock series, the histogram, and what to compare with.
struct Settings {
  let study: VlasovLimitStudy

  init(_ configuration: ConfigurationNode) throws {
    let series = try HartreeFockSeries(configuration)
    let node = configuration["histogram"]
    let positions = try node["q"].integer(in: 1...1024)
    let momenta = try node["p"].integer(in: 1...1024)
    let reach = try node["p-max"].number("a positive number") { $0 > 0 && $0 < 1e6 }
    let grid = try node.locating {
      try PhaseSpaceGrid(
        positions: positions, momenta: momenta, period: series.period,
        momentumRange: -reach.value...reach.value)
    }
    try Self.requireHalf(of: series, within: reach.value, node["p-max"])
    let references = try configuration["compare"].choices(
      of: VlasovLimitStudy.Reference.allCases.map(\.rawValue),
      default: VlasovLimitStudy.Reference.allCases.map(\.rawValue)
    ).compactMap(VlasovLimitStudy.Reference.init)
    let refinement = try configuration["refinement"].integer(in: 1...64, default: 8)
    let nodes = configuration["characteristics"]
    study = VlasovLimitStudy(
      series: series, grid: grid, refinement: refinement, references: references,
      characteristics: (
        8 * (try nodes["q"].integer(in: 8...65536, default: 256) / 8),
        try nodes["p"].integer(in: 8...65536, default: 200)
      ), exactStates: try Self.readExactStates(configuration["factorisation"], series))
    for (seconds, what) in try configuration.locating({ try study.work() }) {
      try configuration.requireTime(seconds: seconds, at: configuration["histogram"], what)
    }
    try configuration.requireTime(
      seconds: study.exactStates.reduce(0) {
        $0 + $1.exactSeconds(to: series.times.last?.value ?? 0, times: series.times.count)
      }, at: configuration["factorisation"], "exact dynamics")
    try configuration.requireTime(
      seconds: study.correlationSeconds, at: configuration["factorisation"],
      "pairs of phase-space points, as many as the first window asks for")
  }

  /// Refuses a histogram that no Husimi measure has half of its mass in, whatever the state: the p-marginals are mixtures of
  /// f̂²/2π√ħ, so that |p| ≤ P has at most P f̂(0)²/π√ħ. It also bounds how many such histograms the smoothing reaches across.
  private static func requireHalf(
    of series: HartreeFockSeries, within limit: Double, _ node: ConfigurationNode
  )
    throws
  {
    guard let total = series.particleNumbers.first else { return }
    let least =
      series.windows.map { window in
        let peak = window.transform(0)
        return Double.pi / (2 * peak * peak * Double(total).squareRoot())
      }.largest() ?? 0
    guard limit >= least else {
      throw node.error(
        expected:
          "at least \(least.short(3)): less holds less than half of any Husimi measure at N = \(total)",
        got: "\(limit)")
    }
  }

  /// `factorisation: {particle-numbers, modes}`
  private static func readExactStates(_ node: ConfigurationNode, _ series: HartreeFockSeries) throws
    -> [FermionSystem]
  {
    guard !node.isAbsent else {
      node.recordNull()
      return []
    }
    let numbers = try node["particle-numbers"].list(atLeast: 1).map {
      try readParticleNumber($0, of: series.model, atMost: 12)
    }
    let modes = try node["modes"].integer(in: 1...15)
    guard numbers.allSatisfy({ series.particles($0).allSatisfy { $0 <= 2 * modes + 1 } }) else {
      throw node["modes"].error(expected: "at least one plane wave for each particle")
    }
    return try numbers.map { total in
      let model = try Model(
        geometry: series.model.geometry, species: series.model.species, potentials: series.model.potentials,
        particles: series.particles(total))
      return try FermionSystem(
        model: model, modes: modes, profiles: series.profiles,
        convergence: try FermionSystem.readConvergence(
          node["convergence"], modes: modes, particles: series.particles(total)))
    }
  }
}
