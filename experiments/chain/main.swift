// One state along the whole chain: N-body Schrödinger → Hartree–Fock → Hartree → Vlasov, and what every arrow costs: the
// density modes and the Husimi measures of neighbours, compared at each time. One fermion of each species goes through the
// finite-N Moyal hierarchy as well.

import CLibraries
import ExperimentKit

Experiment.main(
  "chain", defaults: PackageResources.default_yaml,
  references: ["Theorem 1.2: from the N-body Schrödinger equation (1.2) to the Vlasov equations (1.1)."],
  configure: Settings.init
) { settings, run in
  MatrixProduct.setThreads(run.threads)
  let all = try [settings] + (settings.hierarchyLattice == nil ? [] : [settings.pair()])
  var comparisons: [Comparison] = []
  let progress = run.progress("times", total: all.count * settings.times.count)
  var done = 0
  for one in all {
    let stages = try one.stages(workers: run.workers)
    var comparison = Comparison(one, stages.map(\.name), workers: run.workers)
    for time in one.times {
      for stage in stages {
        try stage.advance(to: time.value)
        try run.checkInterruption()
      }
      try comparison.add(stages, at: time.value)
      done += 1
      progress.update(done)
    }
    comparisons.append(comparison)
  }
  progress.finish()

  let chain = comparisons[0]
  run.summary = [
    ("hbar", .number(settings.hbar)), ("stages", .array(chain.names.map { .string($0) })),
    ("species", .array(settings.model.species.map { .string($0.name) })),
    ("window", .string(settings.window.name)), ("rows", .array(chain.jsonRows)),
  ]
  run.report = chain.table
  chain.addArrays(to: run)
  if let pair = comparisons.dropFirst().first {
    run.summary.append(
      (
        "pair",
        .object([
          ("hbar", .number(pair.settings.hbar)), ("stages", .array(pair.names.map { .string($0) })),
          ("rows", .array(pair.jsonRows)),
        ])
      ))
    run.report += "\n\none fermion of each species\n" + pair.table
    pair.addArrays(to: run, prefix: "pair/")
  }
}
