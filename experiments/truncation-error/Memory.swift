import CLibraries
import ExperimentKit
import Hierarchy

extension Settings {
  /// All that a run holds: the reference at every time, and one hierarchy after the other.
  func memory(threads: Int) -> MemoryPlan {
    var plan = MemoryPlan()
    let components = initial.components.count
    let tables = ProductTables.bytes(components: components, lattice: lattice)
    plan.hold("reference", Memory.product(tables, times.count))
    plan.phase { plan in
      let flow = VlasovLattice.bytes(
        model: model, lattice: lattice, coupling: .nonperturbative, threads: threads)
      plan.hold("Vlasov lattices", Memory.product(flow, components))
    }
    plan.hold("records", Memory.product(closures.count, times.count, Record.size(self), 8))
    for closure in closures {
      plan.phase { plan in
        let hierarchy = TruncatedHierarchy.memory(
          model: model, lattice: lattice, rank: rank, closure: closure, threads: threads)
        plan.hold("hierarchy", hierarchy.state)
        plan.hold("right side", hierarchy.rightSide)
        plan.phase { $0.hold("initial data", tables) }
        plan.phase { $0.hold("report", hierarchy.report) }
      }
    }
    plan.hold(
      "rows", Memory.product(closures.count, times.count, orders.count + 1, ExperimentRun.bytesOfRow))
    return plan
  }
}
