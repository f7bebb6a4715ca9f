// What exact states take, from M, N_α and the potentials alone. A vector is 16 Π_α C(M,N_α) bytes; the bases are lists of
// bitstrings and annihilators; matrices of one species are small beside vectors unless the other species are almost absent, and
// while they are made their rows are dictionaries.

import CLibraries

/// Bytes of exact states and of what is done with them; nil where they overflow.
public struct FockMemory: Sendable, Hashable {
  /// M, plane waves of every species.
  public let modes: Int
  /// N_α.
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

  /// A state from which annihilators have taken so many particles of each species, none unless given.
  public func vector(removed: [Int]? = nil) -> Int? {
    particles.indices.reduce(16) { Memory.product($0, dimension($1, removed: removed?[$1] ?? 0)) }
  }

  /// The bases of all particle numbers up to N_α.
  public var basis: Int? {
    Memory.sum(
      particles.flatMap { count in
        (0...max(0, count)).map { FermionSector.bytes(modeCount: modes, particles: $0) }
      })
  }

  /// a_nΨ for all plane waves n at once, of the species for which that is most.
  public var lowered: Int? {
    Memory.largest(
      particles.indices.map { species in
        Memory.product(modes, vector(removed: particles.indices.map { $0 == species ? 1 : 0 }))
      })
  }

  /// The matrices of a Hamiltonian: of every species H_α and the ρ_m it shares with others; of three species and more also
  /// the order of all but the last one's states.
  public func hamiltonian(_ interaction: InteractionModes) -> Int? {
    let matrices = Memory.sum(
      particles.indices.map { species in
        let shared = particles.indices.filter { $0 != species }
          .reduce(0) { $0 + interaction[species, $1].count }
        let row = Memory.sum(pairEntries(species, interaction), Memory.product(shared, particles[species]))
        return Memory.product(dimension(species), Memory.sum(Memory.product(row, 12), 64))
      })
    guard particles.count > 2 else { return matrices }
    return Memory.sum(
      matrices, particles.indices.dropLast().reduce(48) { Memory.product($0, dimension($1)) })
  }

  /// While they are made: the rows of one of them as dictionaries, three generations.
  public func hamiltonianInTheMaking(_ interaction: InteractionModes) -> Int? {
    Memory.largest(
      particles.indices.map { species in
        Memory.product(
          dimension(species), Memory.sum(Memory.product(pairEntries(species, interaction), 100), 400))
      })
  }

  /// Entries of W and K in a row at most.
  private func pairEntries(_ species: Int, _ interaction: InteractionModes) -> Int? {
    let count = particles[species]
    let moved = Memory.product(count, count - 1, interaction[species, species].count).map { $0 / 2 + 1 }
    guard let moved, let dimension = dimension(species) else { return nil }
    return min(max(1, moved + count * interaction.external(species).count), dimension)
  }
}
