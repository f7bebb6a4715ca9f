// Hierarchies at finite N against N = ∞ (law 1/N), and the Moyal kernel against the classical one (law ħ²), at the same rank
// and closure: against the exact solution where the closure keeps the data's product, else against the same hierarchy.

import CLibraries
import ExperimentKit
import Hierarchy

Experiment.main(
  "finite-size",
  answers: "How fast do finite N and finite ħ approach the infinite classical hierarchy?",
  defaults: PackageResources.default_yaml, references: [], ranks: Ranks.world, dependsOnThreads: false,
  configure: Settings.init
) { settings, run in
  try run.require(try settings.memory(threads: run.threads, ranks: run.ranks))
  let legs = settings.pairs.map { closure, variant in
    Leg("\(closure.name), \(variant)", through: settings.base.times) {
      try settings.compared(closure, variant, workers: run.workers, ranks: run.ranks)
    } moving: {
      $0.moving
    } record: { compared, _ in
      try Record.all(settings.base.orders, compared)
    }
  }
  try run.follow(legs, remedy: "a smaller lattice.time-step, fewer times") { run, records in
    let rows = settings.rows(records)
    run.summary.append(("storage", .string(settings.base.storage.name)))
    run.add(ResultTable("rows", axes: settings.axes, rows: rows, columns: Row.columns))
    let slopes = settings.slopes(rows)
    run.add(ResultTable("slopes", rows: slopes, columns: Slope.columns))
    for sentence in Slope.conclusions(slopes) { run.conclude(sentence) }
  }
}
