import CLibraries
import ExperimentKit
import Hierarchy
import ModelConfiguration
import Studies

struct Settings {
  let base: TruncationReader

  init(_ configuration: ConfigurationNode) throws {
    base = try TruncationReader(configuration, comparedWith: .exact)
    try base.limitTime(
      configuration, hierarchies: base.closures.count,
      references: base.model.particles == nil ? groups.map { _ in base.model } : [],
      others: try base.exactHierarchies())
  }

  /// The closures that are followed together, beside one exact solution: each by itself, unless that takes longer than they do.
  var groups: [[any Closure]] { base.sharesExactSolution ? [base.closures] : base.closures.map { [$0] } }

  /// All that a run holds: one group of hierarchies after the other, each beside the exact solution.
  /// - Parameter ranks: the processes that compute together; the memory is that of this one.
  func memory(threads: Int, ranks: Ranks) throws -> MemoryPlan {
    var plan = MemoryPlan()
    let marginals = base.orders.count
    let pairs = Memory.product(base.closures.count, base.times.count)
    let figures = Memory.sum(
      Memory.product(7, marginals),
      Memory.product(2, ObservableColumns(base).count), 32)
    plan.hold("records", Memory.product(pairs, figures, ExperimentRun.bytesOfFigure))
    for closures in groups {
      let hierarchies = try closures.map { try base.memory($0, threads: threads, ranks: ranks) }
      try plan.phase { plan in
        plan.hold("hierarchy", Memory.sum(hierarchies.map(\.state)))
        plan.hold("right side", Memory.sum(hierarchies.map(\.rightSide)))
        try base.holdExactSolution(in: &plan, threads: threads, ranks: ranks)
        for hierarchy in hierarchies { plan.phase { $0.hold("report", hierarchy.report) } }
      }
    }
    plan.hold("rows", Memory.product(pairs, marginals + 1, ExperimentRun.bytesOfRow))
    return plan
  }
}
