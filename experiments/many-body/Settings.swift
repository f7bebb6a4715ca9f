import CLibraries
import ExperimentKit
import ModelConfiguration
import Studies

/// The configuration of `many-body`.
struct Settings {
  let study: ManyBodyStudy
  let times: [DecimalNumber]

  init(_ configuration: ConfigurationNode) throws {
    let system = try FermionSystem(configuration, modes: 1...100_000)
    let window = try readWindow(configuration["window"])
    times = try readTimes(configuration["times"])
    let word = try configuration["method"].choice(
      of: ManyBodyStudy.Method.allCases.map(\.rawValue), default: ManyBodyStudy.Method.exact.rawValue)
    let method = ManyBodyStudy.Method(rawValue: word) ?? .exact
    guard method == .exact || configuration["convergence"].isAbsent else {
      throw configuration["convergence"].error(
        expected: "nothing: only exact dynamics is followed on other modes")
    }
    let hasCompanion = try Self.readCompanion(configuration["companion"], method: method)
    let timeStep = try configuration["time-step"].positive(default: 0.025).value
    let points = try readHusimiPoints(configuration["husimi-points"], model: system.model)
    study = ManyBodyStudy(
      system: system, window: window, method: method, hasCompanion: hasCompanion, timeStep: timeStep,
      points: points,
      grid: try PictureGrid(
        configuration["grid"], period: system.period, atMost: 2000, default: (positions: 96, momenta: 97)))
    guard !study.followsHartreeFock || times.allSatisfy({ $0.value / timeStep < 1e9 }) else {
      throw configuration["time-step"].error(
        expected: "fewer than 10⁹ steps to the last time", got: "\(timeStep)")
    }
    if method == .exact, system.modes + system.highestMode > 31 {
      throw configuration["modes"].error(
        expected: "at most \(31 - system.highestMode) modes for exact dynamics (63 plane waves with HΨ's)")
    }
    try limitTime(configuration)
    for (index, point) in points.enumerated()
    where zip(point, system.particles).contains(where: { $0.count > $1 }) {
      throw try configuration["husimi-points"].list()[index].error(
        expected: "no more particles than the model has",
        got: "\(point.map(\.count)) for \(system.particles)")
    }
  }

  /// `companion: hartree-fock | none` of an exact run.
  private static func readCompanion(_ node: ConfigurationNode, method: ManyBodyStudy.Method) throws -> Bool {
    guard method == .exact else {
      guard node.isAbsent else {
        throw node.error(expected: "nothing: only exact dynamics has a companion to be compared with")
      }
      node.recordNull()
      return false
    }
    return try node.choice(of: ["hartree-fock", "none"], default: "hartree-fock") == "hartree-fock"
  }

  /// Refuses what would take longer than the configured time.
  private func limitTime(_ configuration: ConfigurationNode) throws {
    let (system, last) = (study.system, times.last?.value ?? 0)
    let waves = Double(2 * system.modes + 1)
    let occupations = Double(2 * times.count) * 2e-9 * waves * waves * waves
    let steps =
      study.followsHartreeFock
      ? system.hartreeFockSeconds(
        points: system.gridPoints(4), steps: last / study.timeStep + Double(times.count)) : 0
    try configuration.requireTime(
      seconds: steps + occupations, at: configuration[last / study.timeStep > 10_000 ? "times" : "modes"],
      "Hartree–Fock steps and natural occupations")
    guard study.method == .exact else { return }
    try configuration.requireTime(
      seconds: system.exactSeconds(to: last, times: times.count), at: configuration["times"],
      "exact dynamics, by R|t|/ħ with R half the width of the spectrum")
  }
}
