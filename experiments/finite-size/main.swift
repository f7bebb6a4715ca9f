// Hierarchies at finite N against N = ∞ (law 1/N), and the Moyal kernel against the classical one (law ħ²), at the same rank
// and closure.

import ExperimentKit
import Hierarchy

Experiment.main(
  "finite-size", defaults: PackageResources.default_yaml, references: [], dependsOnThreads: false,
  configure: Settings.init
) { settings, run in
  try run.require(try settings.memory(threads: run.threads))
  let legs = settings.pairs.map { closure, variant in
    Leg("\(closure.name), \(variant)", through: settings.base.times) {
      (
        own: try settings.base.hierarchy(of: variant.model, closure, workers: run.workers),
        limit: try settings.base.hierarchy(of: settings.limit(variant), closure, workers: run.workers)
      )
    } moving: {
      [$0.own, $0.limit]
    } record: { pair, _ in
      try settings.base.orders.map { try pair.own.distance($0, to: pair.limit) }
    }
  }
  try run.follow(legs, remedy: "a smaller lattice.time-step, fewer times") { run, records in
    let rows = settings.rows(records)
    run.add(ResultTable("rows", axes: settings.axes, rows: rows, columns: Row.columns))
    run.add(ResultTable("slopes", rows: settings.slopes(rows), columns: Slope.columns))
  }
}
