import CLibraries
import ExperimentKit
import Husimi
import Interaction
import ManyBody
import Numerics

/// The states that are followed, all from the same Slater determinants on |n| ≤ modes: the exact one or the Hartree–Fock
/// orbitals, as the method asks, and beside the exact one its Hartree–Fock companion, unless there is to be none.
///
/// The companion only serves the comparison. When it fails it is given up, and the exact state goes on alone.
final class Evolution {
  /// A companion that was given up: when, and why.
  struct Failure {
    let time: Double
    let reason: String
  }

  let settings: Settings
  /// nil in an exact run without companion, or after the companion failed.
  private var hartreeFock: HartreeFock?
  private var exact: FockState?
  /// Why the companion of an exact run is no longer there.
  private(set) var failure: Failure?
  /// Bound of the propagation error so far.
  private(set) var error = 0.0
  private let hamiltonian: Hamiltonian?

  init(_ settings: Settings, workers: Workers) throws {
    self.settings = settings
    let waves = try PlaneWaves(cutoff: settings.modes, period: settings.period)
    let slater = try SlaterDeterminant(
      orbitals: settings.orbitals.enumerated().map { species, profile in
        try profile.orbitals(
          waves: waves, count: settings.particles[species], total: settings.total,
          hbar: 1 / Double(settings.total)
        ).orbitals
      }, masses: settings.model.masses)
    if settings.followsHartreeFock {
      hartreeFock = try HartreeFock(
        interaction: settings.interaction, period: settings.period, particles: settings.particles,
        masses: settings.model.masses, orbitals: slater.orbitals, points: settings.gridPoints,
        workers: workers)
    }
    if settings.method == .exact {
      let space = try FockSpace(
        waves: waves, particles: settings.particles, masses: settings.model.masses)
      let start = try slater.state(in: space)
      exact = start
      hamiltonian = try Hamiltonian(
        space: space, interaction: settings.interaction, totalMomentum: start.definiteMomentum,
        workers: workers)
    } else {
      hamiltonian = nil
    }
  }

  /// The state the observables are taken of.
  func state() throws -> any FermionState {
    if let exact { return exact }
    return try orbitals().slaterDeterminant()
  }

  /// The orbitals of a run with the method Hartree–Fock.
  private func orbitals() throws -> HartreeFock {
    guard let hartreeFock else { throw NumericalFailure(in: "many-body", "there is no state to measure") }
    return hartreeFock
  }

  /// ‖Ψ‖² of the exact state, 1 less the orbitals' defect of a determinant.
  func norm() throws -> Double {
    try exact?.squaredNorm ?? 1 - orbitals().orthonormalityDefect
  }

  /// Numbers of the largest vector a Slater determinant is written as.
  static let largestVector = 2_000_000

  /// A Fock-space vector of the state for the terms of the hierarchy, nil when it would be too large.
  func fockState() throws -> FockState? {
    if let exact { return exact }
    let slater = try orbitals().slaterDeterminant(tail: 1e-28)
    guard slater.waves.cutoff + settings.interaction.highestMode <= 31,
      let space = try? FockSpace(
        waves: slater.waves, particles: settings.particles, masses: settings.model.masses),
      space.dimensions[0] * space.dimensions[1] <= Self.largestVector
    else { return nil }
    return try slater.state(in: space)
  }

  /// From `start` to `end`.
  func advance(from start: Double, to end: Double) throws {
    guard end > start else { return }
    if exact == nil {
      try step(orbitals(), by: end - start)
    } else if let hartreeFock {
      givingUp(at: end) { try step(hartreeFock, by: end - start) }
    }
    if let hamiltonian, let state = exact {
      let result = try ChebyshevPropagator(hamiltonian).evolve(state, by: end - start)
      exact = result.state
      error += result.error
    }
  }

  private func step(_ hartreeFock: HartreeFock, by time: Double) throws {
    let steps = max(1, Int((time / settings.timeStep).rounded(.up)))
    for _ in 0..<steps { try hartreeFock.step(time / Double(steps), .fourth) }
  }

  /// Compares the exact state with its companion; nil when there is none, or when the comparison fails, which is then the
  /// companion's end.
  func compare<Figures>(at time: Double, _ body: (SlaterDeterminant) throws -> Figures) -> Figures? {
    guard exact != nil, let hartreeFock else { return nil }
    return givingUp(at: time) { try body(hartreeFock.slaterDeterminant()) }
  }

  @discardableResult
  private func givingUp<Result>(at time: Double, _ body: () throws -> Result) -> Result? {
    do {
      return try body()
    } catch {
      failure = Failure(time: time, reason: "\(error)")
      hartreeFock = nil
      return nil
    }
  }

  func energy() throws -> Double {
    guard let hamiltonian, let exact else { return try orbitals().energy.total }
    return try hamiltonian.energy(of: exact)
  }

  // For checkpoints: the states as numbers, a failure as its time and the bytes of its reason.

  /// The state of one moment, shared and not copied as long as nothing changes it.
  struct Moment {
    let error: Double
    let orbitals: [[Complex<Double>]]
    let exact: FockState?
    let failure: Failure?

    func write(to writer: CheckpointWriter) {
      writer.write("error", [error])
      for (species, rows) in orbitals.enumerated() { writer.write("orbitals-\(species)", rows) }
      if let exact { writer.write("state", exact.coefficients) }
      if let failure { writer.write("failure", [failure.time] + failure.reason.utf8.map(Double.init)) }
    }
  }

  var moment: Moment {
    Moment(error: error, orbitals: hartreeFock?.coefficients ?? [], exact: exact, failure: failure)
  }

  /// Whether the exact state has its companion beside it at a time that was reached.
  func hasCompanion(at time: Double) -> Bool {
    settings.method == .exact && settings.followsHartreeFock && failure.map { time < $0.time } ?? true
  }

  /// Goes on from what a checkpoint holds; a companion that had failed stays away.
  /// - Throws: `InputError` when an array is missing or has another length.
  func restore(_ saved: CheckpointReader) throws {
    func complex(_ name: String, count: Int) throws -> [Complex<Double>] {
      let list = try saved.array(name, count: 2 * count)
      return stride(from: 0, to: list.count, by: 2).map { Complex(list[$0], list[$0 + 1]) }
    }
    error = try saved.array("error", count: 1)[0]
    if settings.method == .exact, settings.followsHartreeFock, saved.has("failure") {
      let failed = try saved.array("failure")
      let reason = failed.dropFirst().compactMap { UInt8(exactly: $0) }
      guard let time = failed.first, reason.count == failed.count - 1 else {
        throw saved.error("the array 'failure' is no time and text")
      }
      failure = Failure(time: time, reason: String(decoding: reason, as: UTF8.self))
      hartreeFock = nil
    }
    if let hartreeFock {
      try hartreeFock.replaceCoefficients(
        hartreeFock.coefficients.enumerated().map { try complex("orbitals-\($0)", count: $1.count) })
    }
    if let exact {
      self.exact = FockState(
        space: exact.space, coefficients: try complex("state", count: exact.coefficients.count))
    }
  }
}
