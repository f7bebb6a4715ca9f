// How ranks stop together.
//
// In an agreement every rank says one of three things: it goes on; it stops with an exit code of its own; it stops because
// another one does. Nobody goes into a collective unless everybody goes on. A rank that stops between agreements sends
// the others a few bytes at once, an announcement, which they find when they next look (`stopAnnounced`), so that they come
// to the agreement without finishing what they are at. A rank that stops waits for the others a while; when they do not
// come it ends them all with MPI_Abort.

import Foundation

#if MPI
  internal import COpenMPI
#endif

/// The ranks stop because one of them does; that one says why.
public struct RanksStopped: Error, Sendable, Hashable, CustomStringConvertible {
  /// The rank whose stop it is: the lowest of those with the worst code.
  public let rank: Int
  /// Its exit code: the largest, but 130 (interrupted) only when there is no other.
  public let code: Int32
  /// Whether all ranks know, so that nothing is left to agree on.
  public let isAgreed: Bool

  public var description: String { "rank \(rank) stopped with exit code \(code)" }

  /// The stop that these words of all ranks amount to; nil when all go on.
  init?(_ words: [Int], isAgreed: Bool) {
    guard words.contains(where: { $0 != 0 }) else { return nil }
    let failures = words.filter { $0 > 0 && $0 != Self.interrupted }
    let worst = failures.max() ?? Self.interrupted
    rank = words.firstIndex(of: worst) ?? 0
    code = Int32(clamping: worst)
    self.isAgreed = isAgreed
  }

  /// The exit code of a run that was asked to stop.
  static let interrupted = 130
}

extension Ranks {
  /// All ranks say that they go on, and a number each.
  /// - Parameter check: called while this rank waits; when it throws, the others are given half a second more.
  /// - Returns: the numbers of all ranks.
  /// - Throws: `RanksStopped` when a rank stops instead; what `check` throws.
  @discardableResult
  public func goOn(saying number: Int = 0, check: () throws -> Void = {}) throws -> [Int] {
    guard count > 1 else { return [number] }
    #if MPI
      // Whoever knows already that a rank stops does not say that it goes on.
      try check()
      if let stop = stopAnnounced() { throw stop }
      let (words, numbers) = try RankAgreement.world.finish(self, word: 0, number: number, check: check)
      if let stop = RanksStopped(words, isAgreed: true) { throw stop }
      return numbers
    #else
      return [number]
    #endif
  }

  /// The stop that another rank has announced, nil when none has. A look, not a wait.
  public func stopAnnounced() -> RanksStopped? {
    guard count > 1 else { return nil }
    #if MPI
      return RanksStopped(RankAgreement.world.announced(self), isAgreed: false)
    #else
      return nil
    #endif
  }

  /// Tells the others, without waiting, that this rank is going to stop with this exit code.
  public func announce(_ code: Int32) {
    #if MPI
      if count > 1 { RankAgreement.world.announce(self, Int(code)) }
    #endif
  }

  /// This rank stops, with an exit code of its own or because another one does (nil). Tells the others and waits for them.
  /// - Returns: the stop that all agree on; nil when the others did not come in time: then `abort`.
  public func stop(_ code: Int32?) -> RanksStopped? {
    let word = code.map(Int.init) ?? -1
    // Who sends a signal waits for less long than a slow file system may take.
    let patience = Duration.seconds(code == 130 ? 2 : 8)
    guard count > 1 else { return RanksStopped([word], isAgreed: true) }
    #if MPI
      if let code { announce(code) }
      struct Late: Error {}
      let deadline = ContinuousClock.now + patience
      let answer = try? RankAgreement.world.finish(self, word: word, number: 0, grace: .zero) {
        if ContinuousClock.now > deadline { throw Late() }
      }
      guard var words = answer?.words else { return nil }
      // In an agreement that was open already this rank's word was to go on.
      words[index] = word
      // Those who went on are in a collective that this rank will never join.
      return words.contains(0) ? nil : RanksStopped(words, isAgreed: true)
    #else
      return nil
    #endif
  }

  /// Ends all ranks with this exit code, whatever they are at.
  public func abort(_ code: Int32) -> Never {
    #if MPI
      if count > 1 { MPI_Abort(mpi_world(), code) }
    #endif
    exit(code)
  }
}

#if MPI
  /// The agreements of this process with the others, one after the other; used on the main thread only.
  final class RankAgreement {
    nonisolated(unsafe) static let world = RankAgreement()

    private static let tag: Int32 = 73
    /// Announcements belong to the stretch between two stops, so that a late one does not stop the next member of a
    /// sweep.
    private var stretch = 0
    private var heard: [(stretch: Int, rank: Int, code: Int)] = []
    /// What this rank has announced, and when.
    private var announcement = (stretch: -1, code: 0)
    /// Whether there is an agreement that this rank has come to and others have not.
    private var isOpen = false
    /// Whether this rank has given up a collective that others may still be in: they can then only be ended.
    private var isAbandoned = false
    private var request: MPI_Request?
    /// Own word and number.
    private let own = UnsafeMutablePointer<Int64>.allocate(capacity: 2)
    /// Those of all ranks.
    private var all = UnsafeMutablePointer<Int64>.allocate(capacity: 2)

    /// Comes to an agreement, the open one when there is one, and waits for all ranks. A word is 0 (goes on), an exit code,
    /// or −1 (stops because another one does).
    /// - Parameter grace: how long to wait on when `check` throws; the agreement then stays open.
    func finish(
      _ ranks: Ranks, word: Int, number: Int, grace: Duration = .milliseconds(500), check: () throws -> Void
    ) throws -> (words: [Int], numbers: [Int]) {
      struct Abandoned: Error {}
      guard !isAbandoned else { throw Abandoned() }
      if !isOpen {
        all.deallocate()
        all = .allocate(capacity: 2 * ranks.count)
        own[0] = Int64(word)
        own[1] = Int64(number)
        let status = MPI_Iallgather(own, 2, mpi_int64(), all, 2, mpi_int64(), mpi_world(), &request)
        guard status == 0 else { throw NumericalFailure(in: "MPI_Iallgather", "status \(status)") }
        isOpen = true
      }
      try wait(for: &request, grace: grace, check: check)
      isOpen = false
      var words = (0..<ranks.count).map { Int(all[2 * $0]) }
      if words.contains(where: { $0 != 0 }) {
        // Who had said that it goes on and then had to stop has announced it.
        for (rank, code) in announced(ranks).enumerated() where code > 0 && words[rank] <= 0 {
          words[rank] = code
        }
        stretch += 1
        heard.removeAll { $0.stretch < stretch }
      }
      return (words, (0..<ranks.count).map { Int(all[2 * $0 + 1]) })
    }

    /// Carries a collective out that all ranks have agreed to go into.
    func carryOut(check: () throws -> Void, _ start: (inout MPI_Request?) -> Int32) throws {
      var request: MPI_Request?
      let status = start(&request)
      guard status == 0 else {
        throw NumericalFailure(in: "MPI", "a collective failed with status \(status)")
      }
      do { try wait(for: &request, grace: .seconds(2), check: check) } catch {
        isAbandoned = true
        throw error
      }
    }

    /// Waits for the others, `grace` longer when `check` throws; then throws what it threw.
    private func wait(for request: inout MPI_Request?, grace: Duration, check: () throws -> Void) throws {
      var failure: (any Error)?
      var deadline = ContinuousClock.now
      var looks = 0
      while true {
        var isDone: Int32 = 0
        MPI_Test(&request, &isDone, mpi_ignore_status())
        guard isDone == 0 else { return }
        looks += 1
        // The others are mostly a few microseconds away.
        if looks > 1000 { usleep(200) }
        if let failure {
          if ContinuousClock.now >= deadline { throw failure }
        } else {
          do { try check() } catch {
            failure = error
            deadline = .now + grace
          }
        }
      }
    }

    /// Sends every other rank this rank's exit code, once in a stretch. Three numbers travel at once, asked for or not.
    func announce(_ ranks: Ranks, _ code: Int) {
      guard announcement.stretch < stretch else { return }
      announcement = (stretch, code)
      // Never freed: the sends may end whenever they like.
      let message = UnsafeMutablePointer<Int64>.allocate(capacity: 3)
      message[0] = Int64(stretch)
      message[1] = Int64(ranks.index)
      message[2] = Int64(code)
      for rank in 0..<ranks.count where rank != ranks.index {
        var request: MPI_Request?
        MPI_Isend(message, 3, mpi_int64(), Int32(rank), Self.tag, mpi_world(), &request)
        MPI_Request_free(&request)
      }
    }

    /// The exit code that each rank, this one included, has announced in this stretch, 0 where none.
    func announced(_ ranks: Ranks) -> [Int] {
      while true {
        var isThere: Int32 = 0
        MPI_Iprobe(MPI_ANY_SOURCE, Self.tag, mpi_world(), &isThere, mpi_ignore_status())
        guard isThere != 0 else { break }
        var message: [Int64] = [0, 0, 0]
        MPI_Recv(&message, 3, mpi_int64(), MPI_ANY_SOURCE, Self.tag, mpi_world(), mpi_ignore_status())
        heard.append((Int(message[0]), Int(message[1]), Int(message[2])))
      }
      var codes = [Int](repeating: 0, count: ranks.count)
      for entry in heard where entry.stretch == stretch { codes[entry.rank] = entry.code }
      if announcement.stretch == stretch { codes[ranks.index] = announcement.code }
      return codes
    }
  }
#endif
