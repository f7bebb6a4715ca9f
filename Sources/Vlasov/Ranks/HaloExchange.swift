// The halo of a rank's block of slabs: those within g of it, which the force on its rows reads. They come as they lie, a slab of one
// species in one piece, from one neighbour or, where blocks are shorter than g, from several. Slabs of n_1 < 0 are none of it: they are
// mirror images of slabs 1 … g − n_1 that are there (LatticeRows.swift).
//
// Cost: one agreement, and for every species a message to and from each neighbour, of at most 2g slabs together. A slab has
// (2n_max + 1)^{d−1} rows of 16 P bytes an order.

import CLibraries

/// What a rank sends and receives.
struct HaloExchange {
  private let ranks: Ranks
  /// Per species: reals of a slab, and where its slabs begin.
  private let species: [(length: Int, start: Int)]
  /// By rank, in slabs as they are stored.
  private let sending, receiving: [Range<Int>]

  init(_ rows: LatticeRows) {
    let share = rows.share
    ranks = share.ranks
    species = rows.lattice.masses.indices.map { species in
      (
        rows.rowsPerSlab * 2 * rows.orders * rows.lattice.pointCount(species),
        rows.offset(species: species, row: 0)
      )
    }
    // Whoever is before needs what is after its block, and the other way round: of no rank both.
    let common = { (rank: Int, other: Int) -> Range<Int> in
      let (block, source) = (share.block(of: rank), share.block(of: other))
      guard rank != other, !block.isEmpty else { return 0..<0 }
      let near = max(0, block.lowerBound - rows.ghosts)..<min(share.slabs, block.upperBound + rows.ghosts)
      return near.clamped(to: source)
    }
    let stored = { (slabs: Range<Int>) in
      slabs.isEmpty ? 0..<0 : slabs.lowerBound - rows.lowest..<slabs.upperBound - rows.lowest
    }
    let all = 0..<ranks.count
    sending = all.map { stored(common($0, share.ranks.index)) }
    receiving = all.map { stored(common(share.ranks.index, $0)) }
  }

  /// Bytes that this rank sends in one exchange.
  var bytes: Int {
    sending.reduce(0) { $0 + $1.count } * species.reduce(0) { $0 + 8 * $1.length }
  }

  /// Brings the halo of a buffer up to date; nothing for a rank alone.
  /// - Throws: `RanksStopped`, `NumericalFailure`.
  func update(_ buffer: UnsafeMutablePointer<Double>) throws {
    guard ranks.count > 1 else { return }
    try ranks.exchange(
      species.map { length, start in
        BlockTransfer(
          length: length, from: buffer + start, to: buffer + start, sending: sending, receiving: receiving)
      })
  }
}
