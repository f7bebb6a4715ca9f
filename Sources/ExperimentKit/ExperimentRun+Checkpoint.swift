import CLibraries
import Computing
import Foundation

// The checkpoint of a run: to go on from, and to leave behind.

extension ExperimentRun {
  /// The checkpoint to continue from, nil when there is none, or this is not a resumed run. Every rank is given that of
  /// rank 0.
  /// - Throws: `InputError` when the checkpoint is damaged; `ConfigurationError` when it belongs to another
  ///   configuration.
  package func loadCheckpoint() throws -> CheckpointReader? {
    try sharedCheckpoint().map { CheckpointReader($0, path: folder.url(Self.checkpointName)) }
  }

  private func sharedCheckpoint() throws -> Checkpoint? {
    guard ranks.count > 1 else { return try readCheckpoint() }
    let own = ranks.index == 0 ? try readCheckpoint() : nil
    // Those that are divided stay on rank 0: the ranks fetch their shares themselves.
    let names = own?.arrays.keys.filter { !SavedState.isDivided($0) }.sorted() ?? []
    guard let step = try ranks.broadcast(own.map { [$0.step] } ?? [], check: checkInterruption).first else {
      return nil
    }
    let lengths = try ranks.broadcast(names.map(\.utf8.count))
    var text = try ranks.broadcast(names.flatMap(\.utf8))[...]
    var arrays: [String: [Double]] = [:]
    for length in lengths {
      let name = String(decoding: text.prefix(length), as: UTF8.self)
      text = text.dropFirst(length)
      arrays[name] = try ranks.broadcast(own?.arrays[name] ?? [], check: checkInterruption)
    }
    return own ?? Checkpoint(step: step, arrays: arrays)
  }

  private func readCheckpoint() throws -> Checkpoint? {
    guard canResume, folder.exists(Self.checkpointName) else { return nil }
    try Memory.require(checkpointBytes, for: "the checkpoint")
    guard let (checkpoint, hash) = Checkpoint.read(folder.url(Self.checkpointName)) else {
      throw InputError(
        path: folder.url(Self.checkpointName),
        reason: "the checkpoint is damaged (its checksum differs); remove it to start anew")
    }
    guard hash == configurationHash else {
      throw ConfigurationError(
        file: folder.url("config.yaml"), path: "",
        message: "expected the configuration the checkpoint was written with")
    }
    return checkpoint
  }

  /// A point at which the run can stop: saves a checkpoint when the last one is old enough, or when the
  /// run was asked to stop, and then throws `Interrupted`. All ranks come to it, and stop there when one is asked.
  /// - Parameter body: writes the arrays of the state from where they lie.
  package func safePoint(step: Int, _ body: (CheckpointWriter) -> Void) throws {
    try atSafePoint { try save(step: step, body) }
  }

  /// Long work without a safe point: when the run stops in the middle of it, this checkpoint is saved first, be it that the
  /// work finds the request itself (`checkInterruption`) or that it does not look and the process is ended from another
  /// thread.
  /// - Parameter body: writes the state at the beginning of the work, which must not change while it lasts.
  func keeping<Result>(
    step: Int, _ body: (CheckpointWriter) -> Void, _ work: () throws -> Result
  ) throws -> Result {
    try keeping(writing: { try write(step: step, body) }, work)
  }

  /// Steps that end in safe points: when the run is given up in the middle of one, this checkpoint is saved, unless a better
  /// one was before.
  func keepingWhenGivenUp<Result>(
    step: Int, unless isSaved: () -> Bool, _ body: (CheckpointWriter) -> Void, _ work: () throws -> Result
  ) rethrows -> Result {
    // There is no one left to tell that it cannot be written.
    try interruption.keeping({ if !isSaved() { try? write(step: step, body) } }, work)
  }

  private func keeping<Result>(writing: () throws -> Void, _ work: () throws -> Result) throws -> Result {
    // When the run is given up there is no one left to tell that it cannot be written.
    func keep() { try? writing() }
    return try interruption.keeping(keep) {
      try keeping(save: { try interruption.protecting(writing) }, work)
    }
  }

  private func keeping<Result>(save: () throws -> Void, _ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch  where Experiment.exitCode(for: error) == Experiment.exitCode(for: Interrupted()) {
      try save()
      throw error
    }
  }

  private func atSafePoint(_ save: () throws -> Void) throws {
    try keeping(save: save) {
      try checkInterruption()
      try ranks.goOn(check: checkInterruption)
    }
    let start = ContinuousClock.now
    guard start - lastCheckpoint >= max(checkpointInterval, lastCost * 20) else { return }
    try save()
    lastCheckpoint = .now
    lastCost = lastCheckpoint - start
  }

  private func save(step: Int, _ body: (CheckpointWriter) -> Void) throws {
    try interruption.protecting { try write(step: step, body) }
  }

  /// Only rank 0 has a folder that stays.
  private func write(step: Int, _ body: (CheckpointWriter) -> Void) throws {
    guard ranks.index == 0 else { return }
    try folder.write(Self.checkpointName) { sink in
      let writer = CheckpointWriter(configurationHash: configurationHash, step: step, sink: sink)
      body(writer)
      writer.finish()
    }
  }

  /// Bytes of the checkpoint this run goes on from; zero when it starts anew.
  var checkpointBytes: Int {
    guard canResume else { return 0 }
    let attributes = try? FileManager.default.attributesOfItem(atPath: folder.url(Self.checkpointName))
    return attributes?[.size] as? Int ?? 0
  }
}
