// Exact states that several ranks have together. Ψ is a tensor D_1 × … × D_S.
//
//   - It is divided along one axis, the states of one species, in contiguous ranges of 120 fixed blocks. Operators of all other species
//     act on what a rank has; before one of the axis's own species the tensor is divided along another axis, by an all-to-all.
//   - H acts on vectors in the order of momentum sectors (SectorShare), of which each rank has the rows of its range of axis 1: its column
//     operators act there; for ρ_m Ψ and AΨ the rows come as blocks of columns, are combined, and go back.
//   - Sums are made of the sums over the fixed blocks, gathered and added in their order. Everything else is the arithmetic of a rank
//     alone on the numbers that it would take. So the bits do not depend on the number of ranks.
//   - Bases and matrices of one species, some √D of the state's D numbers, are on every rank. One species alone is not divided.
//   - What is done of a state mostly cannot throw. An exchange that fails is remembered: all after it give NaN without asking
//     anybody, and `check`, after every step and every record, throws what failed.

import CLibraries
import Numerics

/// What carries numbers between ranks; every rank calls the same in the same order.
package protocol RankChannel: Sendable {
  /// 0 ..< count
  var index: Int { get }
  /// How many ranks there are.
  var count: Int { get }
  /// As `Ranks.exchange`.
  func exchange(_ transfers: [BlockTransfer]) throws
  /// As `Ranks.gather`.
  func gather(_ own: [Double]) throws -> [Double]
}

extension Ranks: RankChannel {}

/// The ranks that have the states of a space together. Used on the main thread only.
package final class FockRanks: Sendable {
  /// Blocks that an axis is cut into, whatever the number of ranks: no more of them have something to do.
  package static let blocks = 120
  /// This process alone.
  package static let single = FockRanks(Ranks.single)

  private let channel: any RankChannel
  nonisolated(unsafe) private var failure: (any Error)?

  /// The states are divided among the ranks of a channel.
  package init(_ channel: some RankChannel) { self.channel = channel }

  package var index: Int { channel.index }
  var count: Int { channel.count }

  /// Whether there are others.
  package var isShared: Bool { count > 1 }

  /// - Throws: the first failure of an exchange.
  package func check() throws {
    if let failure { throw failure }
  }

  // MARK: who has what

  /// A block of an axis of `length` states.
  static func block(_ number: Int, of length: Int) -> Range<Int> {
    length * number / blocks..<length * (number + 1) / blocks
  }

  /// The blocks of this rank.
  var ownBlocks: Range<Int> { Self.blocks * index / count..<Self.blocks * (index + 1) / count }

  /// A rank's states of an axis of `length`.
  func share(of rank: Int, _ length: Int) -> Range<Int> {
    let first = { (rank: Int) in length * (Self.blocks * rank / self.count) / Self.blocks }
    return first(rank)..<first(rank + 1)
  }

  /// This rank's states of an axis.
  package func share(_ length: Int) -> Range<Int> { share(of: index, length) }

  /// Bytes of the largest share of so many divided bytes.
  package func part(of bytes: Int?) -> Int? {
    guard isShared else { return bytes }
    return bytes.map { ($0 / Self.blocks + 1) * ((Self.blocks + count - 1) / count) }
  }

  // MARK: what travels

  /// Sums of all blocks out of those of this rank's, block after block of `width` numbers, added in the order of the blocks.
  func sum(_ own: [Double], width: Int) -> [Double] {
    let all = gathered(own, count: Self.blocks * width)
    var result = [Double](repeating: 0, count: width)
    for (place, value) in all.enumerated() { result[place % width] += value }
    return result
  }

  /// The numbers of all ranks, rank after rank, `count` in all; NaN where something has failed.
  func gathered(_ own: [Double], count: Int) -> [Double] {
    guard isShared else { return own }
    let all = attempt { try channel.gather(own) } ?? []
    return all.count == count ? all : [Double](repeating: .nan, count: count)
  }

  /// An all-to-all: for every rank in turn so many numbers, and so many of every rank. What fails gives NaN.
  func exchange(
    _ source: UnsafePointer<Complex<Double>>, _ sent: [Int],
    into target: UnsafeMutablePointer<Complex<Double>>, _ received: [Int]
  ) {
    let (sending, receiving) = (Self.ranges(sent), Self.ranges(received))
    let others = { (ranges: [Range<Int>]) in
      ranges.enumerated().map { $0 == self.index ? 0..<0 : $1 }
    }
    let isDone: Void? = attempt {
      try channel.exchange([
        BlockTransfer(
          length: 2, from: UnsafeRawPointer(source).assumingMemoryBound(to: Double.self),
          to: UnsafeMutableRawPointer(target).assumingMemoryBound(to: Double.self),
          sending: others(sending), receiving: others(receiving))
      ])
    }
    guard isDone != nil else {
      target.update(repeating: Complex(.nan, .nan), count: received.reduce(0, +))
      return
    }
    (target + receiving[index].lowerBound).update(
      from: source + sending[index].lowerBound, count: receiving[index].count)
  }

  /// Whether all ranks say so.
  func all(_ own: Bool) -> Bool {
    gathered([own ? 1 : 0], count: count).allSatisfy { $0 == 1 }
  }

  private func attempt<Result>(_ body: () throws -> Result) -> Result? {
    guard failure == nil else { return nil }
    do { return try body() } catch {
      failure = error
      return nil
    }
  }

  private static func ranges(_ counts: [Int]) -> [Range<Int>] {
    var start = 0
    return counts.map { count in
      defer { start += count }
      return start..<start + count
    }
  }
}
