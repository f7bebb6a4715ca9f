// What a lattice cuts off: the window in ξ and the modes beyond n_max.
//
// A mode n drifts out of the window at the speed κn/m and is not missed, as long as nothing would have brought it back. Only the
// force does, which changes n by at most m_V, the highest mode of a potential: what stands at the edge in the modes |n| ≤ m_V is
// what could return, and what lies beyond it now was never there. Measured on runs with a window of three times the width (one
// and two species, attractive and repulsive, resolved and not), the error it makes in w is at most that large; with more modes,
// the error is at most as large as what stands in the highest ones.

package import PhaseSpace

/// The largest |w| of some rows, at the edge of the window in the modes that the force can turn round, and in the highest modes.
package struct TruncationMeasure {
  private var squaredLargest = 0.0
  private var squaredEdge = 0.0
  private var squaredTop = 0.0

  /// Nothing yet.
  package init() {}

  /// Up to where a figure counts as resolved: a thousandth of the largest |w|, what a curve shows. Budgets of single numbers are
  /// tighter, and are made from lattices that are refined.
  package static let limit = 1e-3

  /// Takes a line: P reals, then P imaginary parts.
  /// - Parameters:
  ///   - edge: the points of it at the edge of the window.
  ///   - isTop: whether a particle has a mode with |n| = n_max.
  package mutating func add(
    _ line: UnsafePointer<Double>, points: Int, edge: some Sequence<Int>, isTop: Bool
  ) {
    var largest = 0.0
    for i in 0..<points {
      let square = line[i] * line[i] + line[points + i] * line[points + i]
      // NaN stays.
      largest = square <= largest ? largest : square
    }
    squaredLargest = largest <= squaredLargest ? squaredLargest : largest
    if isTop { squaredTop = largest <= squaredTop ? squaredTop : largest }
    for i in edge {
      let square = line[i] * line[i] + line[points + i] * line[points + i]
      squaredEdge = square <= squaredEdge ? squaredEdge : square
    }
  }

  /// Edge over largest; 0 where all is zero.
  package var edge: Double { squaredEdge == 0 ? 0 : (squaredEdge / squaredLargest).squareRoot() }

  /// Highest modes over largest; 0 where all is zero.
  package var top: Double { squaredTop == 0 ? 0 : (squaredTop / squaredLargest).squareRoot() }
}

extension FourierLattice {
  /// The points of a ξ grid that have a component at the end of its axis.
  package func edge(_ species: Int) -> [Int] {
    (0..<pointCount(species)).filter { point(at: $0, species: species).maximumNorm == halfWidths[species] }
  }
}
