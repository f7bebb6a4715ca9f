// One state of two species of fermions through time: exact Schrödinger dynamics (or Hartree–Fock), its Husimi measures,
// Lemmas 2.1–2.3 and Proposition 2.1 with explicit constants, and every term of the hierarchy (3.5).

import CLibraries
import ExperimentKit
import Interaction
import ManyBody

/// Writes what a run needs to go on after these snapshots: the state at the last of them.
func write(_ moment: Evolution.Moment, _ snapshots: [Snapshot], to writer: CheckpointWriter) {
  for (index, snapshot) in snapshots.enumerated() {
    for (name, values) in snapshot.numbers.sorted(by: { $0.key < $1.key }) {
      writer.write("\(index)/\(name)", values)
    }
  }
  moment.write(to: writer)
}

Experiment.main(
  "many-body", defaults: PackageResources.default_yaml,
  references: ["Lemmas 2.1–2.3, Propositions 2.1 and 3.1–3.3 (with the corrections of Papers/)."],
  configure: Settings.init
) { settings, run in
  try run.require(try settings.memory())
  MatrixProduct.setThreads(run.threads)
  let evolution = try Evolution(settings, workers: run.workers)
  let observer = try Observer(settings, evolution, workers: run.workers)
  var snapshots: [Snapshot] = []
  if let saved = try run.loadCheckpoint() {
    let count = try saved.step(in: 1...settings.times.count)
    try saved.fitting { try evolution.restore(saved) }
    snapshots = try (0..<count).map { index in
      let time = settings.times[index].value
      return try Snapshot(
        index, of: saved, settings, at: time, hasCompanion: evolution.hasCompanion(at: time))
    }
    try saved.finish()
  }

  let finish = { (run: ExperimentRun) in
    let results = Results(settings, snapshots, failure: evolution.failure)
    for check in results.checks { run.record(check.verdict) }
    if let line = results.failureLine { run.recordFailure(line) }
    run.summary += results.summary
    run.report = results.table + "verdicts: \(run.verdicts)\n"
    results.addArrays(to: run)
  }
  run.keepRows(remedy: "a smaller time-step or tolerance, more modes") { run in
    guard !snapshots.isEmpty else { return nil }
    finish(run)
    return FinishedRows(snapshots.count, of: settings.times)
  }

  let progress = run.progress("times", total: settings.times.count)
  var now = snapshots.last?.time ?? 0
  for time in settings.times.dropFirst(snapshots.count) {
    let step = {
      try evolution.advance(from: now, to: time.value)
      return try observer.measure(evolution, at: time.value)
    }
    let (moment, before) = (evolution.moment, snapshots)
    let state: (CheckpointWriter) -> Void = { write(moment, before, to: $0) }
    // Before the first snapshot there is nothing to keep.
    snapshots.append(
      before.isEmpty ? try step() : try run.keeping(step: before.count, state) { try step() })
    now = time.value
    progress.update(snapshots.count)
    try run.safePoint(step: snapshots.count) { write(evolution.moment, snapshots, to: $0) }
  }
  progress.finish()
  finish(run)
}
