// N particles against the mean field, marginal by marginal at given points, beside the certified bound of Theorem 7 and its three
// parts: a rate for Theorem 1.1. Exact fermions, and hierarchies of more particles.

import CLibraries
import ExperimentKit
import Studies

Experiment.main(
  "mean-field-rate",
  answers: "How far are N fermions from the mean field at given points, and what does a proved rate allow?",
  defaults: PackageResources.default_yaml,
  references: ["Theorem 1.1: the marginals of N fermions and the solution of the hierarchy (1.8)."],
  configure: Settings.init
) { settings, run in
  try run.require(try settings.memory(threads: run.threads))
  MatrixProduct.setThreads(run.threads)
  let legs = try settings.entries.map { comparison, times in
    Leg(
      "\(comparison.source), N = \(comparison.particles)",
      weight: try comparison.seconds(to: times.last?.value ?? 0, times: times.count) + 0.01, through: times
    ) {
      try comparison.observer(workers: run.workers)
    } moving: {
      $0.evolutions
    } record: { observer, place in
      try observer.record(at: times[place].value)
    }
  }
  try run.follow(legs, remedy: "a smaller time-step, more modes, shorter times") { run, records in
    let rows = try settings.rows(records)
    run.summary.append(try settings.radii())
    let table = ResultTable(
      "rows", axes: settings.axes, rows: rows, isResolved: \.isResolved, columns: Row.columns)
    run.add(table) { settings.isShown($0.time) }
    run.add(ResultTable("slopes", rows: settings.slopes(rows.compactMap(\.self)), columns: Slope.columns)) {
      settings.isShown($0.time)
    }
    run.report += "verdicts: \(run.verdicts)\n"
    run.conclude(Row.conclusion(rows.compactMap(\.self), run.verdicts))
  }
}
