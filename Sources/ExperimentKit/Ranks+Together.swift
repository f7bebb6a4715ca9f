import CLibraries

extension Ranks {
  /// A part of a run that all ranks come out of, or none: when `body` throws on one of them it throws on all.
  ///
  /// The rank whose failure counts throws its own error, the others `RanksStopped`. Not to be nested.
  /// - Parameter say: tells the user why, when the other ranks do not come and all must be ended.
  func together<Result>(say: (any Error) -> Void, _ body: () throws -> Result) throws -> Result {
    guard count > 1 else { return try body() }
    do {
      let result = try body()
      try goOn()
      return result
    } catch {
      let other = error as? RanksStopped
      // A stop that this rank had announced itself is that of a signal.
      let own: (any Error)? = other == nil ? error : other?.rank == index ? Interrupted() : nil
      if let other, other.isAgreed { throw own ?? other }
      guard let agreed = stop(own.map(Experiment.exitCode(for:))) else {
        if let own { say(own) }
        abort(Experiment.exitCode(for: error))
      }
      throw agreed.rank == index ? own ?? agreed : agreed
    }
  }
}
