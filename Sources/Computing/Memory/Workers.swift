import Dispatch

/// A fixed number of threads for loops over blocks of at least half a millisecond of work.
///
/// Ranges are cut in the same way for the same number of threads, so a reduction that adds the results in
/// range order is bit-identical from run to run.
public struct Workers: Sendable, Hashable {
  /// Threads that a loop is cut for; with one of them everything runs on the calling thread.
  public let threads: Int

  /// - Parameter threads: at least 1.
  public init(threads: Int) { self.threads = max(1, threads) }

  /// Calls `body` on consecutive ranges that cover 0 ..< count, one per thread, concurrently; on the
  /// calling thread alone when `count` is below `grain`.
  @inlinable
  public func forEachRange(of count: Int, grain: Int = 1, _ body: @Sendable (Range<Int>) -> Void) {
    forEachPiece(of: count, grain: grain) { _, range in body(range) }
  }

  /// The same, telling `body` also which of the at most `threads` pieces it is given, for scratch memory of its
  /// own.
  @inlinable
  public func forEachPiece(of count: Int, grain: Int = 1, _ body: @Sendable (Int, Range<Int>) -> Void) {
    let pieces = Swift.min(threads, Swift.max(1, count / Swift.max(1, grain)))
    if pieces <= 1 {
      if count > 0 { body(0, 0..<count) }
      return
    }
    DispatchQueue.concurrentPerform(iterations: pieces) { piece in
      let start = count * piece / pieces
      let end = count * (piece + 1) / pieces
      if start < end { body(piece, start..<end) }
    }
  }
}
