import CLibraries
import ExperimentKit
import Hierarchy
import Interaction

extension Settings {
  /// All that a run holds: both hierarchies of one variant after the other, and the distances found.
  func memory(threads: Int) throws -> MemoryPlan {
    var plan = MemoryPlan()
    let (lattice, rank) = (base.lattice, base.rank)
    let tables = ProductTables.bytes(components: base.initial.components.count, lattice: lattice)
    let rows = Memory.product(pairs.count, times.count, orders.count)
    plan.hold("records", Memory.product(rows, 3, ExperimentRun.bytesOfFigure))
    var known: [String: TruncatedHierarchyMemory] = [:]
    func hierarchy(_ model: Model, _ closure: any Closure) -> TruncatedHierarchyMemory {
      // Which marginals there are and which terms they have, all that the size depends on.
      let counts = model.particles?.map { min($0, rank + 1) } ?? []
      let key = "\(closure.name) \(counts) \(model.kernel.hbar == nil)"
      let memory =
        known[key]
        ?? TruncatedHierarchy.memory(
          model: model, lattice: lattice, rank: rank, closure: closure, threads: threads)
      known[key] = memory
      return memory
    }
    for (closure, variant) in pairs {
      try plan.phase { plan in
        let (own, limit) = (hierarchy(variant.model, closure), hierarchy(try self.limit(variant), closure))
        plan.hold("hierarchies", Memory.sum(own.state, limit.state))
        plan.hold("right sides", Memory.sum(own.rightSide, limit.rightSide))
        plan.phase { $0.hold("initial data", tables) }
        plan.phase { $0.hold("distance", own.distance) }
      }
    }
    plan.hold("rows", Memory.product(rows, 2 * ExperimentRun.bytesOfRow))
    return plan
  }
}
