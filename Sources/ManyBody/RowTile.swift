// The three kernels of the matrix-free Hamiltonian. A tile holds four rows of complex numbers side by side:
// tile[c] = (Re r0, Im r0, …, Re r3, Im r3) at column c.

/// Kernels on four rows of Ψ at a time.
enum RowTile {
  /// tile[c] ← the four rows of `width` complex numbers that lie one after the other at `rows`.
  @inline(__always)
  static func interleave(
    _ rows: UnsafePointer<Double>, _ width: Int, into tile: UnsafeMutablePointer<SIMD8<Double>>
  ) {
    let a = rows
    let b = rows + 2 * width
    let c = rows + 4 * width
    let d = rows + 6 * width
    for i in 0..<width {
      let k = 2 * i
      tile[i] = SIMD8(a[k], a[k + 1], b[k], b[k + 1], c[k], c[k + 1], d[k], d[k + 1])
    }
  }

  /// The inverse of `interleave`.
  @inline(__always)
  static func deinterleave(
    _ tile: UnsafePointer<SIMD8<Double>>, _ width: Int, into rows: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<width {
      let t = tile[i]
      let k = 2 * i
      rows[k] = t[0]
      rows[k + 1] = t[1]
      rows[2 * width + k] = t[2]
      rows[2 * width + k + 1] = t[3]
      rows[4 * width + k] = t[4]
      rows[4 * width + k + 1] = t[5]
      rows[6 * width + k] = t[6]
      rows[6 * width + k + 1] = t[7]
    }
  }

  /// sum[c] += factor Σ_{c'} A_{cc'} tile[c'] for the rows c of A in `columns`; tile[0] is column `firstColumn`.
  @inline(__always)
  static func multiply(
    _ matrix: SparseMatrix, _ columns: Range<Int>, _ tile: UnsafePointer<SIMD8<Double>>, firstColumn: Int,
    _ factor: Double, into sum: UnsafeMutablePointer<SIMD8<Double>>
  ) {
    matrix.starts.withUnsafeBufferPointer { starts in
      matrix.indices.withUnsafeBufferPointer { indices in
        matrix.values.withUnsafeBufferPointer { values in
          let starts = starts.baseAddress!
          guard let indices = indices.baseAddress, let values = values.baseAddress else { return }
          let shifted = tile - firstColumn
          for c in columns {
            var acc = SIMD8<Double>.zero
            for k in starts[c]..<starts[c + 1] {
              acc += shifted[Int(indices[k])] * values[k]
            }
            sum[c - columns.lowerBound] += acc * factor
          }
        }
      }
    }
  }

  /// target += Σ_{i'} A_{row,i'} x_{i'} over rows of `length` Doubles that lie at x(i'); false when A's row is empty.
  @discardableResult
  @inline(__always)
  static func combine(
    _ matrix: SparseMatrix, _ row: Int, into target: UnsafeMutablePointer<Double>, _ length: Int,
    _ x: (Int) -> UnsafePointer<Double>
  ) -> Bool {
    let start = matrix.starts[row]
    let count = matrix.starts[row + 1] - start
    guard count > 0 else { return false }
    return matrix.indices.withUnsafeBufferPointer { indices in
      matrix.values.withUnsafeBufferPointer { values in
        combine(
          indices.baseAddress! + start, values.baseAddress! + start, count, into: target, length, x)
      }
    }
  }

  /// The same for entries by column and value; false when there are none.
  @discardableResult
  @inline(__always)
  static func combine(
    _ columns: UnsafePointer<Int32>, _ values: UnsafePointer<Double>, _ count: Int,
    into target: UnsafeMutablePointer<Double>, _ length: Int, _ x: (Int) -> UnsafePointer<Double>
  ) -> Bool {
    @inline(__always) func source(_ k: Int) -> UnsafePointer<Double> { x(Int(columns[k])) }
    var k = 0
    while k + 4 <= count {
      let (a, b, c, d) = (source(k), source(k + 1), source(k + 2), source(k + 3))
      let (u, v, w, z) = (values[k], values[k + 1], values[k + 2], values[k + 3])
      for i in 0..<length { target[i] += (u * a[i] + v * b[i]) + (w * c[i] + z * d[i]) }
      k += 4
    }
    while k < count {
      let a = source(k)
      let u = values[k]
      for i in 0..<length { target[i] += u * a[i] }
      k += 1
    }
    return count > 0
  }
}
