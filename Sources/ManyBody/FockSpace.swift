// F_a^{(N_1)} ⊗ F_a^{(N_2)} over the plane waves |n_i| ≤ modes (2.1)–(2.4), semiclassical scaling ħ = N^{−1/d}, coupling 1/N.
//
// A state Ψ is a D_1 × D_2 complex matrix, D_α = C(M, N_α), row-major; 16 D_1 D_2 bytes.

import CLibraries

/// Two species of fermions with fixed numbers on the plane waves of a torus.
public struct FockSpace: Sendable {
  /// The plane waves of both species, M of them.
  public let waves: PlaneWaves
  /// N_1, N_2.
  public let particles: [Int]
  /// m_1, m_2.
  public let masses: [Double]
  /// ħ = N^{−1/d}.
  public let hbar: Double
  /// sectors[α][n]: n fermions of species α, n = 0 … N_α.
  private let sectors: [[FermionSector]]

  /// - Throws: `ArgumentError` unless there are two species, N_α ≥ 0 with N ≥ 1 and at most as many as plane waves,
  ///   and positive masses; `MemoryError` when the basis does not fit.
  public init(waves: PlaneWaves, particles: [Int], masses: [Double] = [1, 1]) throws {
    guard particles.count == 2, masses.count == 2 else {
      throw ArgumentError(
        "species", expected: "two species, as the paper's Fock space F_a ⊗ F_a", got: "\(particles.count)")
    }
    guard particles.allSatisfy({ (0...waves.count).contains($0) }), particles[0] + particles[1] >= 1 else {
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
    hbar = FockSpace.hbar(particles: particles[0] + particles[1], dimension: waves.dimension)
    var bytes: Int? = FockSpace.stateBytes(waves.count, particles)
    for count in particles {
      for n in 0...count {
        guard let sum = bytes, let more = FermionSector.bytes(modeCount: waves.count, particles: n) else {
          bytes = nil
          break
        }
        let (next, overflow) = sum.addingReportingOverflow(more)
        bytes = overflow ? nil : next
      }
    }
    try Memory.require(
      bytes, for: "\(particles) fermions in \(waves.count) plane waves and one state of them")
    let lists = try particles.map { count in
      try (0...count).map { try FermionSector(modeCount: waves.count, particles: $0) }
    }
    sectors = lists
  }

  private static func stateBytes(_ modes: Int, _ particles: [Int]) -> Int? {
    guard let first = FermionSector.binomial(modes, particles[0]),
      let second = FermionSector.binomial(modes, particles[1])
    else { return nil }
    return Memory.product(first, second, 16)
  }

  /// N = N_1 + N_2.
  public var totalParticles: Int { particles[0] + particles[1] }

  /// The sector of `species` with `removed` particles taken away.
  public func sector(_ species: Int, removed: Int = 0) -> FermionSector {
    sectors[species][particles[species] - removed]
  }

  /// D_1, D_2.
  public var dimensions: [Int] { [sector(0).count, sector(1).count] }

  /// The same particles on plane waves up to another cutoff.
  /// - Throws: as `init`.
  public func withCutoff(_ cutoff: Int) throws -> FockSpace {
    try FockSpace(waves: waves.withCutoff(cutoff), particles: particles, masses: masses)
  }

  /// ħ = N^{−1/d}; exactly 1/N in one dimension.
  public static func hbar(particles n: Int, dimension: Int) -> Double {
    switch dimension {
    case 1: 1 / Double(n)
    case 2: 1 / Double(n).squareRoot()
    default: 1 / Double(n).power(1 / Double(dimension))
    }
  }
}
