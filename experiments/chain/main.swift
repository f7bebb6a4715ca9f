// One state along the whole chain: N-body Schrödinger → Hartree–Fock → Hartree → Vlasov, and what every arrow costs: the
// density modes and the Husimi measures of neighbours, compared at each time.

import CLibraries
import ExperimentKit
import Interaction
import ManyBody

Experiment.main(
  "chain", defaults: PackageResources.default_yaml,
  references: ["Theorem 1.2: from the N-body Schrödinger equation (1.2) to the Vlasov equations (1.1)."],
  configure: Settings.init
) { settings, run in
  MatrixProduct.setThreads(run.threads)
  let waves = try PlaneWaves(cutoff: settings.modes, period: settings.period)
  let start = try SlaterDeterminant(
    orbitals: settings.orbitals.enumerated().map { species, profile in
      try profile.orbitals(
        waves: waves, count: settings.particles[species], total: settings.total, hbar: settings.hbar
      ).orbitals
    }, masses: settings.model.masses)
  let stages: [any Stage] = [
    try ExactStage(settings, start, workers: run.workers),
    try HartreeFockStage(settings, start, workers: run.workers),
    try LatticeStage(
      settings, start, kernel: .moyal(hbar: DecimalNumber(settings.hbar)), workers: run.workers),
    try LatticeStage(settings, start, kernel: .classical, workers: run.workers),
  ]
  var comparison = Comparison(settings, stages.map(\.name), workers: run.workers)
  let progress = run.progress("times", total: settings.times.count)
  for (index, time) in settings.times.enumerated() {
    for stage in stages {
      try stage.advance(to: time.value)
      try run.checkInterruption()
    }
    try comparison.add(stages, at: time.value)
    progress.update(index + 1)
  }
  progress.finish()
  comparison.write(to: run)
}
