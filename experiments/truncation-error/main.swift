// Hierarchies truncated at rank R against the exact solution: of N = ∞ the Vlasov product (Hartree, with the Moyal kernel) for
// factorised data, the same mixture of products for mixtures and correlated Gaussians, by nodes where there are any; of a few particles
// their hierarchy of rank N. Errors per closure, time and marginal, with those of the reference and of the lattice.

import CLibraries
import ExperimentKit
import Hierarchy
import Studies
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
  ranks: Ranks.world, dependsOnThreads: false, configure: Settings.init
) { settings, run in
  try run.require(try settings.memory(threads: run.threads, ranks: run.ranks))
  let base = settings.base
  let (grid, observables) = (base.relativeGrid, ObservableColumns(base))
  let legs = settings.groups.map { closures in
    Leg(closures.names, weight: base.weight(of: closures), through: base.times) {
      (
        hierarchies: try closures.map { try base.hierarchy($0, workers: run.workers, ranks: run.ranks) },
        exact: try base.exactSolution(workers: run.workers, ranks: run.ranks)
      )
    } moving: {
      $0.hierarchies.named + $0.exact.moving
    } record: { state, _ in
      let exact = try state.exact.present()
      return try state.hierarchies.map { try Record($0, exact, on: grid) }
    }
  }
  try run.follow(legs, remedy: "a smaller lattice.time-step, fewer times") { run, records in
    let reports = base.reports(records)
    let rows = base.rows(reports)
    run.summary.append(("rank", .integer(base.rank)))
    run.summary.append(("storage", .string(base.storage.name)))
    run.add(ResultTable("rows", axes: base.axes + [base.marginals], rows: rows, columns: Row.columns))
    run.conclude(base.conclusion(rows.compactMap(\.self)))
    run.add(
      ResultTable(
        "reports", axes: base.axes, rows: reports, columns: Report.columns + observables.own()))
    run.add(
      ResultTable(
        nil, axes: [base.axes[1]], rows: Array(reports.prefix(base.times.count)),
        columns: observables.exact()))
  }
}
