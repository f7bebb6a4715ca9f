// The Vlasov equation as it flows: density modes, field energy, momentum, kinetic energy and L² norm in the course of time, portraits
// of phase space, and the rates of waves beside the enclosed roots of linear theory. With the Moyal kernel it is Hartree's equation.

import CLibraries
import ExperimentKit
import Studies

Experiment.main(
  "vlasov-flow",
  answers:
    "How does a plasma move, and do its waves have the rates that linear theory proves? Solves the Vlasov equations (1.1).",
  defaults: PackageResources.default_yaml,
  references: [
    "Equation (1.1).",
    "J. D. Lawson, Generalized Runge-Kutta processes for stable systems with large Lipschitz constants, SIAM J. Numer. Anal. 4 (1967).",
    "L. Landau, On the vibrations of the electronic plasma, J. Phys. USSR 10 (1946) 25.",
  ],
  ranks: Ranks.world, dependsOnThreads: false, configure: FlowStudy.init
) { study, run in
  try run.require(try study.memory(threads: run.threads, ranks: run.ranks))
  try run.follow(
    try study.legs(workers: run.workers, ranks: run.ranks),
    remedy: "a smaller lattice.time-step, a wider window, more modes"
  ) { run, legs in
    let rows = study.rows(legs)
    if !study.pulses.isEmpty { run.summary.append(("pulses", study.pulseList)) }
    run.add(ResultTable("rows", axes: [study.timeAxis], rows: rows, columns: study.columns)) {
      study.isShown($0.time)
    }
    run.add(study.seriesTable(legs[0]))
    let results = study.results(legs)
    if !results.isEmpty {
      run.report += "\n"
      run.add(
        ResultTable("fits", rows: results, isResolved: \.isResolved, columns: study.fitColumns))
      run.report += "verdicts: \(run.verdicts)\n"
    }
    for table in study.portraitTables(legs[0]) { run.add(table) }
    for sentence in study.conclusions(rows, results) { run.conclude(sentence) }
  }
}
