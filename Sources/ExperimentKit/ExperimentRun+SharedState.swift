// The checkpoint of a state that several ranks hold together. It is one file, written by rank 0 while the others hand it their shares piece
// by piece: the same bytes for any number of ranks, complete or not there at all, and no rank holds more than its own share. So all must
// be at the same place of the same step when it is written, and none may stop elsewhere: a step that one rank leaves in its
// middle is on no rank whole.

import CLibraries

extension ExperimentRun {
  /// A safe point of a state that the ranks hold together: what each was asked meanwhile, to stop or (rank 0) by its clock to save, is
  /// agreed on, and then all save, and all stop, or none.
  /// - Parameter body: writes the arrays of the state; on other ranks than 0 it gives theirs away.
  /// - Throws: `Interrupted` on every rank when one was asked to stop; `OutputError` when the checkpoint cannot be written.
  func safePointOfAll(step: Int, _ body: (CheckpointWriter) -> Void) throws {
    let start = ContinuousClock.now
    let isDue = start - lastCheckpoint >= max(checkpointInterval, lastCost * 20)
    let wishes = try ranks.goOn(
      saying: (interruption.isRequested() ? Wish.stop : isDue ? .save : .nothing).rawValue)
    let isStopping = wishes.contains(Wish.stop.rawValue)
    guard isStopping || wishes[0] == Wish.save.rawValue else { return }
    try interruption.protecting { try writeOfAll(step: step, body) }
    if isStopping { throw Interrupted() }
    lastCheckpoint = .now
    lastCost = lastCheckpoint - start
  }

  private enum Wish: Int { case nothing, save, stop }

  private func writeOfAll(step: Int, _ body: (CheckpointWriter) -> Void) throws {
    guard ranks.index == 0 else {
      let silent = CheckpointWriter()
      body(silent)
      if let failure = silent.failure { throw failure }
      return
    }
    // A share that did not come leaves the checkpoint before as it is.
    var failure: (any Error)?
    do {
      try folder.write(Self.checkpointName) { sink throws(OutputError) in
        let writer = CheckpointWriter(configurationHash: configurationHash, step: step, sink: sink)
        body(writer)
        writer.finish()
        failure = writer.failure
        if let failure { throw OutputError(path: Self.checkpointName, reason: "\(failure)") }
      }
    } catch { throw failure ?? error }
  }
}
