// Quantum states of a model: particle numbers, masses, ħ and potentials from the one that owns them.

public import CLibraries
public import Interaction

extension PlaneWaves {
  /// The plane waves |n_i| ≤ cutoff of the model's torus.
  /// - Throws: `ArgumentError` on R^d; as `PlaneWaves`.
  public init(_ model: Model, cutoff: Int) throws {
    guard let kappa = model.geometry.kappa else {
      throw ArgumentError("domain", expected: "a torus for plane waves", got: "space")
    }
    try self.init(dimension: model.geometry.dimension, cutoff: cutoff, period: 2 * Double.pi / kappa)
  }
}

extension Model {
  /// N_α and ħ, where the model has them.
  fileprivate func quantum() throws -> (particles: [Int], hbar: Double) {
    guard let particles, let hbar else {
      throw ArgumentError("particles", expected: "the particle numbers of every species", got: "none")
    }
    return (particles, hbar)
  }
}

extension FockSpace {
  /// The model's particles on the plane waves |n_i| ≤ cutoff of its torus.
  /// - Throws: `ArgumentError` on R^d, at N = ∞, or for more fermions of a species than plane waves; `MemoryError`.
  public init(_ model: Model, cutoff: Int) throws { try self.init(model, cutoff: cutoff, ranks: .single) }

  /// The same, whose states these ranks have together.
  package init(_ model: Model, cutoff: Int, ranks: FockRanks) throws {
    let (particles, hbar) = try model.quantum()
    try self.init(
      waves: PlaneWaves(model, cutoff: cutoff), particles: particles, masses: model.masses, hbar: hbar,
      ranks: ranks)
  }
}

extension SlaterDeterminant {
  /// The determinants of the model's species.
  /// - Throws: `ArgumentError` unless there are as many orthonormal orbitals as the model has particles.
  public init(_ model: Model, orbitals: [Orbitals]) throws {
    let (particles, hbar) = try model.quantum()
    guard orbitals.map(\.count) == particles else {
      throw ArgumentError(
        "orbitals", expected: "\(particles) as the model has particles", got: "\(orbitals.map(\.count))")
    }
    try self.init(orbitals: orbitals, masses: model.masses, hbar: hbar)
  }

  /// The determinants of profiles, projected on the plane waves |n| ≤ cutoff (d = 1).
  /// - Returns: the determinants, and what the projection cut off.
  /// - Throws: `ArgumentError` unless every species has a profile whose projections stay independent.
  public static func projected(_ model: Model, profiles: [OrbitalProfile], cutoff: Int) throws -> (
    determinant: SlaterDeterminant, cut: OrbitalCut
  ) {
    let (particles, hbar) = try model.quantum()
    guard profiles.count == particles.count else {
      throw ArgumentError("orbitals", expected: "a profile for each species", got: "\(profiles.count)")
    }
    let waves = try PlaneWaves(model, cutoff: cutoff)
    let projected = try zip(profiles, particles).map {
      try $0.orbitals(waves: waves, count: $1, total: particles.reduce(0, +), hbar: hbar)
    }
    return (
      try SlaterDeterminant(model, orbitals: projected.map(\.orbitals)), OrbitalCut(projected.map(\.cut))
    )
  }
}

extension ExactEvolution {
  /// Slater determinants of the model at time 0, moved by Chebyshev's propagator in their sector of total momentum.
  /// - Parameter cut: what was cut off when they were put on their plane waves.
  /// - Throws: as `FockSpace` and `Hamiltonian`.
  public convenience init(
    _ model: Model, _ start: SlaterDeterminant, cut: OrbitalCut = .none,
    workers: Workers = Workers(threads: 1)
  ) throws {
    try self.init(model, start, cut: cut, workers: workers, ranks: .single)
  }

  /// The same, of ranks that have the state together.
  package convenience init(
    _ model: Model, _ start: SlaterDeterminant, cut: OrbitalCut, workers: Workers, ranks: FockRanks
  ) throws {
    let space = try FockSpace(model, cutoff: start.waves.cutoff, ranks: ranks)
    try self.init(
      start.state(in: space), interaction: InteractionModes(model.potentials), cut: cut, workers: workers)
  }
}

extension HartreeFock {
  /// The model's particles in the orbitals of profiles, on a grid of G = `points` positions (d = 1).
  /// - Throws: `ArgumentError` on R^d or at N = ∞; as the designated initializer.
  public convenience init(
    _ model: Model, profiles: [OrbitalProfile], points: Int, grows: Bool = false, exchange: Bool = true,
    largestStep: Double = 0.05, workers: Workers = Workers(threads: 1)
  ) throws {
    let (particles, hbar) = try model.quantum()
    try self.init(
      interaction: InteractionModes(model.potentials), period: PlaneWaves(model, cutoff: 0).period,
      particles: particles, masses: model.masses, hbar: hbar, profiles: profiles, points: points,
      grows: grows, exchange: exchange, largestStep: largestStep, workers: workers)
  }

  /// The model's particles in orbitals on plane waves.
  /// - Throws: `ArgumentError` when the grid does not hold their modes or their numbers are others; as the designated
  ///   initializer.
  public convenience init(
    _ model: Model, orbitals: [Orbitals], points: Int, grows: Bool = false, cut: OrbitalCut = .none,
    exchange: Bool = true, largestStep: Double = 0.05, workers: Workers = Workers(threads: 1)
  ) throws {
    let (particles, hbar) = try model.quantum()
    try self.init(
      interaction: InteractionModes(model.potentials), period: PlaneWaves(model, cutoff: 0).period,
      particles: particles, masses: model.masses, hbar: hbar, orbitals: orbitals, points: points,
      grows: grows, cut: cut, exchange: exchange, largestStep: largestStep, workers: workers)
  }

  /// The smallest grid that resolves the profiles' orbitals of the model's particles.
  /// - Throws: `NumericalFailure` when even 2²⁰ points do not suffice; `ArgumentError` on R^d or at N = ∞.
  public static func gridPoints(_ model: Model, profiles: [OrbitalProfile], tail: Double = 1e-12) throws
    -> Int
  {
    let (particles, hbar) = try model.quantum()
    return try gridPoints(
      profiles: profiles, particles: particles, hbar: hbar, period: PlaneWaves(model, cutoff: 0).period,
      highestMode: model.potentials.highestMode, tail: tail)
  }
}
