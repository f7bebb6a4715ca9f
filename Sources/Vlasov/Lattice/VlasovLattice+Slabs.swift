// The state of a lattice slab by slab: for every species and first component n_1 ≥ 0 all modes that have it, one array, named by both. What is
// saved does not depend on the number of ranks that have the lattice, and any number of them goes on from it: rank 0 collects the
// slabs and hands them out again, one at a time, so that it holds no more than one that is not its own. The name says whether a lattice is
// divided or whole on every rank: who reads the checkpoint gives all ranks what is whole.

import CLibraries
import Computing
import PhaseSpace

extension VlasovLattice {
  private func name(_ species: Int, _ slab: Int) -> String {
    "\(isDivided ? SavedState.divided : "slabs/")\(species)/\(slab)"
  }

  /// All slabs, species by species.
  private var slabs: [(species: Int, slab: Int)] {
    model.species.indices.flatMap { species in (0..<field.rows.share.slabs).map { (species, $0) } }
  }

  /// Reals of a slab of a species.
  private func count(_ species: Int) -> Int {
    field.rows.rowsPerSlab * 2 * orders * lattice.pointCount(species)
  }

  /// Where a slab lies that this rank has.
  private func place(_ species: Int, _ slab: Int) -> UnsafeMutablePointer<Double> {
    field.state
      + field.rows.offset(species: species, row: field.rows.rows(ofSlabs: slab..<slab + 1).lowerBound)
  }

  /// Writes the slabs: on rank 0 all, on the others, which give theirs to it, nothing.
  func saveSlabs(to sink: some StateSink) {
    var failure: (any Error)?
    for (species, slab) in slabs {
      let count = count(species)
      sink.write(name(species, slab), count: count) { piece in
        do {
          if let failure { throw failure }
          try collect(species, slab, piece)
        } catch {
          failure = error
          sink.fail(error)
          guard field.rows.share.ranks.index == 0 else { return }
          // As many numbers as were announced; nobody takes them for the state.
          [Double](repeating: 0, count: count).withUnsafeBufferPointer(piece)
        }
      }
    }
  }

  /// A slab, to rank 0, which has `piece` take it.
  private func collect(
    _ species: Int, _ slab: Int, _ piece: (UnsafeBufferPointer<Double>) -> Void
  ) throws {
    let share = field.rows.share
    let (owner, index, count) = (share.owner(of: slab), share.ranks.index, count(species))
    if owner == 0 {
      if index == 0 { piece(UnsafeBufferPointer(start: place(species, slab), count: count)) }
      return
    }
    try withRoom(for: index == 0 ? count : 0) { room in
      let source = index == owner ? place(species, slab) : room
      try share.ranks.move(count, from: owner, source, to: 0, room)
      if index == 0 { piece(UnsafeBufferPointer(start: room, count: count)) }
    }
  }

  /// Takes the slabs of a saved state; of several ranks rank 0 has them. Nothing changes where one does not fit.
  /// - Throws: `SavedStateError`; what the ranks throw.
  func restoreSlabs(_ state: SavedState) throws {
    let share = field.rows.share
    // All before any.
    if share.ranks.index == 0 {
      for (species, slab) in slabs { _ = try array(state, species, slab) }
    }
    for (species, slab) in slabs {
      let (owner, count) = (share.owner(of: slab), count(species))
      let own = share.ranks.index == 0 ? try array(state, species, slab) : []
      if share.ranks.index == owner, owner == 0 { place(species, slab).update(from: own, count: count) }
      guard owner != 0 else { continue }
      try own.withUnsafeBufferPointer { own in
        try withRoom(for: 0) { room in
          let target = share.ranks.index == owner ? place(species, slab) : room
          try share.ranks.move(count, from: 0, own.baseAddress ?? UnsafePointer(room), to: owner, target)
        }
      }
    }
    try field.refreshGhosts(of: field.state)
  }

  private func array(_ state: SavedState, _ species: Int, _ slab: Int) throws -> [Double] {
    try state.array(name(species, slab), count: count(species))
  }

  private func withRoom(for count: Int, _ body: (UnsafeMutablePointer<Double>) throws -> Void) rethrows {
    let room = UnsafeMutablePointer<Double>.allocate(capacity: max(1, count))
    defer { room.deallocate() }
    try body(room)
  }
}

extension Ranks {
  /// Numbers of one rank, to another.
  fileprivate func move(
    _ count: Int, from giver: Int, _ source: UnsafePointer<Double>, to taker: Int,
    _ target: UnsafeMutablePointer<Double>
  ) throws {
    let one = { (rank: Int, isMeant: Bool) in
      (0..<self.count).map { $0 == rank && isMeant ? 0..<1 : 0..<0 }
    }
    try exchange([
      BlockTransfer(
        length: count, from: source, to: target, sending: one(taker, index == giver),
        receiving: one(giver, index == taker))
    ])
  }
}
