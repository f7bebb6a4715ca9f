// One state of fermions of several species through time: exact Schrödinger dynamics (or Hartree–Fock), its Husimi measures,
// Lemmas 2.1–2.3 and Proposition 2.1 with explicit constants, and every term of the hierarchy (3.5).

import CLibraries
import ExperimentKit
import Studies

Experiment.main(
  "many-body",
  answers: "Do Husimi measures of exact fermions satisfy the paper's hierarchy (3.5), term by term?",
  defaults: PackageResources.default_yaml,
  references: ["Lemmas 2.1–2.3, Propositions 2.1 and 3.1–3.3 (with the corrections of Papers/)."],
  ranks: Ranks.world, configure: Settings.init
) { settings, run in
  let (study, times) = (settings.study, settings.times)
  try run.require(
    try study.memory(times: times.count, moves: times.contains { $0.value > 0 }, ranks: run.ranks))
  MatrixProduct.setThreads(run.threads)
  let leg = Leg(study.method.rawValue, through: times) {
    try ManyBodyObserver(study, workers: run.workers, ranks: run.ranks)
  } moving: {
    $0.evolutions
  } record: { observer, place in
    try observer.record(at: times[place].value)
  }
  try run.follow([leg], remedy: "a smaller time-step or tolerance, more modes") { run, legs in
    let results = Results(settings, legs[0])
    results.addSummary(to: run)
    run.add(results.states)
    results.addFailure(to: run)
    results.addWindow(to: run)
    run.add(results.hierarchy)
    if study.method == .exact {
      run.report += "\n"
      run.add(results.convergence) { $0.time == times.last?.value }
    }
    run.report += "\n"
    run.add(results.checks)
    run.report += "verdicts: \(run.verdicts)\n"
    run.conclude(results.conclusion(run.verdicts))
    for table in results.arrays { run.add(table) }
  }
}
