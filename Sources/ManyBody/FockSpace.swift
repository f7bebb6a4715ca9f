// F_a^{(N_1)} ⊗ … ⊗ F_a^{(N_S)} over the plane waves |n_i| ≤ modes (2.1)–(2.4), coupling 1/N; ħ = N^{−1/d} unless it is given
// apart from N.
//
// A state Ψ is a complex tensor D_1 × … × D_S, D_α = C(M, N_α), the last species fastest; 16 D_1 ⋯ D_S bytes.

import CLibraries
import Interaction

/// Species of fermions with fixed numbers on the plane waves of a torus.
public struct FockSpace: Sendable {
  /// The plane waves of every species, M of them.
  public let waves: PlaneWaves
  /// N_α.
  public let particles: [Int]
  /// m_α.
  public let masses: [Double]
  /// ħ
  public let hbar: Double
  /// sectors[α][n]: n fermions of species α, n = 0 … N_α.
  private let sectors: [[FermionSector]]
  /// Who has the states of the space together; of one species every rank has them whole.
  package let ranks: FockRanks

  /// - Parameters:
  ///   - masses: m_α, one unless given.
  ///   - hbar: ħ, N^{−1/d} unless given.
  ///   - ranks: who has the states together, this process unless given.
  /// - Throws: `ArgumentError` unless there is a species, N_α ≥ 0 with N ≥ 1 and at most as many as plane waves, and masses
  ///   and ħ are positive; `MemoryError` when the basis does not fit.
  package init(
    waves: PlaneWaves, particles: [Int], masses: [Double]? = nil, hbar: Double? = nil,
    ranks: FockRanks = .single
  ) throws {
    let masses = masses ?? particles.map { _ in 1 }
    guard !particles.isEmpty, masses.count == particles.count else {
      throw ArgumentError(
        "species", expected: "particles and a mass for one species or more",
        got: "\(particles), \(masses)")
    }
    guard particles.allSatisfy({ (0...waves.count).contains($0) }), particles.reduce(0, +) >= 1 else {
      throw ArgumentError(
        "particles", expected: "0 … \(waves.count) fermions of each species, at least one in all",
        got: "\(particles)")
    }
    guard masses.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw ArgumentError("mass", expected: "positive masses", got: "\(masses)")
    }
    self.waves = waves
    self.particles = particles
    self.masses = masses
    self.hbar =
      hbar ?? Model.semiclassicalHbar(particles: particles.reduce(0, +), dimension: waves.dimension)
    guard self.hbar > 0, self.hbar.isFinite else {
      throw ArgumentError("hbar", expected: "a positive number", got: "\(self.hbar)")
    }
    self.ranks = particles.count > 1 ? ranks : .single
    let memory = FockMemory(modes: waves.count, particles: particles)
    try Memory.require(
      Memory.sum(memory.basis, self.ranks.part(of: memory.vector())),
      for: "\(particles) fermions in \(waves.count) plane waves and one state of them")
    sectors = try particles.map { count in
      try (0...count).map { try FermionSector(modeCount: waves.count, particles: $0) }
    }
  }

  /// S
  public var speciesCount: Int { particles.count }
  /// N
  public var totalParticles: Int { particles.reduce(0, +) }

  /// The sector of `species` with `removed` particles taken away.
  public func sector(_ species: Int, removed: Int = 0) -> FermionSector {
    sectors[species][particles[species] - removed]
  }

  /// D_1, …, D_S.
  public var dimensions: [Int] { dimensions(removed: particles.map { _ in 0 }) }

  /// The dimensions when annihilators have removed so many particles of each species.
  func dimensions(removed: [Int]) -> [Int] {
    removed.enumerated().map { sector($0, removed: $1).count }
  }

  /// The same particles on plane waves up to another cutoff.
  /// - Throws: as `init`.
  public func withCutoff(_ cutoff: Int) throws -> FockSpace {
    try FockSpace(
      waves: waves.withCutoff(cutoff), particles: particles, masses: masses, hbar: hbar, ranks: ranks)
  }
}
