// |Δ_L| of the Dyson series (5.3) on the Fourier lattice against its bounds, per L, time and point.

import DysonSeries
import ExperimentKit

Experiment.main(
  "dyson-remainder", defaults: PackageResources.default_yaml,
  references: [
    "F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, IEEE Trans. Comput. 66 (2017)."
  ],
  dependsOnThreads: false, configure: Settings.init
) { settings, run in
  try run.require(settings.memory(threads: run.threads))
  let applied = settings.base.bounds.applied(to: settings.model, initial: settings.initial)
  let radii = try settings.base.radii(applied)
  let legs = DysonRemainder.Grid.allCases.map { grid in
    Leg("\(grid) lattice", weight: settings.study.work(on: grid), through: settings.times) {
      try settings.study.start(on: grid, workers: run.workers)
    } record: { moving, _ in
      try moving.record()
    }
  }
  try run.follow(legs, remedy: "a smaller lattice.time-step, shorter times, fewer orders") { run, records in
    run.summary.append(radii)
    let table = ResultTable(
      "rows", axes: settings.base.axes(settings.times), rows: try settings.rows(records),
      isResolved: \.isResolved,
      columns: Row.columns(settings.base.bounds.bounds, shown: applied.bounds))
    run.add(table) { [1, 4, 8, settings.orders].contains($0.order) }
    run.report += applied.note + "verdicts: \(run.verdicts)\n"
  }
}
