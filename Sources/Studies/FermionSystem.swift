// Fermions of several species on the circle: N_α particles in the orbitals of a profile, projected on the plane waves |n| ≤ n_max,
// ħ = 1/N unless the model has one of its own. What many-body, chain and the factorisation of vlasov-limit start from.

public import CLibraries
public import ExperimentKit
public import Interaction
public import ManyBody
import ModelConfiguration

/// A model with its particle numbers, the plane waves and the orbitals of t = 0.
public struct FermionSystem: Sendable {
  /// Species, potentials and particle numbers; one dimension, torus.
  public let model: Model
  /// N_α
  public let particles: [Int]
  /// The potentials as Fourier coefficients.
  public let interaction: InteractionModes
  /// n_max
  public let modes: Int
  /// How the orbitals of each species are made.
  public let profiles: [OrbitalProfile]
  /// Other n_max that the exact state is followed on beside this one; nil: n_max − g (`ConvergingEvolution`), where that holds
  /// the orbitals.
  public let convergence: [Int]?

  /// - Throws: `ArgumentError` for a model without particle numbers or period, or fewer plane waves than particles.
  public init(model: Model, modes: Int, profiles: [OrbitalProfile], convergence: [Int]? = nil) throws {
    guard let particles = model.particles, model.geometry.kappa != nil, model.geometry.dimension == 1 else {
      throw ArgumentError(
        "model", expected: "particle numbers on the one-dimensional torus", got: "another model")
    }
    guard particles.allSatisfy({ $0 <= 2 * modes + 1 }) else {
      throw ArgumentError("modes", expected: "a plane wave for each particle of a species", got: "\(modes)")
    }
    self.model = model
    self.particles = particles
    self.modes = modes
    self.profiles = profiles
    self.convergence = convergence
    interaction = try InteractionModes(model.potentials)
  }

  /// Reads `model`, `modes`, `orbitals`, `convergence`.
  /// - Parameter readsExternal: whether there may be external potentials.
  /// - Throws: `ConfigurationError` where the model is not one of fermions on the circle.
  public init(_ configuration: ConfigurationNode, modes range: ClosedRange<Int>, readsExternal: Bool = false)
    throws
  {
    let node = configuration["model"]
    model = try ModelReader(node, readsKernel: false, readsHbar: true, readsExternal: readsExternal).model
    guard let particles = model.particles else {
      throw node["particles"].error(expected: "the particle numbers of all species")
    }
    guard model.geometry.dimension == 1, model.geometry.kappa != nil else {
      throw node.error(expected: "one dimension and a torus", got: "another geometry")
    }
    self.particles = particles
    let potentials = model.potentials
    interaction = try node.locating { try InteractionModes(potentials) }
    let modes = try configuration["modes"].integer(in: range)
    self.modes = modes
    guard particles.allSatisfy({ $0 <= 2 * modes + 1 }) else {
      throw configuration["modes"].error(expected: "at least as many plane waves as fermions of a species")
    }
    profiles = try readOrbitals(configuration["orbitals"], model: model)
    convergence = try Self.readConvergence(
      configuration["convergence"], modes: modes, particles: particles)
  }

  /// N
  public var total: Int { particles.reduce(0, +) }
  /// ħ, the model's: 1/N unless it has one of its own.
  public var hbar: Double { model.hbar ?? 1 / Double(total) }
  /// Λ
  public var period: Double { 2 * .pi / (model.geometry.kappa ?? 1) }
  /// The highest mode of a potential.
  public var highestMode: Int { interaction.highestMode }
  /// Positions that hold all plane waves and their products with the potentials, this many times over.
  public func gridPoints(_ room: Int) -> Int { room * (modes + 2 * highestMode + 1) }

  /// The Slater determinants of t = 0, and what the plane waves cut off.
  public func start() throws -> (determinant: SlaterDeterminant, cut: OrbitalCut) { try start(modes) }

  /// The same on the plane waves |n| ≤ cutoff.
  func start(_ cutoff: Int) throws -> (determinant: SlaterDeterminant, cut: OrbitalCut) {
    try SlaterDeterminant.projected(model, profiles: profiles, cutoff: cutoff)
  }

  /// The Hartree–Fock dynamics from the same determinants, on a grid that grows with it.
  public func hartreeFock(
    from start: (determinant: SlaterDeterminant, cut: OrbitalCut), points: Int, largestStep: Double,
    workers: Workers
  ) throws -> HartreeFock {
    try HartreeFock(
      model, orbitals: start.determinant.orbitals, points: points, grows: true, cut: start.cut,
      largestStep: largestStep, workers: workers)
  }

  // MARK: memory and time

  /// The exact states of these particles.
  public var fockMemory: FockMemory { FockMemory(modes: 2 * modes + 1, particles: particles) }

  /// Holds what `start` takes, for a while.
  public func holdStart(in plan: inout MemoryPlan) {
    for (species, profile) in profiles.enumerated() {
      plan.phase {
        $0.hold(
          "initial orbitals",
          profile.projectionBytes(
            count: particles[species], total: total, hbar: hbar, wavenumber: 2 * .pi / period, cutoff: modes))
      }
    }
  }

  /// Seconds of Hartree–Fock steps.
  public func hartreeFockSeconds(points: Int, steps: Double) -> Double {
    WorkEstimate.hartreeFock(
      particles: particles.map(Double.init), points: Double(points), highestMode: highestMode, steps: steps)
  }
}
