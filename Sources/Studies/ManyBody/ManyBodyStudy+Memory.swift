public import CLibraries
import ExperimentKit
import Husimi
import ManyBody

extension ManyBodyStudy {
  /// All that a run holds: the states, what is measured of them at one time, and the records of all times.
  /// - Parameter ranks: the processes that have exact states together; the memory is that of one of them.
  public func memory(times: Int, moves: Bool, ranks: Ranks = .single) throws -> MemoryPlan {
    var plan = MemoryPlan()
    let ranks = fockRanks(ranks)
    let isExact = method == .exact
    let (pictures, hartreeFock) = (
      Memory.product(system.particles.count, grid.bytes),
      HartreeFockMemory(particles: system.particles, points: gridPoints, highestMode: system.highestMode)
    )
    system.holdStart(in: &plan)
    plan.hold("records", Memory.product(times, Memory.sum(pictures, 16384)))
    if followsHartreeFock { plan.hold("orbitals", hartreeFock.orbitals) }
    if isExact {
      system.holdExact(in: &plan, moves: moves, ranks: ranks)
      plan.phase { $0.hold("states less a particle", lowered(ranks)) }
    }
    if moves, followsHartreeFock { plan.phase { $0.hold("a Hartree–Fock step", hartreeFock.step) } }
    // γ on the plane waves of the state; the determinant's may be all of the grid's.
    let waves = isExact ? 2 * system.modes + 1 : gridPoints
    try plan.phase { plan in
      if followsHartreeFock { plan.hold("determinant", hartreeFock.determinant) }
      plan.phase { $0.hold("density matrices", Memory.product(2, hartreeFock.density)) }
      plan.hold("density matrix", Memory.product(waves, waves, 16))
      let lattice = try HusimiLattice(
        waves: PlaneWaves(cutoff: (waves - 1) / 2, period: system.period), hbar: system.hbar, window: window)
      for (label, bytes) in [
        ("Husimi measure", lattice.bytes(modes: waves)),
        (
          "Husimi grid",
          HusimiGrid.bytes(modes: waves, positions: grid.positions, momenta: grid.momenta.count)
        ),
      ] {
        plan.phase { $0.hold(label, bytes) }
      }
    }
    plan.phase { $0.hold("hierarchy", hierarchyBytes(ranks)) }
    // The arrays of data.h5 are made of the records.
    plan.hold("results", Memory.product(times, pictures))
    plan.hold("rows", Memory.product(times, points.count + 2, ExperimentRun.bytesOfRow))
    return plan
  }

  /// (2.14) and γ: Ψ with a density applied and what is left of both less a particle, and where it is divided anew the copies of it on the
  /// way; of one species all a_nΨ at once.
  private func lowered(_ ranks: FockRanks, _ memory: FockMemory? = nil) -> Int? {
    let memory = memory ?? system.fockMemory
    guard system.particles.count > 1 else { return Memory.sum(memory.lowered, memory.vector()) }
    return Memory.product(ranks.isShared ? 6 : 3, ranks.part(of: memory.vector()))
  }

  /// The terms of (3.5): of the exact state, or of the largest Fock-space vector a Slater determinant is written as.
  private func hierarchyBytes(_ ranks: FockRanks) -> Int? {
    let orders = points.map { $0.map(\.count) }
    func bytes(_ cutoff: Int, _ ranks: FockRanks = .single) -> Int? {
      Memory.largest([
        orders.isEmpty
          ? 0
          : HierarchyIdentity.bytes(
            cutoff: cutoff, particles: system.particles, interaction: system.interaction, orders: orders,
            ranks: ranks),
        lowered(ranks, FockMemory(modes: 2 * cutoff + 1, particles: system.particles)),
      ])
    }
    if method == .exact { return bytes(system.modes, ranks) }
    return Memory.largest(
      (0...31).compactMap { cutoff in
        guard system.particles.allSatisfy({ $0 <= 2 * cutoff + 1 }), cutoff + system.highestMode <= 31 else {
          return nil
        }
        let space = FockMemory(modes: 2 * cutoff + 1, particles: system.particles)
        guard let vector = space.vector(), vector <= 16 * Self.largestVector else { return nil }
        return Memory.sum(space.basis, vector, bytes(cutoff))
      } as [Int?])
  }
}
