// What residue-scaling and vlasov-limit share: one model and one family of orbitals, Hartree–Fock states of N particles, the
// same fractions of each species, for growing N at ħ = 1/N, each taken through the same times.

public import CLibraries
public import ExperimentKit
public import Husimi
public import Interaction
public import ManyBody
import ModelConfiguration

/// A series of Hartree–Fock runs with growing particle number.
public struct HartreeFockSeries: Sendable {
  /// Species, potentials and kernel.
  public let model: Model
  /// The same potentials as Fourier coefficients.
  public let interaction: InteractionModes
  /// How the orbitals of each species are made.
  public let profiles: [OrbitalProfile]
  /// N, ascending; n_α N of each species.
  public let particleNumbers: [Int]
  /// The windows of the Husimi measures.
  public let windows: [any Window]
  /// Ascending; 0 may be among them.
  public let times: [DecimalNumber]
  /// Largest step of the fourth-order splitting.
  public let timeStep: DecimalNumber
  /// |n| ≤ modes for every N; nil: as many as the orbitals' tail (1e-12) asks for.
  public let modes: Int?
  /// Λ.
  public let period: Double
  private let comparesSteps: Bool

  /// Reads `model`, `particle-numbers`, `orbitals`, `windows`, `times`, `method`, `modes`, `time-step`.
  ///
  /// - Parameter comparesSteps: where anything moves, `legs` has every N once more in `otherSteps`.
  public init(_ configuration: ConfigurationNode, comparesSteps: Bool = false) throws {
    self.comparesSteps = comparesSteps
    let numbers = configuration["particle-numbers"]
    let entries = try numbers.list(atLeast: 1)
    let node = configuration["model"]
    let model = try readModel(node, particleNumbers: entries)
    self.model = model
    particleNumbers = try entries.map { try readParticleNumber($0, of: model, atMost: 1_000_000) }
    guard zip(particleNumbers, particleNumbers.dropFirst()).allSatisfy(<) else {
      throw numbers.error(expected: "increasing numbers")
    }
    guard model.geometry.dimension == 1 else {
      throw node["dimension"].error(expected: "1", got: "\(model.geometry.dimension)")
    }
    guard let kappa = model.geometry.kappa else { throw node["domain"].error(expected: "a torus") }
    period = 2 * Double.pi / kappa
    interaction = try InteractionModes(model.potentials)
    profiles = try readOrbitals(configuration["orbitals"], model: model)
    windows = try configuration["windows"].list(atLeast: 1).map(readWindow)
    times = try readTimes(configuration["times"])
    _ = try configuration["method"].choice(of: ["hartree-fock"], default: "hartree-fock")
    let modesNode = configuration["modes"]
    if modesNode.isAbsent {
      modesNode.recordNull()
      modes = nil
    } else {
      modes = try modesNode.integer(in: 1...500_000)
    }
    timeStep = try configuration["time-step"].number("a number in (0, 1]", default: 0.05) {
      $0 > 0 && $0 <= 1
    }
    for (index, time) in times.enumerated() where time.value / timeStep.value > 1e7 {
      throw try configuration["times"].list()[index].error(expected: "at most 10⁷ time steps")
    }
    try limitTime(configuration)
  }

  /// Grid points of the orbitals of N particles, an estimate.
  public func estimatedPoints(_ total: Int) -> Double {
    modes.map { 2 * Double($0 + 1) }
      ?? WorkEstimate.hartreeFockPoints(
        profiles, total: Double(total), period: period, highestMode: interaction.highestMode)
  }

  /// Refuses what would take longer than the configured time, and orbitals that no grid holds.
  private func limitTime(_ configuration: ConfigurationNode) throws {
    var seconds = 0.0
    for (index, total) in particleNumbers.enumerated() {
      let points = estimatedPoints(total)
      guard points < 0x1p21 else {
        throw configuration["orbitals"].error(
          expected: "orbitals of \(total) particles on at most 2²⁰ points",
          got: "some \(points), by their amplitudes and momenta")
      }
      seconds += self.seconds(total) * (isRepeated ? 1 + 1 / otherSteps : 1)
      let place =
        totalSteps > 10_000
        ? configuration["times"] : try configuration["particle-numbers"].list()[index]
      try configuration.requireTime(
        seconds: seconds, at: place, "\(totalSteps) Hartree–Fock steps of up to \(total) particles")
    }
  }

  /// N_α = n_α N, whole numbers.
  public func particles(_ total: Int) -> [Int] {
    model.fractions.map { Int(($0 * Double(total)).rounded()) }
  }

  /// The state of `total` particles at time zero, to move in steps of Δt, or of a fraction of it.
  public func start(_ total: Int, stepsOf fraction: Double = 1, workers: Workers) throws -> HartreeFock {
    try HartreeFock(
      interaction: interaction, period: period, particles: particles(total), masses: model.masses,
      profiles: profiles, points: try points(total), grows: modes == nil,
      largestStep: fraction * timeStep.value, workers: workers)
  }

  /// Grid points of `total` particles.
  func points(_ total: Int) throws -> Int {
    if let modes { return 2 * (modes + 1) }
    return try HartreeFock.gridPoints(
      profiles: profiles, particles: particles(total), period: period, highestMode: interaction.highestMode)
  }

  /// Whether every N goes through all times twice.
  public var isRepeated: Bool { comparesSteps && !moving.isEmpty }

  /// Every N through all times, one leg each; and where `isRepeated` all of them once more in `otherSteps`.
  /// - Parameters:
  ///   - figures: what more is known of the resolution of a state.
  ///   - record: what is taken of the state, orthonormal, of N particles; it must not change it.
  public func legs<Record>(
    workers: Workers,
    figures: @escaping (_ state: HartreeFock) throws -> [ResolutionFigure] = { _ in [] },
    record: @escaping (_ state: HartreeFock, _ total: Int) throws -> Record
  ) -> [Leg<Record>] {
    func legs(
      _ suffix: String = "", stepsOf fraction: Double = 1,
      figures: ((HartreeFock) throws -> [ResolutionFigure])?
    ) -> [Leg<Record>] {
      particleNumbers.map { total in
        Leg("N = \(total)\(suffix)", weight: seconds(total) / fraction, through: times) {
          RepairedOrbitals(try start(total, stepsOf: fraction, workers: workers), figures: figures)
        } record: { orbitals, _ in
          try record(orbitals.state, total)
        }
      }
    }
    let own = legs(figures: figures)
    guard isRepeated else { return own }
    return own + legs(", other steps", stepsOf: otherSteps, figures: nil)
  }

  /// N and the times, as axes of results.
  public var axes: (total: ResultAxis, time: ResultAxis, window: ResultAxis, species: ResultAxis) {
    (
      ResultAxis("N", particleNumbers), ResultAxis("time", times.map(\.value)),
      ResultAxis("window", windows.map(\.name)), ResultAxis("species", model.species.map(\.name))
    )
  }

  /// Seconds of the steps of N particles.
  private func seconds(_ total: Int) -> Double {
    WorkEstimate.hartreeFock(
      particles: particles(total).map(Double.init), points: estimatedPoints(total),
      highestMode: interaction.highestMode, steps: Double(totalSteps))
  }

  private var totalSteps: Int { max(1, moving.reduce(0) { $0 + steps($1) }) }

  /// The lengths of the intervals between the times.
  private var moving: [Double] {
    let ends = times.map(\.value)
    return zip([0] + ends, ends).map { $1 - $0 }.filter { $0 > 0 }
  }

  /// The equal steps of an interval, no longer than a fraction of Δt.
  private func steps(_ interval: Double, of fraction: Double = 1) -> Int {
    max(1, Int((interval / (fraction * timeStep.value) - 1e-9).rounded(.up)))
  }

  /// The steps that others are compared with, in units of Δt: twice as long, or half where an interval has one alone.
  var otherSteps: Double { moving.allSatisfy { steps($0) > 1 } ? 2 : 0.5 }

  /// How far the steps may have taken a value, in units of its change in `otherSteps`. At fourth order the change is r⁴ − 1 times the
  /// error of the shorter ones, r the least ratio of their lengths, and 1 − r⁻⁴ of the longer ones'; four times that.
  public var errorPerChange: Double {
    let ratios = moving.map { interval in
      let (own, other) = (Double(steps(interval)), Double(steps(interval, of: otherSteps)))
      return max(own / other, other / own)
    }
    let power = (ratios.min() ?? 2).power(4)
    return otherSteps > 1 ? 4 / (power - 1) : 4 / (1 - 1 / power)
  }

  /// Adds what a run holds to a plan: one state after the other, and the records of all times.
  ///
  /// - Parameters:
  ///   - record: bytes of a record.
  ///   - visit: adds what is taken while a state of N particles on G points is measured; its orbitals are there.
  public func hold(
    in plan: inout MemoryPlan, record: Int?,
    visit: (_ plan: inout MemoryPlan, _ total: Int, _ points: Int) throws -> Void
  ) throws {
    plan.hold("records", Memory.product(particleNumbers.count, times.count, record))
    for total in particleNumbers {
      try plan.phase { plan in
        let points = try points(total)
        let state = HartreeFockMemory(
          particles: particles(total), points: points, highestMode: interaction.highestMode)
        plan.hold("orbitals", state.orbitals)
        if times.contains(where: { $0.value > 0 }) { plan.phase { $0.hold("a step", state.step) } }
        plan.phase { $0.hold("orthonormal orbitals", state.orthonormalization) }
        plan.hold("determinant", state.determinant)
        try visit(&plan, total, points)
      }
    }
  }
}
