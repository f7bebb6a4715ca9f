import CLibraries
import ExperimentKit
import Husimi
import Interaction
import ManyBody
import Numerics

/// The states that are followed: the Hartree–Fock orbitals always, the exact state where the method asks for it. Both
/// start from the same Slater determinants on |n| ≤ modes.
final class Evolution {
  let settings: Settings
  let hartreeFock: HartreeFock
  private(set) var exact: FockState?
  /// Bound of the propagation error so far.
  private(set) var error = 0.0
  let hamiltonian: Hamiltonian?
  let interactionDimension: Int

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
    hartreeFock = try HartreeFock(
      interaction: settings.interaction, period: settings.period, particles: settings.particles,
      masses: settings.model.masses, orbitals: slater.orbitals, points: settings.gridPoints, workers: workers)
    interactionDimension = settings.interaction.highestMode
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
    return try hartreeFock.slaterDeterminant()
  }

  /// Numbers of the largest vector a Slater determinant is written as.
  static let largestVector = 2_000_000

  /// A Fock-space vector of the state for the terms of the hierarchy, nil when it would be too large.
  func fockState() throws -> FockState? {
    if let exact { return exact }
    let slater = try hartreeFock.slaterDeterminant(tail: 1e-28)
    guard slater.waves.cutoff + interactionDimension <= 31,
      let space = try? FockSpace(
        waves: slater.waves, particles: settings.particles, masses: settings.model.masses),
      space.dimensions[0] * space.dimensions[1] <= Self.largestVector
    else { return nil }
    return try slater.state(in: space)
  }

  func advance(by time: Double) throws {
    guard time > 0 else { return }
    let steps = max(1, Int((time / settings.timeStep).rounded(.up)))
    for _ in 0..<steps { try hartreeFock.step(time / Double(steps), .fourth) }
    if let hamiltonian, let state = exact {
      let result = try ChebyshevPropagator(hamiltonian).evolve(state, by: time)
      exact = result.state
      error += result.error
    }
  }

  func energy() throws -> Double {
    guard let hamiltonian, let exact else { return hartreeFock.energy.total }
    return try hamiltonian.energy(of: exact)
  }

  // For checkpoints: the states as numbers.

  /// The state of one moment, shared and not copied as long as nothing changes it.
  struct Moment {
    let error: Double
    let orbitals: [[Complex<Double>]]
    let exact: FockState?

    func write(to writer: CheckpointWriter) {
      writer.write("error", [error])
      for (species, rows) in orbitals.enumerated() { writer.write("orbitals-\(species)", rows) }
      if let exact { writer.write("state", exact.coefficients) }
    }
  }

  var moment: Moment { Moment(error: error, orbitals: hartreeFock.coefficients, exact: exact) }

  /// - Throws: `InputError` when an array is missing or has another length.
  func restore(_ saved: CheckpointReader) throws {
    func complex(_ name: String, count: Int) throws -> [Complex<Double>] {
      let list = try saved.array(name, count: 2 * count)
      return stride(from: 0, to: list.count, by: 2).map { Complex(list[$0], list[$0 + 1]) }
    }
    error = try saved.array("error", count: 1)[0]
    try hartreeFock.replaceCoefficients(
      hartreeFock.coefficients.enumerated().map { try complex("orbitals-\($0)", count: $1.count) })
    if let exact {
      self.exact = FockState(
        space: exact.space, coefficients: try complex("state", count: exact.coefficients.count))
    }
  }
}
