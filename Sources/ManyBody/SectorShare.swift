// Which numbers of the vectors that H acts on a rank has (FockRanks): of every group the rows whose states of the first species are its
// own, which lie one after the other since rows of one momentum are in the order of their states. For operators on rows the columns
// of every group are dealt out as well, in equal parts: a block (rows of one rank) × (columns of another) travels between the two.

import CLibraries
import Numerics

/// The shares of all ranks in the vectors of momentum sectors.
struct SectorShare: Sendable {
  let ranks: FockRanks
  /// By rank and group: the rows.
  let rows: [[Range<Int>]]
  /// By rank and group: the columns, when operators act on rows.
  let columns: [[Range<Int>]]
  /// By group: where this rank's rows begin in its vector.
  let offsets: [Int]
  /// How many numbers of a vector this rank has.
  let dimension: Int
  /// By fixed block of this rank: the stretches of its vector.
  private let stretches: [[Range<Int>]]

  init(_ space: FockSpace, _ sectors: MomentumSectors) {
    let ranks = space.ranks
    self.ranks = ranks
    let first = space.dimensions[0]
    // States of the species between the first and the last.
    let inner = sectors.rows.count / first
    func rows(of group: MomentumSectors.Group, _ states: Range<Int>) -> Range<Int> {
      func place(_ state: Int) -> Int {
        var (low, high) = (group.rows.lowerBound, group.rows.upperBound)
        while low < high {
          let middle = (low + high) / 2
          if sectors.rows[middle] < state * inner { low = middle + 1 } else { high = middle }
        }
        return low
      }
      return place(states.lowerBound)..<place(states.upperBound)
    }
    let all = 0..<ranks.count
    self.rows = all.map { rank in sectors.groups.map { rows(of: $0, ranks.share(of: rank, first)) } }
    columns = all.map { rank in
      sectors.groups.map { group in
        let (start, count) = (group.columns.lowerBound, group.columns.count)
        return start + count * rank / ranks.count..<start + count * (rank + 1) / ranks.count
      }
    }
    let own = self.rows[ranks.index]
    var offset = 0
    offsets = sectors.groups.indices.map { group in
      defer { offset += own[group].count * sectors.groups[group].columns.count }
      return offset
    }
    dimension = offset
    let starts = offsets
    stretches = ranks.ownBlocks.map { block in
      let states = FockRanks.block(block, of: first)
      return sectors.groups.enumerated().compactMap { index, group in
        let rows = rows(of: group, states)
        guard !rows.isEmpty else { return nil }
        let (start, width) = (starts[index], group.columns.count)
        return start + (rows.lowerBound - own[index].lowerBound) * width..<start
          + (rows.upperBound - own[index].lowerBound) * width
      }
    }
  }

  /// ⟨x, y⟩ of vectors of all ranks, by the fixed blocks.
  func inner(_ x: UnsafePointer<Complex<Double>>, _ y: UnsafePointer<Complex<Double>>, _ workers: Workers)
    -> Complex<Double>
  {
    var partial = [Double](repeating: 0, count: 2 * stretches.count)
    nonisolated(unsafe) let (x, y) = (x, y)
    partial.withUnsafeMutableBufferPointer { partial in
      nonisolated(unsafe) let partial = partial
      workers.forEachRange(of: stretches.count, grain: max(1, stretches.count * 65536 / max(1, dimension))) {
        for block in $0 {
          var re = 0.0
          var im = 0.0
          for stretch in stretches[block] {
            for i in stretch {
              re += x[i].real * y[i].real + x[i].imaginary * y[i].imaginary
              im += x[i].real * y[i].imaginary - x[i].imaginary * y[i].real
            }
          }
          partial[2 * block] = re
          partial[2 * block + 1] = im
        }
      }
    }
    let sum = ranks.sum(partial, width: 2)
    return Complex(sum[0], sum[1])
  }
}

extension SectorShare {
  /// Pieces in which rows travel, so that less of them is under way at a time; the numbers do not depend on it.
  static let pieces = 4

  /// By rank and group: a piece of the rows.
  func rows(piece: Int) -> [[Range<Int>]] {
    rows.map {
      $0.map { rows in
        let (start, count) = (rows.lowerBound, rows.count)
        return start + count * piece / Self.pieces..<start + count * (piece + 1) / Self.pieces
      }
    }
  }
}

/// How blocks (rows of a group) × (columns of a group) lie when they travel between who has the rows and who has the columns: on either
/// side one rank's after another's, and of each the groups in turn, row by row.
struct BlockTranspose: Sendable {
  /// The group of the rows, and that of the columns.
  let pairs: [(rows: Int, columns: Int)]
  /// By rank and group: the rows that travel.
  let rows: [[Range<Int>]]
  /// By rank that has columns and pair: where this rank's rows of it begin; by rank, how many numbers.
  let rowSide: (starts: [[Int]], counts: [Int])
  /// By rank that has rows and pair: where they begin in this rank's columns; by rank, how many numbers.
  let columnSide: (starts: [[Int]], counts: [Int])

  /// One of each piece of the rows.
  static func all(_ share: SectorShare, _ pairs: [(rows: Int, columns: Int)]) -> [BlockTranspose] {
    (0..<SectorShare.pieces).map { BlockTranspose(share, share.rows(piece: $0), pairs) }
  }

  private init(_ share: SectorShare, _ rows: [[Range<Int>]], _ pairs: [(rows: Int, columns: Int)]) {
    (self.pairs, self.rows) = (pairs, rows)
    let own = share.ranks.index
    func lay(_ block: (_ rank: Int, _ pair: (rows: Int, columns: Int)) -> Int) -> (
      starts: [[Int]], counts: [Int]
    ) {
      var place = 0
      var counts: [Int] = []
      let starts = (0..<share.ranks.count).map { rank in
        let start = place
        let starts = pairs.map { pair in
          defer { place += block(rank, pair) }
          return place
        }
        counts.append(place - start)
        return starts
      }
      return (starts, counts)
    }
    rowSide = lay { rows[own][$1.rows].count * share.columns[$0][$1.columns].count }
    columnSide = lay { rows[$0][$1.rows].count * share.columns[own][$1.columns].count }
  }

  /// How many numbers there are on either side of this rank.
  var rowCount: Int { rowSide.counts.reduce(0, +) }
  var columnCount: Int { columnSide.counts.reduce(0, +) }
}
