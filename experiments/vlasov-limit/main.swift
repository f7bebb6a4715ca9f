// Theorem 1.2 in numbers: the 1-Wasserstein distance between the Husimi measures of Hartree–Fock states of N particles and
// the solution of the Vlasov equations (1.1), for growing N; against the smoothed solution what dynamics adds to it.

import CLibraries
import ExperimentKit

Experiment.main(
  "vlasov-limit", defaults: PackageResources.default_yaml,
  references: [
    "Theorem 1.2.",
    "R. Dobrushin, Vlasov equations, Funct. Anal. Appl. 13 (1979) 115 (see Papers/dobrushin.md).",
  ],
  configure: Settings.init
) { settings, run in
  try run.require(try settings.memory())
  MatrixProduct.setThreads(run.threads)
  let size = settings.grid.cells * settings.refinement * settings.refinement
  let records = try settings.series.evolve(
    run, recordSize: 2 * size * settings.series.windows.count,
    keeping: { run, records, finished in
      let vlasov = try VlasovReference(settings, workers: run.workers)
      try Results(settings, records, vlasov, run, finished: finished).add(to: run)
    }
  ) { state, _ in
    try husimiDensities(state, settings, run.workers)
  }
  try run.keeping(step: records.count, settings.series.write(records)) {
    let vlasov = try VlasovReference(settings, workers: run.workers)
    try Results(settings, records, vlasov, run, finished: records.count).add(to: run)
    try Factorisation(settings, run).add(to: run)
  }
  run.report += "verdicts: \(run.verdicts)\n"
}
