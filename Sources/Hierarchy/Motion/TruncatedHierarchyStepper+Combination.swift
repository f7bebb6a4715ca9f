// The linear combination of a stage on one line, at once after its right side is made.

import CLibraries
import Vlasov

extension TruncatedHierarchyStepper {
  /// Asks for the lines that `combine` will need.
  func prefetchTargets(_ lawson: LawsonStage, _ shape: UnsafePointer<RowGeometry>, line: Int) {
    let points = 2 * shape.pointee.points
    let at = shape.pointee.offset + points * line
    switch lawson {
    case .first:
      prefetch(sum + at, count: points)
      prefetch(stage + at, count: points)
    case .second:
      prefetch(sum + at, count: points)
      prefetch(stage + at, count: points)
      prefetch(state + at, count: points)
      prefetch(next + at, count: points)
    case .third:
      prefetch(sum + at, count: points)
      prefetch(state + at, count: points)
      prefetch(next + at, count: points)
    case .fourth:
      prefetch(sum + at, count: points)
      prefetch(state + at, count: points)
    }
  }

  /// The linear combinations of a stage on one line.
  @inline(__always)
  func combine(
    _ lawson: LawsonStage, _ shape: UnsafePointer<RowGeometry>, line: Int, from: Int,
    k: UnsafeMutablePointer<Double>
  ) {
    let h = step
    let points = shape.pointee.points
    let at = shape.pointee.offset + 2 * points * line
    let (a, b, w, n) = (sum + at, stage + at, state + at, next + at)
    switch lawson {
    case .first:
      shift(shape, line: from, of: state) { target, source, count, w in
        LawsonStage.first(a + target, b + target, from: w + source, k + source, count: count, step: h)
      } outside: { target, count in
        for i in target..<(target + count) {
          a[i] = 0
          b[i] = 0
        }
      }
    case .second: LawsonStage.second(a, b, w, n, k, count: 2 * points, step: h)
    case .third:
      // A is transported in place: its line is copied before it may be overwritten.
      let copy = k + 2 * points
      if from >= 0 { copy.update(from: sum + shape.pointee.offset + 2 * points * from, count: 2 * points) }
      shift(shape, line: from, of: state) { target, source, count, w in
        LawsonStage.third(
          a + target, n + target, from: copy + source, w + source, k + source, count: count, step: h)
      } outside: { target, count in
        for i in target..<(target + count) {
          a[i] = 0
          n[i] = 0
        }
      }
    case .fourth: LawsonStage.fourth(w, a, k, count: 2 * points, step: h)
    }
  }

  /// The pieces of a line and where they come from, real parts, then imaginary parts.
  @inline(__always)
  func shift(
    _ shape: UnsafePointer<RowGeometry>, line: Int, of buffer: UnsafeMutablePointer<Double>,
    inside: (Int, Int, Int, UnsafeMutablePointer<Double>) -> Void, outside: (Int, Int) -> Void
  ) {
    let points = shape.pointee.points
    guard line >= 0 else {
      outside(0, 2 * points)
      return
    }
    let from = buffer + shape.pointee.offset + 2 * points * line
    shape.pointee.grid.forEachPiece(of: 0..<points) { target, source, count in
      inside(target, source, count, from)
      inside(points + target, points + source, count, from)
    } outside: { target, count in
      outside(target, count)
      outside(points + target, count)
    }
  }
}
