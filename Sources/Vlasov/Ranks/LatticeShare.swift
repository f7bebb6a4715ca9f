// How a one-particle lattice is shared among ranks. A slab is all modes of one first component n_1. Those that are computed,
// n_1 = 0 … n_max, are dealt out in contiguous blocks, the longer ones first, so that rank 0 always has n = 0. What a rank needs besides
// is
//
//     the halo    slabs up to g beside its block, g the highest first component of a force mode: F(m) w(n+m), |m_1| ≤ g
//     densities   w_n(0) of the force modes, from whoever has them
//     extremes    the largest of numbers that every rank has of its own rows
//
// All arithmetic is that of a rank alone: rows are computed as there, sums over rows are made of the rows' own sums in the order of
// their modes, and a largest number does not depend on an order. So the bits do not depend on the number of ranks.

package import CLibraries
import Computing
package import PhaseSpace

/// The share of one rank.
package struct LatticeShare: Sendable {
  /// Who shares.
  package let ranks: Ranks
  /// n_max + 1
  package let slabs: Int

  package init(_ lattice: FourierLattice, _ ranks: Ranks) {
    (self.ranks, slabs) = (ranks, lattice.modes + 1)
  }

  /// The slabs that a rank computes; none where there are more ranks than slabs.
  package func block(of rank: Int) -> Range<Int> {
    let (least, rest) = slabs.quotientAndRemainder(dividingBy: ranks.count)
    let start = { (rank: Int) in rank * least + min(rank, rest) }
    return start(rank)..<start(rank + 1)
  }

  /// The slabs of this rank.
  package var own: Range<Int> { block(of: ranks.index) }

  /// Who computes a slab.
  package func owner(of slab: Int) -> Int {
    let (least, rest) = slabs.quotientAndRemainder(dividingBy: ranks.count)
    let long = rest * (least + 1)
    return slab < long ? slab / (least + 1) : rest + (slab - long) / least
  }

  /// The largest of every one of these numbers among all ranks, NaN where one is.
  /// - Throws: `RanksStopped`, `NumericalFailure`.
  package func greatest(_ own: [Double]) throws -> [Double] {
    guard ranks.count > 1, !own.isEmpty else { return own }
    let all = try ranks.gather(own)
    var result = Array(all[..<own.count])
    for (index, value) in all.enumerated().dropFirst(own.count) {
      result[index % own.count] = .greatest(result[index % own.count], value)
    }
    return result
  }
}
