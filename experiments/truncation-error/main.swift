// Hierarchies truncated at rank R against the exact solution: the Vlasov product (Hartree, with the Moyal kernel) for
// factorised data, the same mixture of products for mixtures, by nodes where there are any. Errors per closure, time and
// marginal, with those of the reference and of the lattice.

import ExperimentKit
import Hierarchy
import Vlasov

Experiment.main(
  "truncation-error",
  answers: "What does each closure of a truncated hierarchy lose against the exact solution of (1.8)?",
  defaults: PackageResources.default_yaml,
  references: [
    "J. D. Lawson, Generalized Runge-Kutta processes for stable systems with large Lipschitz constants, SIAM J. Numer. Anal. 4 (1967).",
    "G. Ceruti, J. Kusch, C. Lubich, A rank-adaptive robust integrator for dynamical low-rank approximation, BIT Numer. Math. 62 (2022).",
    "W. Kahan, R.-C. Li, Composition constants for raising the orders of unconventional schemes for ordinary differential equations, Math. Comp. 66 (1997).",
  ],
  dependsOnThreads: false, configure: Settings.init
) { settings, run in
  try run.require(try settings.memory(threads: run.threads))
  let base = settings.base
  let (grid, observables) = (base.relativeGrid, ObservableColumns(base))
  let legs = base.closures.map { closure in
    // What closes the hierarchy costs about a quarter as much a term as the rest.
    Leg(closure.name, weight: Double(4 + closure.terms(particles: base.rank + 1).count), through: base.times)
    {
      (
        hierarchy: try base.hierarchy(closure, on: settings.storage, workers: run.workers),
        reference: try base.reference(workers: run.workers)
      )
    } moving: {
      [$0.hierarchy, $0.reference]
    } record: { pair, _ in
      try Record(pair.hierarchy, pair.reference, on: grid)
    }
  }
  try run.follow(legs, remedy: "a smaller lattice.time-step, fewer times") { run, records in
    let reports = base.reports(records)
    let rows = base.rows(reports)
    run.summary.append(("rank", .integer(base.rank)))
    run.summary.append(("storage", .string(settings.storage.name)))
    run.add(ResultTable("rows", axes: base.axes + [base.marginals], rows: rows, columns: Row.columns))
    run.conclude(base.conclusion(rows))
    run.add(
      ResultTable(
        "reports", axes: base.axes, rows: reports, columns: Report.columns(base.modes) + observables.own()))
    run.add(
      ResultTable(
        nil, axes: [base.axes[1]], rows: Array(reports.prefix(base.times.count)),
        columns: [Report.exactCorrelation(base.modes)] + observables.exact()))
  }
}
