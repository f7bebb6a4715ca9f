internal import CArb

/// A matrix of balls that is applied to many vectors: at up to 128 bits in whole numbers of 118 bits (a sixth of the time of Arb's dot
/// products, which beyond that precision, and for entries ≥ 2, are taken instead).
public final class BallMatrix: @unchecked Sendable {
  /// Its shape.
  public let rows, columns: Int
  private let entries: BallVector
  private var fixed = fixed_matrix()
  private let isFixed: Bool

  /// - Parameter entries: row by row.
  public init(rows: Int, columns: Int, entries: BallVector) {
    precondition(entries.count == rows * columns, "a matrix has rows × columns entries")
    (self.rows, self.columns, self.entries) = (rows, columns, entries)
    isFixed = entries.precision <= 128 && fixed_matrix_init(&fixed, entries.balls, rows, columns) != 0
  }

  deinit { fixed_matrix_clear(&fixed) }

  /// result ← A x; everything where a number of x is not finite.
  public func apply(to x: BallVector, into result: BallVector, _ scratch: MatrixScratch) {
    if isFixed, fixed_matrix_apply(&fixed, result.balls, 1, x.balls, 1, scratch.numbers) != 0 { return }
    for r in 0..<rows { result.setDot(r, entries, from: r * columns, x, from: 0, count: columns) }
  }

  /// An upper bound of Σ_r w_r |(A x)_r| for weights ≥ 0.
  public func weightedMagnitudes(_ weights: [Double], of x: BallVector, _ scratch: MatrixScratch) -> Double {
    if isFixed { return fixed_matrix_weighted(&fixed, weights, x.balls, 1, scratch.numbers) }
    var sum = 0.0
    for r in 0..<rows where weights[r] != 0 {
      scratch.single(x.precision).setDot(0, entries, from: r * columns, x, from: 0, count: columns)
      sum += weights[r] * scratch.single(x.precision).magnitude(0)
    }
    return sum * (1 + 1e-12)
  }
}

/// Room for the products of one thread.
public final class MatrixScratch {
  let numbers: UnsafeMutablePointer<Int64>
  private var ball: BallVector?

  /// For matrices of this many columns.
  public init(columns: Int) { numbers = .allocate(capacity: 2 * max(1, columns)) }

  deinit { numbers.deallocate() }

  func single(_ precision: Int) -> BallVector {
    if let ball, ball.precision == precision { return ball }
    let new = BallVector(count: 1, precision: precision)
    ball = new
    return new
  }
}
