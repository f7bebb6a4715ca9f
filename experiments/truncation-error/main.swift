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
  let legs = settings.closures.map { closure in
    Leg(closure.name, through: settings.times) {
      (
        exact: try VlasovSolution(
          model: settings.model, initial: settings.initial, lattice: settings.lattice, workers: run.workers),
        hierarchy: try TruncatedHierarchy(
          model: settings.model, initial: settings.initial, lattice: settings.lattice, rank: settings.rank,
          closure: closure, workers: run.workers)
      )
    } moving: {
      [$0.exact, $0.hierarchy]
    } record: { pair, _ in
      try Record(pair.hierarchy, pair.exact)
    }
  }
  try run.follow(legs, remedy: "a smaller lattice.time-step, fewer times") { run, records in
    let reports = settings.reports(records)
    run.summary.append(("rank", .integer(settings.rank)))
    run.add(
      ResultTable(
        "rows", axes: settings.axes + [settings.marginals], rows: settings.rows(reports), columns: Row.columns
      ))
    run.add(ResultTable("reports", axes: settings.axes, rows: reports, columns: Report.columns(settings)))
    run.add(
      ResultTable(
        nil, axes: [settings.axes[1]], rows: Array(reports.prefix(settings.times.count)),
        columns: [Report.exactCorrelation(settings)]))
  }
}
