// Numbers that some ranks have and others need. Like every collective these begin with an agreement, so that nobody waits for a rank
// that will not come. Numbers travel as they are, bit for bit: what is added or compared is so by whoever gets them, in the order of
// the ranks.

#if MPI
  internal import COpenMPI
#endif

/// Blocks of doubles that go from rank to rank, from one buffer into another (or into other blocks of the same).
public struct BlockTransfer {
  /// Doubles of a block.
  public let length: Int
  /// Where the blocks lie that are sent.
  public let source: UnsafePointer<Double>
  /// Where those are put that come.
  public let target: UnsafeMutablePointer<Double>
  /// By rank: the blocks of the source that it is sent, and the blocks of the target that come from it; empty for this rank.
  public let sending, receiving: [Range<Int>]

  /// What is sent as blocks to a rank must be as many as it expects.
  public init(
    length: Int, from source: UnsafePointer<Double>, to target: UnsafeMutablePointer<Double>,
    sending: [Range<Int>], receiving: [Range<Int>]
  ) {
    (self.length, self.source, self.target) = (length, source, target)
    (self.sending, self.receiving) = (sending, receiving)
  }
}

extension Ranks {
  /// Carries transfers out, one after another; every rank has as many. Nothing happens for a rank alone.
  ///
  /// Cost: one agreement, and a message for every pair of ranks and transfer that has blocks.
  /// - Throws: `RanksStopped` when a rank stops instead; `NumericalFailure` when the communication fails.
  public func exchange(_ transfers: [BlockTransfer]) throws {
    #if MPI
      guard count > 1 else { return }
      let all = try goOn(saying: transfers.count)
      guard all.allSatisfy({ $0 == transfers.count }) else {
        throw NumericalFailure(in: "the ranks", "have different numbers of transfers, \(all)")
      }
      for transfer in transfers { try carryOut(transfer) }
    #endif
  }

  /// The numbers of all ranks, rank after rank, on every rank.
  ///
  /// Cost: one agreement and one collective.
  /// - Throws: as `exchange`.
  public func gather(_ own: [Double]) throws -> [Double] {
    #if MPI
      guard count > 1 else { return own }
      let lengths = try goOn(saying: own.count)
      let total = lengths.reduce(0, +)
      guard total <= Int32.max else { throw NumericalFailure(in: "the ranks", "gather \(total) numbers") }
      guard total > 0 else { return [] }
      let starts = lengths.indices.map { lengths[..<$0].reduce(0, +) }
      var result = [Double](repeating: 0, count: total)
      try Self.withIntegers([lengths, starts]) { counts in
        try result.withUnsafeMutableBufferPointer { result in
          try own.withUnsafeBufferPointer { own in
            try RankAgreement.world.carryOut(check: {}) { request in
              MPI_Iallgatherv(
                own.baseAddress, Int32(own.count), mpi_double(), result.baseAddress, counts[0], counts[1],
                mpi_double(), mpi_world(), &request)
            }
          }
        }
      }
      return result
    #else
      return own
    #endif
  }

  #if MPI
    /// In units of a block, since MPI counts in 32 bits.
    private func carryOut(_ transfer: BlockTransfer) throws {
      guard transfer.length > 0 else { return }
      guard let length = Int32(exactly: transfer.length) else {
        throw NumericalFailure(in: "the ranks", "exchange blocks of \(transfer.length) numbers")
      }
      var block: MPI_Datatype?
      MPI_Type_contiguous(length, mpi_double(), &block)
      MPI_Type_commit(&block)
      defer { MPI_Type_free(&block) }
      // Places are counted from the first block that goes or comes, and what does not go or come is somewhere else: MPI takes one
      // address for both for MPI_IN_PLACE.
      let first = { (ranges: [Range<Int>]) in ranges.filter { !$0.isEmpty }.map(\.lowerBound).min() }
      let (sent, received) = (first(transfer.sending) ?? 0, first(transfer.receiving) ?? 0)
      let nowhere = UnsafeMutablePointer<Double>.allocate(capacity: 2)
      defer { nowhere.deallocate() }
      let source =
        first(transfer.sending).map { transfer.source + $0 * transfer.length } ?? UnsafePointer(nowhere)
      let target = first(transfer.receiving).map { transfer.target + $0 * transfer.length } ?? nowhere + 1
      let lists = [(transfer.sending, sent), (transfer.receiving, received)].flatMap { ranges, first in
        [ranges.map(\.count), ranges.map { $0.isEmpty ? 0 : $0.lowerBound - first }]
      }
      try Self.withIntegers(lists) { numbers in
        try RankAgreement.world.carryOut(check: {}) { request in
          MPI_Ialltoallv(
            source, numbers[0], numbers[1], block, target, numbers[2], numbers[3], block, mpi_world(),
            &request)
        }
      }
    }

    /// Lists of counts and places where they stay while a collective lasts.
    private static func withIntegers<Result>(
      _ lists: [[Int]], _ body: ([UnsafePointer<Int32>]) throws -> Result
    ) rethrows -> Result {
      let integers = UnsafeMutablePointer<Int32>.allocate(capacity: lists.reduce(0) { $0 + $1.count })
      defer { integers.deallocate() }
      var place = integers
      let pointers = lists.map { list in
        for (index, number) in list.enumerated() { place[index] = Int32(clamping: number) }
        defer { place += list.count }
        return UnsafePointer(place)
      }
      return try body(pointers)
    }
  #endif
}
