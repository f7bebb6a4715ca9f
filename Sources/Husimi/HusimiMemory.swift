// What phase-space measures and the terms of the hierarchy take, before they are taken.

import CLibraries
public import ManyBody

extension HusimiGrid {
  /// Bytes while m is taken on a grid, γ on M plane waves at hand: its diagonals, the correlations, the waves and the values;
  /// nil where they overflow.
  public static func bytes(modes: Int, positions: Int, momenta: Int) -> Int? {
    Memory.sum(
      Memory.product(modes, modes, 16), Memory.product(Memory.sum(momenta, positions), 2 * modes - 1, 8),
      Memory.product(momenta, positions, 8))
  }
}

extension HusimiLattice {
  /// Bytes while m is integrated over the lattice, γ on M plane waves at hand; nil where they overflow.
  public func bytes(modes: Int) -> Int? {
    HusimiGrid.bytes(modes: modes, positions: positions, momenta: min(momenta.count, Self.block))
  }
}

extension HierarchyIdentity {
  /// Bytes at most of the identity of a state on |n| ≤ cutoff (one dimension) at points of k, ℓ, … particles: the larger space,
  /// −iHΨ/ħ with what its making takes, and the vectors that the strings of annihilators share; nil where they overflow.
  public static func bytes(
    cutoff: Int, particles: [Int], interaction: InteractionModes, orders: [[Int]]
  ) -> Int? {
    bytes(
      cutoff: cutoff, particles: particles, interaction: interaction, orders: orders, ranks: .single)
  }

  /// The same, of one of the ranks that have the states together.
  package static func bytes(
    cutoff: Int, particles: [Int], interaction: InteractionModes, orders: [[Int]], ranks: FockRanks
  ) -> Int? {
    let space = FockMemory(modes: 2 * (cutoff + interaction.highestMode) + 1, particles: particles)
    let vector = ranks.part(of: space.vector())
    // Ψ; HΨ out of two vectors in the order of H.
    let making = Memory.sum(
      Memory.product(4, vector), ranks.isShared ? Hamiltonian.bytesOfApplication(vector) : 0,
      space.hamiltonian(interaction), space.hamiltonianInTheMaking(interaction))
    let species = particles.indices
    let strings = orders.map { order in
      let one = species.map { alpha in species.map { $0 == alpha ? 1 : 0 } }
      var parts: [Int?] = []
      func rest(_ moved: [[Int]]) -> Int? {
        let kept = species.map { alpha in order[alpha] - moved.reduce(0) { $0 + $1[alpha] } }
        // What is moved from the empty string is Ψ itself.
        return kept.allSatisfy { $0 == 0 } ? 0 : space.vector(removed: kept)
      }
      for a in species where order[a] > 0 {
        parts.append(Memory.product(order[a], rest([one[a]])))
        for b in species where b >= a && order[b] > (a == b ? 1 : 0) {
          let pairs = a == b ? order[a] * (order[a] - 1) / 2 : order[a] * order[b]
          parts.append(Memory.product(pairs, rest([one[a], one[b]])))
        }
      }
      // A vector less a first particle, and the next one.
      let first = Memory.largest(one.map { space.vector(removed: $0) })
      // The strings that the partners of a particle share: a shift for each mode, and ∂_p.
      let shared = Memory.product(2 * interaction.highestMode + 1, space.vector(removed: order))
      return ranks.part(of: Memory.sum(Memory.sum(parts), Memory.product(2, first), shared))
    }
    let terms = Memory.sum(Memory.product(2, vector), Memory.largest(strings))
    return Memory.sum(space.basis, Memory.largest([making, terms]))
  }
}

extension HusimiCorrelations {
  /// Points of phase space that every pair of is looked at; nil for a window that spans too many.
  public static func points(waves: PlaneWaves, hbar: Double, window: any Window) -> Int? {
    (try? Lattice(waves: waves, hbar: hbar, window: window)).flatMap {
      Memory.product($0.positions, $0.momenta.count)
    }
  }

  /// Bytes while the pair measures of a state are taken: the projectors and their contraction, γ^{(2)} in two forms, 64 rows of
  /// values; nil where they overflow.
  public static func bytes(waves: PlaneWaves, particles: [Int], hbar: Double, window: any Window) -> Int? {
    let m = waves.count
    let points = points(waves: waves, hbar: hbar, window: window)
    let space = FockMemory(modes: m, particles: particles)
    let species = particles.indices
    let pairs = Memory.largest(
      species.flatMap { a in
        species.filter { $0 >= a }.map { b in
          Memory.product(
            a == b ? m * (m - 1) / 2 : m * m,
            space.vector(removed: species.map { ($0 == a ? 1 : 0) + ($0 == b ? 1 : 0) }))
        }
      })
    return Memory.sum(
      Memory.product(points, m, m, 16),
      Memory.largest([
        Memory.sum(
          Memory.product(points, m, m, 16), Memory.product(2, m, m, m, m, 16), Memory.product(points, 64 * 16)
        ),
        Memory.sum(pairs, Memory.product(m, m, m, m, 16)), space.lowered,
      ]))
  }
}

extension WeakResidues {
  /// How many momenta the integrals over a test function are taken at.
  public static func momenta(
    _ function: PhaseSpaceTestFunction, hbar: Double, wavenumber: Double, window: any Window
  ) -> Double {
    MomentumRule.count(function, hbar: hbar, wavenumber: wavenumber, window: window)
  }

  /// Bytes at most while the residues of a Slater state are taken, its own orbitals not counted: the orbitals on wider plane
  /// waves, the diagonals of γ, the operators and what quantises them, two N × N matrices; nil where they overflow.
  public static func bytes(
    modes: Int, particles: [Int], hbar: Double, interaction: InteractionModes,
    testFunctions: [PhaseSpaceTestFunction], wavenumber: Double, window: any Window
  ) -> Int? {
    let highest = testFunctions.flatMap(\.waves).map(\.mode).max() ?? 0
    let width = Memory.sum(modes, 2 * interaction.highestMode)
    let largest = particles.max() ?? 0
    let bands = testFunctions.map { 2 * $0.waves.count + 1 }.max() ?? 1
    let rules = testFunctions.map {
      MomentumRule.bytes($0, modes: width, hbar: hbar, wavenumber: wavenumber, window: window)
    }
    return Memory.sum(
      Memory.product(particles.reduce(0, +), width, 16),
      Memory.product(2, 2 * (2 * interaction.highestMode + highest) + 1, width, 16),
      Memory.product(12, bands, width, 16),
      Memory.sum(rules),
      Memory.product(largest, width, 16), Memory.product(largest, largest, 4 * 16))
  }
}
