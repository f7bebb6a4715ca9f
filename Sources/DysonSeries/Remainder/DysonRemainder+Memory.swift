public import CLibraries
import Vlasov

extension DysonRemainder {
  /// Bytes of a study at its fullest: the flow and the jets of every component on the largest of its lattices; nil where they
  /// overflow.
  /// - Parameter ranks: the processes that have them together; the bytes are those of this one.
  public func bytes(threads: Int, ranks: Ranks = .single) -> Int? {
    Memory.largest(
      Grid.allCases.map { grid in
        Memory.product(
          initial.components.count,
          Memory.sum(
            [.nonperturbative, .perturbative(orders: orders + 1)].map {
              VlasovLattice.bytes(
                model: model, lattice: lattice(grid), coupling: $0, threads: threads, ranks: ranks)
            }))
      })
  }

  /// Bytes of the records of all lattices and of the rows made of them; nil where they overflow.
  public var sampleBytes: Int? {
    Memory.product(times.count, sampled.count, Memory.product(orders + 2, 3 * 3 * 2 * 16 + 10 * 16))
  }
}
