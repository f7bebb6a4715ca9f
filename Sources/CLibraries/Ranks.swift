// The processes of one computation. With the package trait MPI they are the ranks of MPI_COMM_WORLD (OpenMPI); without
// it there is one. Work is given out in blocks, each with its own slot of a result array that is zero elsewhere: the
// sum over ranks then adds exact zeros, so it is the same bit for bit whatever the number of ranks.
//
// No rank may wait for one that will not come. Every collective therefore begins with an agreement: each rank says that
// it goes on, or with which exit code it stops. A rank that must stop announces it (so that the others need not finish
// their share first), says so in the next agreement, and all stop together; see `RankAgreement`.

#if MPI
  internal import COpenMPI
  import Foundation
#endif

/// This process among the processes of the computation. Collectives are called on the main thread of every rank, in the
/// same order.
public struct Ranks: Sendable, Hashable {
  /// 0 ..< count; rank 0 writes the results.
  public let index: Int
  /// How many processes there are.
  public let count: Int

  /// This process alone.
  public static let single = Ranks(index: 0, count: 1)

  private init(index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  /// All processes that were started together (`mpirun -n …`), or this one alone without the trait MPI. MPI is
  /// started when it is not yet running, and ended when the process exits.
  /// - Throws: `NumericalFailure` when MPI does not start.
  public static func world() throws -> Ranks {
    #if MPI
      var isRunning: Int32 = 0
      MPI_Initialized(&isRunning)
      if isRunning == 0 {
        StandardStreams.occupy()
        var granted: Int32 = 0
        guard MPI_Init_thread(nil, nil, Int32(MPI_THREAD_FUNNELED), &granted) == 0 else {
          throw NumericalFailure(in: "MPI", "MPI_Init_thread failed")
        }
        atexit { MPI_Finalize() }
      }
      var index: Int32 = 0
      var count: Int32 = 1
      MPI_Comm_rank(mpi_world(), &index)
      MPI_Comm_size(mpi_world(), &count)
      return Ranks(index: Int(index), count: Int(count))
    #else
      return single
    #endif
  }

  /// The part of 0 ..< total that is this rank's: consecutive, differing by at most one in length.
  public func share(of total: Int) -> Range<Int> {
    total * index / count..<total * (index + 1) / count
  }

  /// Adds the arrays of all ranks, slot by slot, on every rank.
  /// - Parameter check: called while this rank waits for the others.
  /// - Throws: `RanksStopped` when a rank stops instead; `NumericalFailure` when the arrays differ in length or the
  ///   communication fails; what `check` throws.
  public func sum(_ values: inout [Double], check: () throws -> Void = {}) throws {
    #if MPI
      guard count > 1 else { return }
      let lengths = try goOn(saying: values.count, check: check)
      guard lengths.allSatisfy({ $0 == values.count }) else {
        throw NumericalFailure(in: "the ranks", "have sums of different lengths, \(lengths)")
      }
      let (own, total) = (Buffer<Double>(values.count), Buffer<Double>(values.count))
      values.withUnsafeBytes { own.bytes.copyMemory(from: $0) }
      for piece in Self.pieces(of: values.count) {
        try RankAgreement.world.carryOut(check: check) { request in
          MPI_Iallreduce(
            own.start + piece.lowerBound, total.start + piece.lowerBound, Int32(piece.count), mpi_double(),
            mpi_sum(), mpi_world(), &request)
        }
      }
      values = Array(total.elements)
      own.free()
      total.free()
    #endif
  }

  /// The array of rank 0, on every rank.
  /// - Parameter values: looked at on rank 0 only.
  /// - Throws: as `sum` does.
  public func broadcast<Value: BitwiseCopyable>(_ values: [Value], check: () throws -> Void = {}) throws
    -> [Value]
  {
    #if MPI
      guard count > 1 else { return values }
      let length = try goOn(saying: values.count, check: check)[0]
      let buffer = Buffer<Value>(length)
      if index == 0 { values.withUnsafeBytes { buffer.bytes.copyMemory(from: $0) } }
      for piece in Self.pieces(of: buffer.bytes.count) {
        try RankAgreement.world.carryOut(check: check) { request in
          MPI_Ibcast(
            buffer.bytes.baseAddress! + piece.lowerBound, Int32(piece.count), mpi_byte(), 0, mpi_world(),
            &request)
        }
      }
      let result = Array(buffer.elements)
      buffer.free()
      return result
    #else
      return values
    #endif
  }

  /// MPI counts in 32 bits.
  private static func pieces(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: 1 << 30).map { $0..<min(count, $0 + 1 << 30) }
  }
}

#if MPI
  /// Memory of a collective. One that was given up may still write into it: then it is never freed.
  private struct Buffer<Element: BitwiseCopyable> {
    let elements: UnsafeMutableBufferPointer<Element>

    init(_ count: Int) { elements = .allocate(capacity: count) }

    var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(elements) }
    var start: UnsafeMutablePointer<Element> { elements.baseAddress! }
    func free() { elements.deallocate() }
  }
#endif
