import CLibraries
import DysonSeries
import ExperimentKit

extension Settings {
  /// All that a run holds: the trees of one term at a time on every thread, and the terms found.
  func memory(threads: Int) -> MemoryPlan {
    var plan = MemoryPlan()
    let rows = Memory.product(points.count, times.count, orders)
    plan.hold("terms", Memory.product(rows, TermTable.width, 8))
    let particles = points.map(\.count).max() ?? 1
    plan.phase {
      $0.hold(
        "trees",
        DysonTrees.bytes(
          model, order: orders, particles: particles, scramblings: scramblings, threads: threads))
    }
    // Six arrays of a number a term, and the bounds; the rows.
    plan.hold("rows", Memory.product(rows, ExperimentRun.bytesOfRow + 64 * (6 + bounds.bounds.count)))
    return plan
  }
}
