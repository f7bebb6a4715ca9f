// One state along the whole chain: N-body Schrödinger → Hartree–Fock → Hartree → Vlasov, and what every arrow costs: the
// density modes and the Husimi measures of neighbours, compared at each time. One fermion of each species goes through the
// finite-N Moyal hierarchy as well.

import CLibraries
import ExperimentKit

/// The arrays of a checkpoint that belong to one series.
func part(_ arrays: [String: [Double]], of series: String) -> [String: [Double]] {
  let own = arrays.filter { $0.key.hasPrefix(series + "/") }
  return Dictionary(uniqueKeysWithValues: own.map { (String($0.key.dropFirst(series.count + 1)), $0.value) })
}

/// All arrays of a checkpoint: the stages as they are, and the comparisons made.
func state(_ stages: [any Stage], _ comparisons: [Comparison]) -> [String: [Double]] {
  var arrays: [String: [Double]] = [:]
  for (index, stage) in stages.enumerated() { arrays["stage-\(index)"] = stage.numbers }
  for (series, comparison) in comparisons.enumerated() {
    for (name, values) in comparison.numbers { arrays["\(series)/\(name)"] = values }
  }
  return arrays
}

Experiment.main(
  "chain", defaults: PackageResources.default_yaml,
  references: ["Theorem 1.2: from the N-body Schrödinger equation (1.2) to the Vlasov equations (1.1)."],
  configure: Settings.init
) { settings, run in
  MatrixProduct.setThreads(run.threads)
  let all = try [settings] + (settings.hierarchyLattice == nil ? [] : [settings.pair()])
  var comparisons: [Comparison] = []
  let progress = run.progress("times", total: all.count * settings.times.count)
  let saved = try run.loadCheckpoint()
  var moment = saved ?? Checkpoint(step: 0, arrays: [:])
  var done = moment.step
  for (index, one) in all.enumerated() {
    let stages = try one.stages(workers: run.workers)
    var comparison = Comparison(one, stages.map(\.name), workers: run.workers)
    let finished = min(max(0, done - index * one.times.count), one.times.count)
    if finished > 0, let saved {
      let times = one.times.prefix(finished).map(\.value)
      comparison.restore(part(saved.arrays, of: "\(index)"), times: times)
      if finished < one.times.count {
        for (stage, numbers) in zip(stages, stages.indices.map { saved.arrays["stage-\($0)"] ?? [] }) {
          try stage.restore(numbers, at: times[finished - 1])
        }
      }
    }
    for time in one.times.dropFirst(finished) {
      for stage in stages {
        try stage.advance(to: time.value)
        try run.safePoint { moment }
      }
      try comparison.add(stages, at: time.value)
      done += 1
      progress.update(done)
      moment = Checkpoint(step: done, arrays: state(stages, comparisons + [comparison]))
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
