// k(·) = Σ_j S_j · table_j(·) · line_j(·) over one line of P complex numbers, the innermost loop of the truncated hierarchy.
// Sixteen columns at a time stay in registers while all lines go by, so that k is written once: 2 loads of a line for 4
// fused multiply–adds.

/// One term: (x, y) ↦ (a x + b y, c x + d y), that is S · (x + iσy) with a = Re S, b = −σ Im S, c = Im S, d = σ Re S.
struct LineTerm {
  var a = 0.0
  var b = 0.0
  var c = 0.0
  var d = 0.0
  var real: UnsafePointer<Double>
  var imaginary: UnsafePointer<Double>
  /// Over the columns; nil for 1.
  var table: UnsafePointer<Double>?
  /// Where a line that was gathered stands in the state.
  var gatheredFrom: UnsafePointer<Double>?
}

/// k ← Σ terms, P reals, then P imaginary parts. Terms without a table come first.
@inline(never)
func combineLines(
  _ terms: UnsafePointer<LineTerm>, plain: Int, count: Int, points: Int, into k: UnsafeMutablePointer<Double>
) {
  typealias Columns = SIMD8<Double>
  let width = 2 * Columns.scalarCount
  guard points >= width else {
    for i in 0..<points {
      var (x, y) = (0.0, 0.0)
      for j in 0..<count {
        let term = terms[j]
        let factor = term.table.map { $0[i] } ?? 1
        let (u, v) = (factor * term.real[i], factor * term.imaginary[i])
        x += term.a * u + term.b * v
        y += term.c * u + term.d * v
      }
      k[i] = x
      k[points + i] = y
    }
    return
  }
  @inline(__always)
  func load(_ pointer: UnsafePointer<Double>, _ i: Int) -> Columns {
    UnsafeRawPointer(pointer + i).loadUnaligned(as: Columns.self)
  }
  @inline(__always)
  func store(_ value: Columns, _ i: Int) {
    UnsafeMutableRawPointer(k + i).storeBytes(of: value, as: Columns.self)
  }
  let half = Columns.scalarCount
  var i = 0
  while true {
    var (x0, y0, x1, y1) = (Columns.zero, Columns.zero, Columns.zero, Columns.zero)
    for j in 0..<plain {
      let term = terms + j
      let (a, b, c, d) = (term.pointee.a, term.pointee.b, term.pointee.c, term.pointee.d)
      let (real, imaginary) = (term.pointee.real, term.pointee.imaginary)
      let (u0, v0) = (load(real, i), load(imaginary, i))
      let (u1, v1) = (load(real, i + half), load(imaginary, i + half))
      x0.addProduct(u0, a)
      x1.addProduct(u1, a)
      y0.addProduct(u0, c)
      y1.addProduct(u1, c)
      x0.addProduct(v0, b)
      x1.addProduct(v1, b)
      y0.addProduct(v0, d)
      y1.addProduct(v1, d)
    }
    for j in plain..<count {
      let term = terms + j
      let (a, b, c, d) = (term.pointee.a, term.pointee.b, term.pointee.c, term.pointee.d)
      let (real, imaginary) = (term.pointee.real, term.pointee.imaginary)
      guard let table = term.pointee.table else { continue }
      let (t0, t1) = (load(table, i), load(table, i + half))
      let (u0, v0) = (t0 * load(real, i), t0 * load(imaginary, i))
      let (u1, v1) = (t1 * load(real, i + half), t1 * load(imaginary, i + half))
      x0.addProduct(u0, a)
      x1.addProduct(u1, a)
      y0.addProduct(u0, c)
      y1.addProduct(u1, c)
      x0.addProduct(v0, b)
      x1.addProduct(v1, b)
      y0.addProduct(v0, d)
      y1.addProduct(v1, d)
    }
    store(x0, i)
    store(x1, i + half)
    store(y0, points + i)
    store(y1, points + i + half)
    guard i + width < points else { return }
    // The last block overlaps the one before.
    i = min(i + width, points - width)
  }
}
