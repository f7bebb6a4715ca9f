public import CLibraries
import ExperimentKit
import Hierarchy
import Husimi
import ManyBody
import Vlasov
import Wasserstein

extension ChainStudy {
  /// All that a run holds of several chains one after another: the stages of each, and the pictures of all.
  public static func memory(_ chains: [ChainStudy], times: Int, moves: Bool, threads: Int) throws
    -> MemoryPlan
  {
    var plan = MemoryPlan()
    for chain in chains { try chain.hold(in: &plan, times: times, moves: moves, threads: threads) }
    // The arrays of data.h5 are made of the pictures.
    for chain in chains { plan.hold("results", Memory.product(times, chain.pictureBytes)) }
    return plan
  }

  /// Pictures of all stages at one time.
  private var pictureBytes: Int? { Memory.product(system.particles.count, stageNames.count, grid.bytes) }

  private func hold(in plan: inout MemoryPlan, times: Int, moves: Bool, threads: Int) throws {
    let hartreeFock = HartreeFockMemory(
      particles: system.particles, points: hartreeFockPoints, highestMode: system.highestMode)
    let flow = VlasovLattice.bytes(
      model: try model(kernel: .classical), lattice: lattice, coupling: .nonperturbative, threads: threads)
    try plan.phase { plan in
      system.holdStart(in: &plan)
      system.holdExact(in: &plan, moves: moves)
      if let lattice = ownHierarchyLattice {
        let hierarchy = TruncatedHierarchy.memory(
          model: try model(kernel: .moyal(hbar: DecimalNumber(system.hbar)), isFinite: true),
          lattice: lattice,
          rank: system.total, closure: ExactClosure(), threads: threads)
        plan.hold("hierarchy", hierarchy.state)
        plan.hold("right side", hierarchy.rightSide)
      }
      plan.hold("orbitals", hartreeFock.orbitals)
      plan.hold("lattices", Memory.product(2, flow))
      plan.hold("pictures", Memory.product(times, pictureBytes))
      if moves { plan.phase { $0.hold("a Hartree–Fock step", hartreeFock.step) } }
      plan.phase { $0.hold("states less a particle", system.fockMemory.lowered) }
      plan.phase { plan in
        plan.hold("density matrix", hartreeFock.density)
        plan.hold(
          "Husimi grid",
          HusimiGrid.bytes(modes: hartreeFockPoints, positions: grid.positions, momenta: grid.momenta.count))
      }
      if let histogram { plan.phase { $0.hold("transport", transportBytes(cells: histogram.cells)) } }
    }
    plan.hold("pictures", Memory.product(times, pictureBytes))
  }
}
