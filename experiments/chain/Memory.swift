import CLibraries
import ExperimentKit
import Hierarchy
import Husimi
import Interaction
import ManyBody
import Vlasov
import Wasserstein

extension Settings {
  private var moves: Bool { times.contains { $0.value > 0 } }

  /// All that a run holds: the stages of one series after the other, and the pictures of all.
  func memory(threads: Int) throws -> MemoryPlan {
    var plan = MemoryPlan()
    try hold(in: &plan, threads: threads)
    if hierarchyLattice != nil { try pair().hold(in: &plan, threads: threads) }
    // The arrays of data.h5 are made of the pictures.
    plan.hold("results", Memory.product(hierarchyLattice == nil ? 1 : 2, times.count, pictureBytes))
    return plan
  }

  private var isPair: Bool { hierarchyLattice != nil && particles == [1, 1] }

  /// Husimi grids of all stages at one time.
  private var pictureBytes: Int? {
    Memory.product(2 * (isPair ? 5 : 4), gridPositions, gridMomenta.count, 8)
  }

  private func hold(in plan: inout MemoryPlan, threads: Int) throws {
    let space = FockMemory(modes: 2 * modes + 1, particles: particles)
    let hartreeFock = HartreeFockMemory(
      particles: particles, points: hartreeFockPoints, highestMode: interaction.highestMode)
    let flow = VlasovLattice.bytes(
      model: try flowModel(kernel: .classical), lattice: lattice, coupling: .nonperturbative, threads: threads
    )
    plan.phase { plan in
      for (species, profile) in orbitals.enumerated() {
        plan.phase {
          $0.hold(
            "initial orbitals",
            profile.projectionBytes(
              count: particles[species], total: total, hbar: hbar, wavenumber: 2 * .pi / period, cutoff: modes
            ))
        }
      }
      plan.hold("basis", space.basis)
      plan.hold("state", space.vector())
      plan.phase { $0.hold("matrices in the making", space.hamiltonianInTheMaking(interaction)) }
      plan.hold("matrices", space.hamiltonian(interaction))
      if let lattice = hierarchyLattice, isPair {
        let hierarchy = TruncatedHierarchy.memory(
          model: model, lattice: lattice, rank: 2, closure: ExactClosure(), threads: threads)
        plan.hold("hierarchy", hierarchy.state)
        plan.hold("right side", hierarchy.rightSide)
      }
      plan.hold("orbitals", hartreeFock.orbitals)
      plan.hold("lattices", Memory.product(2, flow))
      plan.hold("pictures", Memory.product(times.count, pictureBytes))
      // The vector in the order of H, and three of Chebyshev's.
      if moves { plan.phase { $0.hold("propagation", Memory.product(4, space.vector())) } }
      if moves { plan.phase { $0.hold("a Hartree–Fock step", hartreeFock.step) } }
      plan.phase { $0.hold("states less a particle", space.lowered) }
      plan.phase { plan in
        plan.hold("density matrix", hartreeFock.density)
        plan.hold(
          "Husimi grid",
          HusimiGrid.bytes(
            modes: hartreeFockPoints, positions: gridPositions, momenta: gridMomenta.count))
      }
      plan.phase { plan in
        guard let histogram else { return }
        plan.hold("transport", transportBytes(cells: histogram.cells))
      }
    }
    plan.hold("pictures", Memory.product(times.count, pictureBytes))
  }
}
