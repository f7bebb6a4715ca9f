// Operators on the rows of Ψ, which are the states of all species but the last: of a single species a stored sparse matrix; of
// several, sums of A_α and A_α⊗B_β, whose entries in a row are made up when the row is wanted, so that nothing of the size of
// the rows' space squared, or of its entries, is stored.

/// A sparse operator on the rows.
struct RowOperator: Sendable {
  /// c A_α, or c A_α⊗B_β.
  struct Term: Sendable {
    let strength: Double
    let factors: [(species: Int, matrix: SparseMatrix)]
  }

  /// The entries where the rows are of one species, sorted as the rows are; no rows else.
  let matrix: SparseMatrix
  /// The entries where the rows are of several species.
  let terms: [Term]

  /// On rows of several species.
  static func of(_ terms: [Term]) -> RowOperator {
    RowOperator(matrix: SparseMatrix(columns: 0, rows: []), terms: terms)
  }

  /// On rows of one species, in the given order.
  static func stored(_ matrix: SparseMatrix, order: [Int]) -> RowOperator {
    RowOperator(matrix: matrix.permuted(order), terms: [])
  }

  /// The most entries a row made up of terms can have.
  var maximumEntries: Int {
    terms.reduce(0) { sum, term in sum + term.factors.reduce(1) { $0 * $1.matrix.longestRow } }
  }
}

/// The states of several species as rows: their places in the order of the rows.
struct RowStates: Sendable {
  private let sizes: [Int]
  private let strides: [Int]
  private let order: [Int]
  private let places: [Int32]

  /// - Parameter order: sorted row → index, the last species fastest.
  init(sizes: [Int], order: [Int]) {
    self.sizes = sizes
    strides = sizes.indices.map { sizes[($0 + 1)...].reduce(1, *) }
    self.order = order
    var places = [Int32](repeating: 0, count: order.count)
    for (row, index) in order.enumerated() { places[index] = Int32(row) }
    self.places = places
  }

  /// Makes up the entries of an operator in a row; returns their number.
  func entries(
    of row: Int, _ terms: [RowOperator.Term], _ columns: UnsafeMutablePointer<Int32>,
    _ values: UnsafeMutablePointer<Double>
  ) -> Int {
    let index = order[row]
    var count = 0
    for term in terms {
      let (species, matrix) = term.factors[0]
      let own = index / strides[species] % sizes[species]
      for k in matrix.starts[own]..<matrix.starts[own + 1] {
        let moved = index + (Int(matrix.indices[k]) - own) * strides[species]
        let value = term.strength * matrix.values[k]
        guard term.factors.count > 1 else {
          columns[count] = places[moved]
          values[count] = value
          count += 1
          continue
        }
        let (other, second) = term.factors[1]
        let digit = index / strides[other] % sizes[other]
        for l in second.starts[digit]..<second.starts[digit + 1] {
          columns[count] = places[moved + (Int(second.indices[l]) - digit) * strides[other]]
          values[count] = value * second.values[l]
          count += 1
        }
      }
    }
    return count
  }
}

extension SparseMatrix {
  /// Entries of the longest row.
  var longestRow: Int { zip(starts, starts.dropFirst()).map { $1 - $0 }.max() ?? 0 }

  /// Rows and columns in another order: position → index.
  func permuted(_ order: [Int]) -> SparseMatrix {
    var position = [Int](repeating: 0, count: order.count)
    for (i, index) in order.enumerated() { position[index] = i }
    let rows = dictionaries
    return SparseMatrix(
      columns: columns,
      rows: order.map { index in
        Dictionary(uniqueKeysWithValues: rows[index].map { (position[$0.key], $0.value) })
      })
  }
}
