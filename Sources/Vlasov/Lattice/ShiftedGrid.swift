// Free transport on the ξ grid: the point p of a row reads from p + n (grid index g → g + n on each axis), which
// is the same linear shift for all points of a line that stay inside the window.

package import PhaseSpace

/// The ξ grid of a species seen through a shift by a mode.
package struct ShiftedGrid: Sendable {
  @usableFromInline package let perAxis: Int
  @usableFromInline package let dimension: Int
  @usableFromInline package let shift: ModeIndex
  /// The linear offset p → p + linearShift of points that stay inside.
  package let linearShift: Int

  package init(lattice: FourierLattice, species: Int, shift: ModeIndex) {
    perAxis = lattice.pointsPerAxis(species)
    dimension = lattice.dimension
    self.shift = shift
    var linear = 0
    for axis in 0..<dimension { linear = linear * perAxis + shift[axis] }
    linearShift = linear
  }

  /// Cuts a range of points into pieces of lines: `inside` gets (offset in the range, source index, count),
  /// `outside` gets (offset in the range, count) of the points whose source lies outside the window.
  @inlinable @inline(__always)
  package func forEachPiece(
    of range: Range<Int>, inside: (Int, Int, Int) -> Void, outside: (Int, Int) -> Void
  ) {
    if shift == .zero {
      inside(0, range.lowerBound, range.count)
      return
    }
    let last = shift[dimension - 1]
    var position = range.lowerBound
    while position < range.upperBound {
      let line = position / perAxis
      let start = position % perAxis
      let end = min(perAxis, start + range.upperBound - position)
      // [first, stop) of the line has its source inside the window.
      let first = lineStaysInside(line) ? min(end, max(start, -last)) : end
      let stop = max(first, min(end, perAxis - last))
      let at = position - range.lowerBound - start
      if first > start { outside(at + start, first - start) }
      if stop > first { inside(at + first, line * perAxis + first + linearShift, stop - first) }
      if end > stop { outside(at + stop, end - stop) }
      position += end - start
    }
  }

  /// Whether the leading axes of a line stay inside the window.
  @inlinable @inline(__always)
  func lineStaysInside(_ line: Int) -> Bool {
    var rest = line
    for axis in stride(from: dimension - 2, through: 0, by: -1) {
      let g = rest % perAxis + shift[axis]
      if g < 0 || g >= perAxis { return false }
      rest /= perAxis
    }
    return true
  }
}
