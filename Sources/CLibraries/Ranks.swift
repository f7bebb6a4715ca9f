// The processes of one computation. With the package trait MPI they are the ranks of MPI_COMM_WORLD (OpenMPI); without
// it there is one. Work is given out in blocks, each with its own slot of a result array that is zero elsewhere: the
// sum over ranks then adds exact zeros, so it is the same bit for bit whatever the number of ranks.

#if MPI
  internal import COpenMPI
  import Foundation
#endif

/// This process among the processes of the computation.
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

  /// Adds the arrays of all ranks, slot by slot, on every rank. Call it on the main thread of every rank.
  /// - Throws: `NumericalFailure` when the communication fails.
  public func sum(_ values: inout [Double]) throws(NumericalFailure) {
    #if MPI
      guard count > 1 else { return }
      var total = [Double](repeating: 0, count: values.count)
      let status = MPI_Allreduce(
        values, &total, Int32(values.count), mpi_double(), mpi_sum(), mpi_world())
      guard status == 0 else { throw NumericalFailure(in: "MPI_Allreduce", "status \(status)") }
      values = total
    #endif
  }

  /// The array of rank 0 on every rank, at most `capacity` numbers long.
  /// - Precondition: rank 0 has no more than that.
  public func shared(_ values: [Double], capacity: Int) throws(NumericalFailure) -> [Double] {
    guard count > 1 else { return values }
    var message = [Double](repeating: 0, count: capacity + 1)
    if index == 0 {
      message[0] = Double(values.count)
      message.replaceSubrange(1..<values.count + 1, with: values)
    }
    try sum(&message)
    return Array(message[1..<Int(message[0]) + 1])
  }
}
