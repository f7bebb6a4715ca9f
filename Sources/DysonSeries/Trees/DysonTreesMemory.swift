import CLibraries
import Foundation
public import Interaction

extension DysonTrees {
  /// Bytes while a term D_j is sampled: the trees of the threads at work, a chunk of points, the sums of its blocks, the tables
  /// of frequencies on every one of them; nil where they overflow.
  public static func bytes(_ model: Model, order: Int, particles: Int, scramblings: Int, threads: Int) -> Int?
  {
    let dimension = model.geometry.dimension
    let isTorus = model.geometry.kappa != nil
    let coordinates = order * (isTorus ? 4 : [4, 5, 6][dimension - 1])
    let lanes = coordinates + (particles + order) * (2 * dimension + 4) + 2 * dimension + 8
    let count = model.species.count
    let entries = Memory.sum(
      (0..<count).flatMap { alpha in
        (alpha..<count).map { beta in
          // The cells, and graded parts at both ends.
          isTorus
            ? model.potentials.atoms(alpha, beta).count
            : TreeRadialTable.cells + 2 * TreeRadialTable.mostParts
        }
      })
    let length = isTorus ? TreeFrequencies.atomLength : TreeRadialTable.entryLength
    let table = Memory.product(entries, length, 8)
    // No more blocks are at work than there are processors.
    let workers = min(threads, ProcessInfo.processInfo.activeProcessorCount)
    let block = Memory.sum(Memory.product(lanes, TreeBlock.stride, 64), table, table)
    let blocks = Memory.product(
      scramblings, TreePointSource.chunk / (TreeBlock.capacity >> min(order, 5)), TreeSums.count, 8)
    return Memory.sum(
      Memory.product(workers, block), Memory.product(3, table), blocks,
      Memory.product(coordinates, TreePointSource.chunk, 4), Memory.product(scramblings, coordinates, 8))
  }
}
