// HΨ of a vector that ranks have together (FockRanks, SectorShare). Each has some rows of Ψ; for operators on rows it is sent all rows
// of its columns, and sends back what they give:
//
//     T   ←  all rows of Ψ, own columns                                           one all-to-all
//     out ←  Ψ H_S^T on own rows
//     out +← (1/N) v_m (ρ_m T → own rows) ρ_{−m}^T for every m                    one all-to-all each
//     out +← A T → own rows                                                       one all-to-all
//
// number by number what `apply` of a rank alone adds, in its order. Each all-to-all is made of four, of a quarter of every rank's rows. Cost:
// that of a rank alone, divided by the number of ranks R, and per application 2 + (number of v_m) all-to-alls of (R − 1)/R of a
// share. Memory: one share and a half.

import CLibraries
import Numerics

extension Hamiltonian {
  typealias Vector = UnsafeMutablePointer<Complex<Double>>

  /// Bytes of the buffers of an application, from those of a share.
  package static func bytesOfApplication(_ share: Int?) -> Int? {
    Memory.sum(share, share.map { $0 / SectorShare.pieces * 2 })
  }

  /// Where every row of Ψ lies in T: piece after piece, rank after rank.
  static func places(of rows: Int, _ transposes: [BlockTranspose], _ share: SectorShare) -> [Int] {
    var places = [Int](repeating: 0, count: share.ranks.isShared ? rows : 0)
    guard share.ranks.isShared else { return places }
    var start = 0
    for transpose in transposes {
      for (rank, groups) in transpose.rows.enumerated() {
        for (group, rows) in groups.enumerated() {
          let width = share.columns[share.ranks.index][group].count
          for row in rows {
            places[row] =
              start + transpose.columnSide.starts[rank][group] + (row - rows.lowerBound) * width
          }
        }
      }
      start += transpose.columnCount
    }
    return places
  }

  func applyTogether(_ x: UnsafePointer<Complex<Double>>, into out: Vector) {
    let all = couplings.flatMap(\.transposes) + transposes
    let there = Vector.allocate(capacity: max(1, all.map(\.rowCount).max() ?? 1))
    let rows = Vector.allocate(capacity: max(1, transposes.reduce(0) { $0 + $1.columnCount }))
    let image = Vector.allocate(capacity: max(1, all.map(\.columnCount).max() ?? 1))
    defer {
      there.deallocate()
      rows.deallocate()
      image.deallocate()
    }
    var place = rows
    for transpose in transposes {
      pack(x, transpose, into: there)
      share.ranks.exchange(there, transpose.rowSide.counts, into: place, transpose.columnSide.counts)
      place += transpose.columnCount
    }
    multiplyOwnRows(x, into: out)
    func bringOwnRows(_ operation: RowOperator, _ transpose: BlockTranspose) {
      combine(operation, transpose, rows, into: image)
      share.ranks.exchange(image, transpose.columnSide.counts, into: there, transpose.rowSide.counts)
    }
    for coupling in couplings {
      for transpose in coupling.transposes {
        bringOwnRows(coupling.left, transpose)
        multiply(there, coupling, transpose, addingTo: out)
      }
    }
    for transpose in transposes {
      bringOwnRows(first, transpose)
      addUnpacked(there, transpose, to: out)
    }
  }

  /// Own rows of every pair by fours.
  private func tiles(_ transpose: BlockTranspose) -> [(pair: Int, rows: Range<Int>)] {
    let own = transpose.rows[share.ranks.index]
    return transpose.pairs.enumerated().flatMap { index, pair in
      let rows = own[pair.rows]
      return stride(from: rows.lowerBound, to: rows.upperBound, by: 4).map {
        (index, $0..<min($0 + 4, rows.upperBound))
      }
    }
  }

  /// Every run of a row of x that goes to one rank: where it lies in x and where in the packed numbers.
  private func forEachRun(
    _ transpose: BlockTranspose, _ group: Int, _ row: Int,
    _ body: (_ x: Int, _ packed: Int, _ count: Int) -> Void
  ) {
    let columns = sectors.groups[group].columns
    let place = row - transpose.rows[share.ranks.index][group].lowerBound
    let start = self.place(row, group)
    for rank in 0..<share.ranks.count {
      let part = share.columns[rank][group]
      body(
        start + part.lowerBound - columns.lowerBound,
        transpose.rowSide.starts[rank][group] + place * part.count, part.count)
    }
  }

  private func pack(
    _ x: UnsafePointer<Complex<Double>>, _ transpose: BlockTranspose, into packed: Vector
  ) {
    for (group, rows) in transpose.rows[share.ranks.index].enumerated() {
      for row in rows { forEachRun(transpose, group, row) { (packed + $1).update(from: x + $0, count: $2) } }
    }
  }

  private func addUnpacked(
    _ packed: UnsafePointer<Complex<Double>>, _ transpose: BlockTranspose, to out: Vector
  ) {
    for (group, rows) in transpose.rows[share.ranks.index].enumerated() {
      for row in rows {
        forEachRun(transpose, group, row) { to, from, count in
          for i in 0..<count { out[to + i] += packed[from + i] }
        }
      }
    }
  }

  /// image ← an operator on rows times all rows of own columns, packed for the ranks that have its rows.
  private func combine(
    _ operation: RowOperator, _ target: BlockTranspose, _ x: UnsafePointer<Complex<Double>>,
    into image: Vector
  ) {
    var tasks: [(pair: Int, rows: Range<Int>, start: Int)] = []
    let own = share.columns[share.ranks.index]
    for rank in 0..<share.ranks.count {
      for (index, pair) in target.pairs.enumerated() where !own[pair.columns].isEmpty {
        let rows = target.rows[rank][pair.rows]
        let width = own[pair.columns].count
        for row in stride(from: rows.lowerBound, to: rows.upperBound, by: 16) {
          tasks.append(
            (
              index, row..<min(row + 16, rows.upperBound),
              target.columnSide.starts[rank][index] + (row - rows.lowerBound) * width
            ))
        }
      }
    }
    let list = tasks
    nonisolated(unsafe) let input = UnsafeRawPointer(x).assumingMemoryBound(to: Double.self)
    nonisolated(unsafe) let output = UnsafeMutableRawPointer(image).assumingMemoryBound(to: Double.self)
    workers.forEachRange(of: list.count, grain: 8) { range in
      let entries = max(1, operation.maximumEntries)
      let columns = UnsafeMutablePointer<Int32>.allocate(capacity: entries)
      let values = UnsafeMutablePointer<Double>.allocate(capacity: entries)
      defer {
        columns.deallocate()
        values.deallocate()
      }
      for task in list[range] {
        let width = own[target.pairs[task.pair].columns].count
        for (place, row) in task.rows.enumerated() {
          let target = output + 2 * (task.start + place * width)
          target.update(repeating: 0, count: 2 * width)
          self.places.withUnsafeBufferPointer { places in
            if operation.terms.isEmpty {
              RowTile.combine(operation.matrix, row, into: target, 2 * width) { input + 2 * places[$0] }
            } else {
              let count = self.rowStates.entries(of: row, operation.terms, columns, values)
              RowTile.combine(columns, values, count, into: target, 2 * width) { input + 2 * places[$0] }
            }
          }
        }
      }
    }
  }

  /// out ← x H_S^T
  private func multiplyOwnRows(_ x: UnsafePointer<Complex<Double>>, into out: Vector) {
    nonisolated(unsafe) let (x, out) = (x, out)
    let tiles = transposes.flatMap(tiles)
    workers.forEachRange(of: tiles.count, grain: 8) { range in
      let work = Work(width: self.widest, entries: 1)
      defer { work.deallocate() }
      for (index, rows) in tiles[range] {
        let columns = self.sectors.groups[index].columns
        let start = self.place(rows.lowerBound, index)
        self.load(x + start, rows.count, columns.count, into: work.rows)
        RowTile.interleave(work.rows, columns.count, into: work.tile)
        work.sum.update(repeating: .zero, count: columns.count)
        RowTile.multiply(
          self.second, columns, work.tile, firstColumn: columns.lowerBound, 1, into: work.sum)
        self.store(work.sum, rows.count, columns.count, work.rows, into: out + start)
      }
    }
  }

  /// out += strength · packed rows times ρ_{−m}^T
  private func multiply(
    _ packed: UnsafePointer<Complex<Double>>, _ coupling: Coupling, _ transpose: BlockTranspose,
    addingTo out: Vector
  ) {
    nonisolated(unsafe) let (packed, out) = (packed, out)
    let tiles = tiles(transpose)
    workers.forEachRange(of: tiles.count, grain: 8) { range in
      let work = Work(width: self.widest, entries: 1)
      defer { work.deallocate() }
      for (index, rows) in tiles[range] {
        let pair = transpose.pairs[index]
        let (columns, source) = (
          self.sectors.groups[pair.rows].columns, self.sectors.groups[pair.columns].columns
        )
        let start = self.place(rows.lowerBound, pair.rows)
        self.load(out + start, rows.count, columns.count, into: work.rows)
        RowTile.interleave(work.rows, columns.count, into: work.sum)
        work.rows.update(repeating: 0, count: 8 * source.count)
        let first = transpose.rows[self.share.ranks.index][pair.rows].lowerBound
        for rank in 0..<self.share.ranks.count {
          let part = self.share.columns[rank][pair.columns]
          for (place, row) in rows.enumerated() where !part.isEmpty {
            let from = packed + transpose.rowSide.starts[rank][index] + (row - first) * part.count
            let to = work.rows + 2 * (place * source.count + part.lowerBound - source.lowerBound)
            to.update(
              from: UnsafeRawPointer(from).assumingMemoryBound(to: Double.self), count: 2 * part.count)
          }
        }
        RowTile.interleave(work.rows, source.count, into: work.tile)
        RowTile.multiply(
          coupling.right, columns, work.tile, firstColumn: source.lowerBound, coupling.strength,
          into: work.sum)
        self.store(work.sum, rows.count, columns.count, work.rows, into: out + start)
      }
    }
  }

  /// Where an own row of a group lies.
  private func place(_ row: Int, _ group: Int) -> Int {
    share.offsets[group]
      + (row - share.rows[share.ranks.index][group].lowerBound) * sectors.groups[group].columns.count
  }

  /// Up to four rows, zeros in the place of those that are missing.
  private func load(
    _ source: UnsafePointer<Complex<Double>>, _ rows: Int, _ width: Int,
    into target: UnsafeMutablePointer<Double>
  ) {
    target.update(
      from: UnsafeRawPointer(source).assumingMemoryBound(to: Double.self), count: 2 * rows * width)
    (target + 2 * rows * width).update(repeating: 0, count: 2 * (4 - rows) * width)
  }

  private func store(
    _ tile: UnsafePointer<SIMD8<Double>>, _ rows: Int, _ width: Int, _ room: UnsafeMutablePointer<Double>,
    into target: Vector
  ) {
    RowTile.deinterleave(tile, width, into: room)
    UnsafeMutableRawPointer(target).assumingMemoryBound(to: Double.self).update(
      from: room, count: 2 * rows * width)
  }
}
