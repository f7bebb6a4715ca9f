import CLibraries
import Foundation
import ManyBody

/// Ranks that are threads of one process: what they send is copied when all have come, so that states can be divided and looked at
/// without MPI.
package final class VirtualRanks: @unchecked Sendable {
  /// A rank has stopped; the others must not wait for it.
  package struct Broken: Error {
    package init() {}
  }

  private let count: Int
  private let condition = NSCondition()
  private var arrived = 0
  private var round = 0
  private var isBroken = false
  private var transfers: [[BlockTransfer]]
  private var numbers: [[Double]]

  private init(_ count: Int) {
    self.count = count
    transfers = Array(repeating: [], count: count)
    numbers = Array(repeating: [], count: count)
  }

  /// What the body makes on every rank, in their order.
  /// - Parameter failing: the exchange, counted from 0, at which the ranks throw `Broken`.
  /// - Throws: what it throws on the first rank that throws.
  package static func run<Value: Sendable>(
    _ count: Int, failing: Int = .max, _ body: @escaping @Sendable (FockRanks) throws -> Value
  ) throws -> [Value] {
    let team = VirtualRanks(count)
    nonisolated(unsafe) var results = [Result<Value, any Error>?](repeating: nil, count: count)
    let lock = NSLock()
    let ended = DispatchSemaphore(value: 0)
    for index in 0..<count {
      let thread = Thread {
        let result = Result { try body(FockRanks(Channel(team: team, index: index, failing: failing))) }
        if case .failure = result { team.breakUp() }
        lock.withLock { results[index] = result }
        ended.signal()
      }
      thread.stackSize = 1 << 23
      thread.start()
    }
    for _ in 0..<count { ended.wait() }
    let failures = results.compactMap { result -> (any Error)? in
      if case .failure(let error)? = result { error } else { nil }
    }
    if let failure = failures.first(where: { !($0 is Broken) }) ?? failures.first { throw failure }
    return try results.map { try $0!.get() }
  }

  private func breakUp() {
    condition.withLock {
      isBroken = true
      condition.broadcast()
    }
  }

  /// Goes on when all have come.
  private func meet() throws {
    condition.lock()
    defer { condition.unlock() }
    let own = round
    arrived += 1
    if arrived == count {
      (arrived, round) = (0, round + 1)
      condition.broadcast()
    }
    while round == own, !isBroken { condition.wait() }
    if isBroken { throw Broken() }
  }

  /// One of them.
  private final class Channel: RankChannel, @unchecked Sendable {
    let team: VirtualRanks
    let index: Int
    let failing: Int
    private var calls = 0
    var count: Int { team.count }

    init(team: VirtualRanks, index: Int, failing: Int) {
      (self.team, self.index, self.failing) = (team, index, failing)
    }

    private func call() throws {
      defer { calls += 1 }
      if calls == failing { throw Broken() }
    }

    func exchange(_ transfers: [BlockTransfer]) throws {
      try call()
      team.transfers[index] = transfers
      try team.meet()
      for (place, own) in transfers.enumerated() {
        for rank in 0..<count where rank != index {
          let other = team.transfers[rank][place]
          let (from, to) = (other.sending[index], own.receiving[rank])
          precondition(from.count == to.count && other.length == own.length, "blocks of equal size")
          (own.target + to.lowerBound * own.length).update(
            from: other.source + from.lowerBound * own.length, count: to.count * own.length)
        }
      }
      try team.meet()
    }

    func gather(_ own: [Double]) throws -> [Double] {
      try call()
      team.numbers[index] = own
      try team.meet()
      let all = team.numbers.flatMap { $0 }
      try team.meet()
      return all
    }
  }
}
