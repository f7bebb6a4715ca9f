// One state along the whole chain: N-body Schrödinger → Hartree–Fock → Hartree → Vlasov, and what every arrow costs: the
// density modes and the Husimi measures of neighbours, compared at each time. One fermion of each species goes through the
// finite-N Moyal hierarchy as well.

import CLibraries
import ExperimentKit

/// Writes all arrays of a checkpoint: the stages as they are, of which the first `ahead` have reached the next time already,
/// and the comparisons made.
func write(_ stages: [any Stage], ahead: Int, _ comparisons: [Comparison], to writer: CheckpointWriter) {
  writer.write("ahead", [Double(ahead)])
  for (index, stage) in stages.enumerated() { stage.write("stage-\(index)", to: writer) }
  for (series, comparison) in comparisons.enumerated() { comparison.write(series, to: writer) }
}

Experiment.main(
  "chain", defaults: PackageResources.default_yaml,
  references: ["Theorem 1.2: from the N-body Schrödinger equation (1.2) to the Vlasov equations (1.1)."],
  configure: Settings.init
) { settings, run in
  try run.require(try settings.memory(threads: run.threads))
  MatrixProduct.setThreads(run.threads)
  let all = try [settings] + (settings.hierarchyLattice == nil ? [] : [settings.pair()])
  var comparisons: [Comparison] = []
  let progress = run.progress("times", total: all.count * settings.times.count)
  var saved = try run.loadCheckpoint()
  // Taken after a stage has reached a time: the comparison at the last one is not among them.
  var done = try saved?.step(in: 0...all.count * settings.times.count - 1) ?? 0
  let finish = { (run: ExperimentRun, comparisons: [Comparison]) in
    guard let chain = comparisons.first else { return }
    run.summary += [
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
  var current: Comparison?
  run.keepRows(remedy: "a smaller time-step, a larger lattice, more modes") { run in
    guard done > 0 else { return nil }
    let series = comparisons + (current.map { [$0] } ?? [])
    finish(run, series.filter { !$0.isEmpty })
    return FinishedRows(done - comparisons.count * settings.times.count, of: settings.times)
  }
  for (index, one) in all.enumerated() {
    let stages = try one.stages(workers: run.workers)
    var comparison = Comparison(one, stages.map(\.name), workers: run.workers)
    let finished = min(max(0, done - index * one.times.count), one.times.count)
    // Of a run that was stopped between two times, the stages that had reached the second one.
    var ahead = 0
    if let checkpoint = saved {
      let times = one.times.prefix(finished).map(\.value)
      try comparison.restore(checkpoint, "\(index)/", times: times)
      if done / one.times.count == index {
        ahead = try checkpoint.integers("ahead", count: 1, in: 1...stages.count)[0]
        for (number, stage) in stages.enumerated() {
          let numbers = try checkpoint.array("stage-\(number)")
          // A stage that has not moved is still as it starts.
          let time = number < ahead ? one.times[finished] : times.isEmpty ? nil : one.times[finished - 1]
          if let time { try checkpoint.fitting { try stage.restore(numbers, at: time.value) } }
        }
        try checkpoint.finish()
        saved = nil
      }
    }
    current = comparison
    for time in one.times.dropFirst(finished) {
      for (number, stage) in stages.enumerated().dropFirst(ahead) {
        try stage.advance(to: time.value)
        try run.safePoint(step: done) { write(stages, ahead: number + 1, comparisons + [comparison], to: $0) }
      }
      ahead = 0
      try comparison.add(stages, at: time.value)
      current = comparison
      done += 1
      progress.update(done)
    }
    comparisons.append(comparison)
    current = nil
  }
  progress.finish()

  finish(run, comparisons)
}
