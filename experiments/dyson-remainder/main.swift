// |Δ_L| of the Dyson series (5.3), by nodes or on the Fourier lattice, against its bounds, per L, time and point.

import CLibraries
import ExperimentKit

Experiment.main(
  "dyson-remainder",
  answers:
    "How large is the remainder of the Dyson series (5.3), and how sharp is each of the five bounds on it?",
  defaults: PackageResources.default_yaml,
  references: [
    "F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, IEEE Trans. Comput. 66 (2017)."
  ],
  files: ["certificate.json"], ranks: Ranks.world, dependsOnThreads: false, configure: Settings.init
) { settings, run in
  try run.require(settings.memory(threads: run.threads, ranks: run.ranks))
  let applied = settings.base.bounds.applied(to: settings.model, initial: settings.initial)
  let radii = try settings.base.radii(applied)
  try settings.follow(run) { run, rows in
    run.summary.append(radii)
    let table = ResultTable(
      "rows", axes: settings.base.axes(settings.times), rows: rows,
      isResolved: \.isResolved,
      columns: Row.columns(
        settings.base.bounds.bounds, shown: applied.bounds, isCertified: settings.certified != nil))
    if settings.certified != nil {
      try run.add(
        file: "certificate.json", try Certificate(settings: settings, rows: rows.compactMap(\.self)).text)
    }
    run.add(table) { [1, 4, 8, settings.orders].contains($0.order) }
    run.report += applied.note + "verdicts: \(run.verdicts)\n"
    run.conclude(conclusion(rows.compactMap(\.self), run.verdicts, bounds: applied.bounds.map(\.name)))
  }
}
