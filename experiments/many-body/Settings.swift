import CLibraries
import ExperimentKit
import Husimi
import Interaction
import ManyBody
import ModelConfiguration
import Numerics

/// The configuration of `many-body`.
struct Settings {
  /// How the state is evolved.
  enum Method: String, CaseIterable {
    case exact
    case hartreeFock = "hartree-fock"
  }

  let model: Model
  let particles: [Int]
  let interaction: InteractionModes
  let modes: Int
  let orbitals: [OrbitalProfile]
  let window: any Window
  let times: [DecimalNumber]
  let method: Method
  /// Whether Hartree–Fock orbitals are followed: as the method, or as the companion of an exact state.
  let followsHartreeFock: Bool
  let timeStep: Double
  let points: [[[HusimiPoint]]]
  let gridPositions: Int
  let gridMomenta: [Double]

  init(_ configuration: ConfigurationNode) throws {
    let node = configuration["model"]
    model = try ModelReader(node, readsKernel: false).model
    guard let particles = model.particles, particles.count == 2 else {
      throw node["particles"].error(expected: "the particle numbers of two species")
    }
    guard model.geometry.dimension == 1, model.geometry.kappa != nil else {
      throw node.error(expected: "one dimension and a torus", got: "another geometry")
    }
    self.particles = particles
    let potentials = model.potentials
    interaction = try node.locating { try InteractionModes(potentials) }
    modes = try configuration["modes"].integer(in: 1...100_000)
    orbitals = try readOrbitals(configuration["orbitals"], model: model)
    window = try readWindow(configuration["window"])
    times = try readTimes(configuration["times"])
    let method = try configuration["method"].choice(
      of: Method.allCases.map(\.rawValue), default: Method.exact.rawValue)
    self.method = Method(rawValue: method) ?? .exact
    followsHartreeFock = try Self.readCompanion(configuration["companion"], method: self.method)
    timeStep = try configuration["time-step"].positive(default: 0.025).value
    let timeStep = self.timeStep
    guard !followsHartreeFock || times.allSatisfy({ $0.value / timeStep < 1e9 }) else {
      throw configuration["time-step"].error(
        expected: "fewer than 10⁹ steps to the last time", got: "\(timeStep)")
    }
    points = try readHusimiPoints(configuration["husimi-points"], model: model)
    let grid = configuration["grid"]
    gridPositions = try grid["positions"].integer(in: 2...2000, default: 96)
    let count = try grid["momenta"].integer(in: 2...2000, default: 97)
    let limit = try grid["p-max"].positive(default: 1.2).value
    gridMomenta = (0..<count).map { -limit + 2 * limit * Double($0) / Double(count - 1) }
    guard particles.allSatisfy({ $0 <= 2 * modes + 1 }) else {
      throw configuration["modes"].error(expected: "at least as many plane waves as fermions of a species")
    }
    if self.method == .exact, modes + interaction.highestMode > 31 {
      throw configuration["modes"].error(
        expected:
          "at most \(31 - interaction.highestMode) modes for exact dynamics (63 plane waves with HΨ's)")
    }
    try limitTime(configuration)
    for (index, point) in points.enumerated() where zip(point, particles).contains(where: { $0.count > $1 }) {
      throw try configuration["husimi-points"].list()[index].error(
        expected: "no more particles than the model has", got: "\(point.map(\.count)) for \(particles)")
    }
  }

  /// `companion: hartree-fock | none` of an exact run.
  private static func readCompanion(_ node: ConfigurationNode, method: Method) throws -> Bool {
    guard method == .exact else {
      guard node.isAbsent else {
        throw node.error(expected: "nothing: only exact dynamics has a companion to be compared with")
      }
      node.recordNull()
      return true
    }
    return try node.choice(of: ["hartree-fock", "none"], default: "hartree-fock") == "hartree-fock"
  }

  /// Refuses what would take longer than the configured time.
  private func limitTime(_ configuration: ConfigurationNode) throws {
    let last = times.last?.value ?? 0
    let grid = Double(4 * (modes + 2 * interaction.highestMode + 1))
    let occupations = Double(2 * times.count) * 2e-9 * Double.pow(Double(2 * modes + 1), 3)
    let steps =
      followsHartreeFock
      ? WorkEstimate.hartreeFock(
        particles: particles.map(Double.init), points: grid, highestMode: interaction.highestMode,
        steps: last / timeStep + Double(times.count)) : 0
    try configuration.requireTime(
      seconds: steps + occupations, at: configuration[last / timeStep > 10_000 ? "times" : "modes"],
      "Hartree–Fock steps and natural occupations")
    guard method == .exact else { return }
    try configuration.requireTime(
      seconds: WorkEstimate.exactDynamics(
        interaction, particles: particles, masses: model.masses, modes: modes, period: period, time: last,
        times: times.count),
      at: configuration["times"], "exact dynamics, by R|t|/ħ with R half the width of the spectrum")
  }

  var period: Double { 2 * .pi / (model.geometry.kappa ?? 1) }
  /// Positions of the Hartree–Fock orbitals: all modes of the plane waves and room for the potentials' products.
  var gridPoints: Int { (method == .exact ? 4 : 2) * (modes + 2 * interaction.highestMode + 1) }
  var total: Int { particles.reduce(0, +) }
}
