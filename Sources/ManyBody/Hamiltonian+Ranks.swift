// HΨ of a vector that ranks have together (FockRanks, SectorShare). Each has some rows of Ψ; for operators on rows it is sent all rows
// of its columns, and sends back what they give:
//
//     T   ←  all rows of Ψ, own columns                                           one all-to-all
//     out ←  Ψ H_S^T on own rows
//     out +← (1/N) v_m (ρ_m T → own rows) ρ_{−m}^T for every m                    one all-to-all each
//     out +← A T → own rows                                                       one all-to-all
//
// number by number what `apply` of a rank alone adds, in its order. Cost: that of a rank alone, divided by the number of ranks R, and
// per application 2 + (number of v_m) all-to-alls of (R − 1)/R of a share. Memory: three shares.

import Numerics

extension Hamiltonian {
  typealias Vector = UnsafeMutablePointer<Complex<Double>>

  /// Bytes of the buffers of an application, in shares of a vector.
  package static let sharesOfApplication = 3

  func applyTogether(_ x: UnsafePointer<Complex<Double>>, into out: Vector) {
    let transposes = couplings.map(\.transpose) + [transpose]
    let there = Vector.allocate(capacity: max(1, transposes.map(\.rowCount).max() ?? 1))
    let rows = Vector.allocate(capacity: max(1, transpose.columnCount))
    let image = Vector.allocate(capacity: max(1, transposes.map(\.columnCount).max() ?? 1))
    defer {
      there.deallocate()
      rows.deallocate()
      image.deallocate()
    }
    pack(x, into: there)
    share.ranks.exchange(there, transpose.rowSide.counts, into: rows, transpose.columnSide.counts)
    multiplyOwnRows(x, into: out)
    for coupling in couplings {
      combine(coupling.left, coupling.transpose, rows, into: image)
      share.ranks.exchange(
        image, coupling.transpose.columnSide.counts, into: there, coupling.transpose.rowSide.counts)
      multiply(there, coupling, addingTo: out)
    }
    combine(first, transpose, rows, into: image)
    share.ranks.exchange(image, transpose.columnSide.counts, into: there, transpose.rowSide.counts)
    addUnpacked(there, to: out)
  }

  /// Own rows of a group of pairs by fours.
  private func tiles(_ transpose: BlockTranspose) -> [(pair: Int, rows: Range<Int>)] {
    let own = share.rows[share.ranks.index]
    return transpose.pairs.enumerated().flatMap { index, pair in
      let rows = own[pair.rows]
      return stride(from: rows.lowerBound, to: rows.upperBound, by: 4).map {
        (index, $0..<min($0 + 4, rows.upperBound))
      }
    }
  }

  /// Every run of a row of x that goes to one rank: where it lies in x and where in the packed numbers.
  private func forEachRun(_ group: Int, _ row: Int, _ body: (_ x: Int, _ packed: Int, _ count: Int) -> Void) {
    let columns = sectors.groups[group].columns
    let place = row - share.rows[share.ranks.index][group].lowerBound
    let start = share.offsets[group] + place * columns.count
    for rank in 0..<share.ranks.count {
      let part = share.columns[rank][group]
      body(
        start + part.lowerBound - columns.lowerBound,
        transpose.rowSide.starts[rank][group] + place * part.count, part.count)
    }
  }

  private func pack(_ x: UnsafePointer<Complex<Double>>, into packed: Vector) {
    for (group, rows) in share.rows[share.ranks.index].enumerated() {
      for row in rows { forEachRun(group, row) { (packed + $1).update(from: x + $0, count: $2) } }
    }
  }

  private func addUnpacked(_ packed: UnsafePointer<Complex<Double>>, to out: Vector) {
    for (group, rows) in share.rows[share.ranks.index].enumerated() {
      for row in rows {
        forEachRun(group, row) { to, from, count in for i in 0..<count { out[to + i] += packed[from + i] } }
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
        let rows = share.rows[rank][pair.rows]
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
    let tiles = tiles(transpose)
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
    _ packed: UnsafePointer<Complex<Double>>, _ coupling: Coupling, addingTo out: Vector
  ) {
    nonisolated(unsafe) let (packed, out) = (packed, out)
    let transpose = coupling.transpose
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
        let first = self.share.rows[self.share.ranks.index][pair.rows].lowerBound
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
