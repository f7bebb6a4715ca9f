// Small real sparse matrices of one species (D × D), compressed by rows. They are the only stored operators of
// the exact dynamics: nothing of size D_1 D_2 is ever assembled.

import CLibraries

/// A real sparse matrix, compressed by rows, columns ascending in each row.
public struct SparseMatrix: Sendable, Hashable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// Entries of row i: indices starts[i] ..< starts[i+1].
  public let starts: [Int]
  /// The column of every entry.
  public let indices: [Int32]
  /// Every entry, none of them zero.
  public let values: [Double]

  /// From rows given as column → value; exact zeros are dropped.
  public init(columns: Int, rows entries: [[Int: Double]]) {
    var starts = [0]
    var indices: [Int32] = []
    var values: [Double] = []
    for row in entries {
      for (column, value) in row.sorted(by: { $0.key < $1.key }) where value != 0 {
        indices.append(Int32(column))
        values.append(value)
      }
      starts.append(indices.count)
    }
    rows = entries.count
    self.columns = columns
    self.starts = starts
    self.indices = indices
    self.values = values
  }

  /// The rows as column → value.
  public var dictionaries: [[Int: Double]] {
    (0..<rows).map { i in
      Dictionary(
        uniqueKeysWithValues: (starts[i]..<starts[i + 1]).map { (Int(indices[$0]), values[$0]) })
    }
  }

  /// The transpose.
  public var transposed: SparseMatrix {
    var entries = [[Int: Double]](repeating: [:], count: columns)
    for i in 0..<rows {
      for k in starts[i]..<starts[i + 1] { entries[Int(indices[k])][i] = values[k] }
    }
    return SparseMatrix(columns: rows, rows: entries)
  }

  /// a·A + b·B.
  public static func combine(_ a: Double, _ left: SparseMatrix, _ b: Double, _ right: SparseMatrix)
    -> SparseMatrix
  {
    precondition(left.rows == right.rows && left.columns == right.columns, "matrices of equal shape")
    var entries = left.dictionaries.map { $0.mapValues { a * $0 } }
    for i in 0..<right.rows {
      for k in right.starts[i]..<right.starts[i + 1] {
        entries[i][Int(right.indices[k]), default: 0] += b * right.values[k]
      }
    }
    return SparseMatrix(columns: left.columns, rows: entries)
  }

  /// A·B.
  public static func * (left: SparseMatrix, right: SparseMatrix) -> SparseMatrix {
    precondition(left.columns == right.rows, "inner dimensions agree")
    var entries = [[Int: Double]](repeating: [:], count: left.rows)
    for i in 0..<left.rows {
      for k in left.starts[i]..<left.starts[i + 1] {
        let j = Int(left.indices[k])
        for l in right.starts[j]..<right.starts[j + 1] {
          entries[i][Int(right.indices[l]), default: 0] += left.values[k] * right.values[l]
        }
      }
    }
    return SparseMatrix(columns: right.columns, rows: entries)
  }

  /// max |A_ij − B_ij|.
  public func distance(to other: SparseMatrix) -> Double {
    SparseMatrix.combine(1, self, -1, other).values.map(\.magnitude).largest() ?? 0
  }

  /// The interval of Gershgorin's discs, which holds the spectrum of a symmetric matrix; its ends are NaN where an entry is.
  public var gershgorin: ClosedRange<Double> {
    var low = Double.infinity
    var high = -Double.infinity
    for i in 0..<rows {
      var diagonal = 0.0
      var radius = 0.0
      for k in starts[i]..<starts[i + 1] {
        if Int(indices[k]) == i { diagonal = values[k] } else { radius += values[k].magnitude }
      }
      low = .least(low, diagonal - radius)
      high = .greatest(high, diagonal + radius)
    }
    return rows == 0 ? 0...0 : ClosedRange(uncheckedBounds: (low, high))
  }
}
