// The terms D_j of the Dyson series (5.3), as sums over trees (5.7), for data on R^d or the torus, with error bars; their
// partial sums and Padé approximants; and the standard error against the number of samples.

import CLibraries
import DysonSeries
import ExperimentKit
import Interaction
import ModelConfiguration
import Numerics
import PhaseSpace

Experiment.main(
  "dyson-trees", defaults: PackageResources.default_yaml,
  references: [
    "The Dyson series (5.3), its trees (5.7), and the remainder bounds of Papers/branching-majorant.md.",
    "J. K. Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC11 (2011).",
    "I. M. Sobol, USSR Comput. Math. Math. Phys. 7 (1967) 86; P. Wynn, SIAM J. Numer. Anal. 3 (1966) 91.",
  ],
  ranks: Ranks.world, dependsOnThreads: false, configure: Settings.init
) { settings, run in
  try run.require(settings.memory(threads: run.threads))
  var table = TermTable(settings)
  var study: [Double] = []
  if let saved = try run.loadCheckpoint() {
    try table.restore(saved)
    study = try settings.convergence?.restore(saved) ?? []
    try saved.finish()
  }

  let trees = try DysonTrees(
    settings.model, initial: settings.initial, sampler: settings.sampler, scramblings: settings.scramblings,
    seed: UInt64(run.seed))
  run.keepRows(remedy: "fewer orders, shorter times, more samples") { run in
    guard table.filled > 0 else { return nil }
    try Results(settings, table.padded, trees, finished: table.filled).add(to: run)
    guard table.filled < table.count else { return FinishedRows("all terms", after: nil, before: nil) }
    let (point, time, order) = table.next
    return FinishedRows(
      "\(table.filled) of \(table.count) terms; the failure is in order \(order) at point \(point), t = "
        + settings.times[time].text, after: nil, before: settings.times[time].value)
  }
  let progress = run.progress("terms", total: table.count)
  while table.filled < table.count {
    let (point, time, order) = table.next
    let state = { Checkpoint(step: table.filled, arrays: ["terms": table.numbers]) }
    table.append(
      try run.keeping(state()) {
        try trees.term(
          order, at: settings.points[point], time: settings.times[time].value,
          budget: .samples(settings.samples), stream: UInt32(point * settings.times.count + time),
          workers: run.workers, ranks: run.ranks, refusesHeavyTails: false, check: run.checkInterruption)
      })
    progress.update(table.filled)
    try run.safePoint(state)
  }
  progress.finish()

  try Results(settings, table, trees, finished: table.count).add(to: run)
  if let convergence = settings.convergence {
    try convergence.measure(settings, from: study, into: run) { study in
      Checkpoint(step: table.filled, arrays: ["terms": table.numbers, "study": study])
    }
  }
}
