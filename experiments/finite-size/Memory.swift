import CLibraries
import ExperimentKit
import Hierarchy
import Interaction

extension Settings {
  /// All that a run holds: both hierarchies of one variant after the other, and the distances found.
  func memory(threads: Int) throws -> MemoryPlan {
    var plan = MemoryPlan()
    let tables = ProductTables.bytes(components: initial.components.count, lattice: lattice)
    plan.hold("records", Memory.product(closures.count, variants.count, times.count, orders.count, 2 * 8))
    for closure in closures {
      var known: [String: TruncatedHierarchyMemory] = [:]
      func hierarchy(_ model: Model) -> TruncatedHierarchyMemory {
        // Which marginals there are and which terms they have, all that the size depends on.
        let key = "\(model.particles?.map { min($0, rank + 1) } ?? []) \(model.kernel.hbar == nil)"
        if let memory = known[key] { return memory }
        let memory = TruncatedHierarchy.memory(
          model: model, lattice: lattice, rank: rank, closure: closure, threads: threads)
        known[key] = memory
        return memory
      }
      for variant in variants {
        try plan.phase { plan in
          let (own, reference) = (hierarchy(variant.model), hierarchy(try referenceModel(variant)))
          plan.hold("hierarchy", own.state)
          plan.hold("its right side", own.rightSide)
          plan.hold("reference", reference.state)
          plan.hold("right side of the reference", reference.rightSide)
          plan.phase { $0.hold("initial data", tables) }
          plan.phase { $0.hold("distance", own.distance) }
        }
      }
    }
    plan.hold(
      "rows",
      Memory.product(closures.count, variants.count, times.count, orders.count, 2 * ExperimentRun.bytesOfRow))
    return plan
  }
}
