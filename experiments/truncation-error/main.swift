// Hierarchies truncated at rank R against the exact solution: the Vlasov product (Hartree, with the Moyal kernel) for
// factorised data, the same mixture of products for mixtures. Errors per closure, time and marginal.

import ExperimentKit
import Hierarchy
import Vlasov

Experiment.main(
  "truncation-error", defaults: PackageResources.default_yaml,
  references: [
    "J. D. Lawson, Generalized Runge-Kutta processes for stable systems with large Lipschitz constants, SIAM J. Numer. Anal. 4 (1967)."
  ],
  dependsOnThreads: false, configure: Settings.init
) { settings, run in
  try run.require(settings.memory(threads: run.threads))
  let base = settings.base
  let legs = base.closures.map { closure in
    Leg(closure.name, through: base.times) {
      (
        exact: try VlasovSolution(
          model: base.model, initial: base.initial, lattice: base.lattice, workers: run.workers),
        hierarchy: try base.hierarchy(closure, workers: run.workers)
      )
    } moving: {
      [$0.exact, $0.hierarchy]
    } record: { pair, _ in
      try Record(pair.hierarchy, pair.exact)
    }
  }
  try run.follow(legs, remedy: "a smaller lattice.time-step, fewer times") { run, records in
    let reports = base.reports(records)
    let rows = base.rows(reports)
    run.summary.append(("rank", .integer(base.rank)))
    run.add(ResultTable("rows", axes: base.axes + [base.marginals], rows: rows, columns: Row.columns))
    run.add(ResultTable("reports", axes: base.axes, rows: reports, columns: Report.columns(base.modes)))
    run.add(
      ResultTable(
        nil, axes: [base.axes[1]], rows: Array(reports.prefix(base.times.count)),
        columns: [Report.exactCorrelation(base.modes)]))
  }
}
