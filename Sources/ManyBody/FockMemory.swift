// What exact states of two species take, from M, N_1, N_2 and the potentials alone. A vector is 16 C(M,N_1) C(M,N_2) bytes; the
// bases are lists of bitstrings and annihilators; matrices of one species are small beside vectors unless the other species is
// almost absent, and while they are made their rows are dictionaries.

import CLibraries

/// Bytes of exact states and of what is done with them; nil where they overflow.
public struct FockMemory: Sendable, Hashable {
  /// M, plane waves of either species.
  public let modes: Int
  /// N_1, N_2.
  public let particles: [Int]

  /// Of `particles` on `modes` plane waves.
  public init(modes: Int, particles: [Int]) {
    self.modes = modes
    self.particles = particles
  }

  /// C(M, N_α − removed), zero when there are not as many particles.
  private func dimension(_ species: Int, removed: Int = 0) -> Int? {
    let left = particles[species] - removed
    return left < 0 || left > modes ? 0 : FermionSector.binomial(modes, left)
  }

  /// A state from which annihilators have taken so many particles of each species.
  public func vector(removed: [Int] = [0, 0]) -> Int? {
    Memory.product(dimension(0, removed: removed[0]), dimension(1, removed: removed[1]), 16)
  }

  /// The bases of all particle numbers up to N_1 and N_2.
  public var basis: Int? {
    Memory.sum(
      particles.flatMap { count in
        (0...max(0, count)).map { FermionSector.bytes(modeCount: modes, particles: $0) }
      })
  }

  /// a_nΨ for all plane waves n at once, of the species for which that is more.
  public var lowered: Int? {
    Memory.largest((0..<2).map { Memory.product(modes, vector(removed: $0 == 0 ? [1, 0] : [0, 1])) })
  }

  /// The matrices of a Hamiltonian.
  public func hamiltonian(_ interaction: InteractionModes) -> Int? {
    Memory.sum(
      (0..<2).map { species in
        let row = Memory.sum(
          pairEntries(species, interaction), Memory.product(interaction[0, 1].count, particles[species]))
        return Memory.product(dimension(species), Memory.sum(Memory.product(row, 12), 64))
      })
  }

  /// While they are made: the rows of one of them as dictionaries, three generations.
  public func hamiltonianInTheMaking(_ interaction: InteractionModes) -> Int? {
    Memory.largest(
      (0..<2).map { species in
        Memory.product(
          dimension(species), Memory.sum(Memory.product(pairEntries(species, interaction), 100), 400))
      })
  }

  /// Entries of W and K in a row at most.
  private func pairEntries(_ species: Int, _ interaction: InteractionModes) -> Int? {
    let count = particles[species]
    let moved = Memory.product(count, count - 1, interaction[species, species].count).map { $0 / 2 + 1 }
    guard let moved, let dimension = dimension(species) else { return nil }
    return min(max(1, moved), dimension)
  }
}

/// Bytes of a Hartree–Fock solution and of what is done with it; nil where they overflow.
public struct HartreeFockMemory: Sendable, Hashable {
  /// N_α.
  public let particles: [Int]
  /// G.
  public let points: Int
  /// M_V, the potentials' highest mode.
  public let highestMode: Int

  /// Of `particles` on `points` positions.
  public init(particles: [Int], points: Int, highestMode: Int) {
    self.particles = particles
    self.points = points
    self.highestMode = highestMode
  }

  private var largest: Int { particles.max() ?? 0 }
  private func square(_ n: Int) -> Int? { Memory.product(n, n, 16) }

  /// The orbitals of all species.
  public var orbitals: Int? { Memory.sum(particles.map { Memory.product($0, points, 16) }) }

  /// While a step is made: five stages of the exchange of one species, and its correlation matrix.
  public var step: Int? {
    Memory.sum(Memory.product(largest, points + 2 * highestMode, 5 * 16), square(largest))
  }

  /// While the orbitals are orthonormalised: the orbitals of one species twice; the overlap, its eigenvectors and LAPACK's work.
  public var orthonormalization: Int? {
    Memory.sum(Memory.product(largest, points, 2 * 16), Memory.product(6, square(largest)))
  }

  /// The orbitals of all species on plane waves, as a Slater determinant holds them.
  public var determinant: Int? { Memory.sum(orbitals, Memory.product(points, 64)) }

  /// γ of one species on the plane waves, and the conjugate orbitals it is made from.
  public var density: Int? { Memory.sum(square(points), Memory.product(largest, points, 16)) }
}

extension OrbitalProfile {
  /// Bytes while orbitals are projected on the plane waves |n| ≤ cutoff: they are sampled on a grid fine enough for their phase;
  /// nil where they overflow.
  public func projectionBytes(count: Int, total: Int, hbar: Double, wavenumber: Double, cutoff: Int) -> Int? {
    let phase = (momentum / hbar).magnitude.rounded(.up)
    guard phase < 1e7 else { return nil }
    let k = waveNumbers(count: count, total: total, hbar: hbar, wavenumber: wavenumber)
    let highest = k.map(\.magnitude).max() ?? 0
    guard let reach = Memory.sum(Int(exactly: highest), Int(phase), cutoff) else { return nil }
    var points = 512
    while points < Memory.product(8, reach) ?? .max {
      guard let double = Memory.product(2, points) else { return nil }
      points = double
    }
    return Memory.sum(Memory.product(count, points, 16), Memory.product(count, 2 * cutoff + 1, 4 * 16))
  }
}
