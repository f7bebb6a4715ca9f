// Theorem 1.2 in numbers: the 1-Wasserstein distance between the Husimi measures of Hartree–Fock states of N particles and
// the solution of the Vlasov equations (1.1), for growing N; against the smoothed solution what dynamics adds to it.

import CLibraries
import ExperimentKit
import Studies

Experiment.main(
  "vlasov-limit",
  answers:
    "How far are Husimi measures of Hartree–Fock states from the Vlasov solution in the 1-Wasserstein distance?",
  defaults: PackageResources.default_yaml,
  references: [
    "Theorem 1.2.",
    "R. Dobrushin, Vlasov equations, Funct. Anal. Appl. 13 (1979) 115 (see Papers/dobrushin.md).",
  ],
  configure: Settings.init
) { settings, run in
  let study = settings.study
  try run.require(try study.memory())
  MatrixProduct.setThreads(run.threads)
  try run.follow(
    study.legs(workers: run.workers), results: try study.workAfterRecords,
    remedy: "a smaller time-step, more modes"
  ) { run, legs in
    let vlasov = try VlasovReference(study, workers: run.workers)
    let records = legs.prefix(study.series.particleNumbers.count).map { $0.map(\.record) }
    let distances = try study.distances(
      records, vlasov, workers: run.workers, afterEach: run.checkInterruption)
    let results = Results(study, legs, distances)
    run.summary.append(("windows", .array(study.series.windows.map { .string($0.name) })))
    run.add(results.distances)
    run.add(results.rates)
    if !study.exactStates.isEmpty {
      run.report += "\n"
      run.add(results.factorisation)
      // One species alone has no other to be correlated with.
      if !study.speciesPairs.isEmpty {
        run.report += "\n"
        run.add(results.trend)
      }
    }
    run.report += "verdicts: \(run.verdicts)\n"
    results.addArrays(vlasov, to: run)
    run.conclude(results.conclusion(run.verdicts))
  }
}
