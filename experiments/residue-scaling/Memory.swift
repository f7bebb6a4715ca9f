import CLibraries
import ExperimentKit
import Husimi

extension Settings {
  /// All that a run holds: one state after the other, its residues in one window after the other, and the terms found.
  func memory() throws -> MemoryPlan {
    var plan = MemoryPlan()
    let terms = Memory.product(2 * Term.all.count, series.windows.count)
    try series.hold(in: &plan, record: Memory.product(terms, 8)) { plan, total, points in
      plan.hold(
        "residues",
        WeakResidues.bytes(
          modes: points, particles: [total / 2, total / 2], interaction: series.interaction,
          testFunctions: testFunctions, wavenumber: 2 * .pi / series.period))
    }
    plan.hold(
      "rows",
      Memory.product(series.particleNumbers.count, series.times.count, terms, ExperimentRun.bytesOfRow / 2))
    return plan
  }
}
