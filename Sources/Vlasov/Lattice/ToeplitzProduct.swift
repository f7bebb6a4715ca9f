// The matrix product of the jets, C = T·X with T = [f-Toeplitz, g-Toeplitz, …] (L × 2L·pairs), every Toeplitz block
// strictly lower triangular, and X the stacked κU, κS (2L·pairs × width reals).
//
// A general dgemm multiplies the zeros of T as well and first packs X, of which each number is used only L times;
// this product keeps four rows of C in registers, reads eight columns of X from the first-level cache, and stops at the
// diagonal.

/// C ← T·X, row-major. Cost 2·L(L−1)·pairs·width flops (rounded up to blocks of four rows).
func toeplitzProduct(
  _ t: UnsafePointer<Double>, _ x: UnsafePointer<Double>, _ c: UnsafeMutablePointer<Double>, orders: Int,
  pairs: Int, width: Int
) {
  let inner = 2 * orders * pairs
  var column = 0
  // Columns outside, so that the eight columns of X stay in the first-level cache for all rows.
  while column + 8 <= width {
    var row = 0
    while row < orders {
      let count = min(4, orders - row)
      // Row j meets the columns a < j of every block.
      multiplyFourRows(
        t + row * inner, x + column, c + row * width + column, count: count, reach: row + count - 1,
        orders: orders, blocks: 2 * pairs, inner: inner, width: width)
      row += count
    }
    column += 8
  }
  while column < width {
    for j in 0..<orders {
      var sum = 0.0
      for block in 0..<(2 * pairs) {
        for a in 0..<j {
          sum += t[j * inner + block * orders + a] * x[(block * orders + a) * width + column]
        }
      }
      c[j * width + column] = sum
    }
    column += 1
  }
}

/// Up to four rows of C on eight columns.
@inline(__always)
private func multiplyFourRows(
  _ t: UnsafePointer<Double>, _ x: UnsafePointer<Double>, _ c: UnsafeMutablePointer<Double>, count: Int,
  reach: Int, orders: Int, blocks: Int, inner: Int, width: Int
) {
  var (s0, s1) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
  var (s2, s3) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
  // Rows beyond the last repeat it; their sums are not stored.
  let t0 = t
  let t1 = t + min(1, count - 1) * inner
  let t2 = t + min(2, count - 1) * inner
  let t3 = t + min(3, count - 1) * inner
  for block in 0..<blocks {
    let start = block * orders
    for a in start..<(start + reach) {
      let v = UnsafeRawPointer(x + a * width).loadUnaligned(as: SIMD8<Double>.self)
      s0 += v * t0[a]
      s1 += v * t1[a]
      s2 += v * t2[a]
      s3 += v * t3[a]
    }
  }
  let target = UnsafeMutableRawPointer(c)
  let line = 8 * width
  target.storeBytes(of: s0, as: SIMD8<Double>.self)
  if count > 1 { (target + line).storeBytes(of: s1, as: SIMD8<Double>.self) }
  if count > 2 { (target + 2 * line).storeBytes(of: s2, as: SIMD8<Double>.self) }
  if count > 3 { (target + 3 * line).storeBytes(of: s3, as: SIMD8<Double>.self) }
}
