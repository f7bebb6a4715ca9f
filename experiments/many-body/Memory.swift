import CLibraries
import ExperimentKit
import Husimi
import ManyBody

extension Settings {
  private var moves: Bool { times.contains { $0.value > 0 } }

  private var isExact: Bool { method == .exact }

  /// All that a run holds: the states, what is measured of them at one time, and the figures of all times.
  func memory() throws -> MemoryPlan {
    var plan = MemoryPlan()
    let hartreeFock = HartreeFockMemory(
      particles: particles, points: gridPoints, highestMode: interaction.highestMode)
    let space = FockMemory(modes: 2 * modes + 1, particles: particles)
    let grid = Memory.product(gridPositions, gridMomenta.count, 8)
    let hbar = 1 / Double(total)
    plan.phase { plan in
      for (species, profile) in orbitals.enumerated() {
        plan.hold(
          "initial orbitals",
          profile.projectionBytes(
            count: particles[species], total: total, hbar: hbar, wavenumber: 2 * .pi / period, cutoff: modes))
      }
    }
    plan.hold("figures of all times", Memory.product(times.count, Memory.sum(Memory.product(2, grid), 8192)))
    if followsHartreeFock { plan.hold("orbitals", hartreeFock.orbitals) }
    if isExact {
      plan.hold("basis", space.basis)
      plan.hold("state", space.vector())
      plan.phase { $0.hold("matrices in the making", space.hamiltonianInTheMaking(interaction)) }
      plan.hold("matrices", space.hamiltonian(interaction))
      // The vector in the order of H, and three of Chebyshev's.
      if moves { plan.phase { $0.hold("propagation", Memory.product(4, space.vector())) } }
      plan.phase { $0.hold("states less a particle", Memory.sum(space.lowered, space.vector())) }
    }
    if moves, followsHartreeFock { plan.phase { $0.hold("a Hartree–Fock step", hartreeFock.step) } }
    // γ on the plane waves of the state; the determinant's may be all of the grid's.
    let waves = isExact ? 2 * modes + 1 : gridPoints
    try plan.phase { plan in
      if followsHartreeFock { plan.hold("determinant", hartreeFock.determinant) }
      plan.phase { $0.hold("density matrices", Memory.product(2, hartreeFock.density)) }
      plan.hold("density matrix", Memory.product(waves, waves, 16))
      let lattice = try HusimiLattice(
        waves: PlaneWaves(cutoff: (waves - 1) / 2, period: period), hbar: hbar, window: window)
      plan.phase {
        $0.hold(
          "Husimi measure",
          HusimiGrid.bytes(modes: waves, positions: lattice.positions, momenta: lattice.momenta.count))
      }
      plan.phase {
        $0.hold(
          "Husimi grid", HusimiGrid.bytes(modes: waves, positions: gridPositions, momenta: gridMomenta.count))
      }
    }
    plan.phase { $0.hold("hierarchy", hierarchyBytes) }
    // The arrays of data.h5 are made of the figures.
    plan.hold("results", Memory.product(times.count, grid, 2))
    plan.hold("rows", Memory.product(times.count, points.count + 2, ExperimentRun.bytesOfRow))
    return plan
  }

  /// The terms of (3.5): of the exact state, or of the largest Fock-space vector a Slater determinant is written as.
  private var hierarchyBytes: Int? {
    let orders = points.map { $0.map(\.count) }
    func bytes(_ cutoff: Int) -> Int? {
      Memory.largest([
        orders.isEmpty
          ? 0
          : HierarchyIdentity.bytes(
            cutoff: cutoff, particles: particles, interaction: interaction, orders: orders),
        FockMemory(modes: 2 * cutoff + 1, particles: particles).lowered,
      ])
    }
    if isExact { return bytes(modes) }
    return Memory.largest(
      (0...31).compactMap { cutoff in
        guard particles.allSatisfy({ $0 <= 2 * cutoff + 1 }), cutoff + interaction.highestMode <= 31 else {
          return nil
        }
        let space = FockMemory(modes: 2 * cutoff + 1, particles: particles)
        guard let vector = space.vector(), vector <= 16 * Evolution.largestVector else { return nil }
        return Memory.sum(space.basis, vector, bytes(cutoff))
      } as [Int?])
  }
}
