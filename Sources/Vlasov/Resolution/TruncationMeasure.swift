// What a lattice cuts off: the window in ξ and the modes beyond n_max.
//
// A mode n drifts out of the window at the speed κn/m and is not missed, as long as nothing would have brought it back. Only the
// force does, which changes n by at most m_V, the highest mode of a potential: what stands at the edge in the modes |n| ≤ m_V is
// what could return. In a step it takes the share z (ForceStability.swift) of it at most. So what is missing inside by t is no
// more than
//
//     min(Σ_s z(s) edge(s), max_s edge(s)),
//
// the sum over all steps before t; and likewise with what stands in the highest modes, which the force takes beyond n_max. What
// stood there counts, not only what does: it leaves, and the error stays. Measured against characteristics (random flows,
// attractive and repulsive, resolved and not), the error in w is at most as large as these together with the data that drift in
// (DataOnLattice.swift).

package import PhaseSpace

/// The largest |w| of some rows, at the edge of the window in the modes that the force can turn round, and in the highest modes.
package struct TruncationMeasure: Sendable {
  private var squaredLargest = 0.0
  private var squaredEdge = 0.0
  private var squaredTop = 0.0

  /// Nothing yet.
  package init() {}

  /// Up to where a figure counts as resolved: a thousandth of the largest |w|, what a curve shows. Budgets of single numbers are
  /// tighter, and are made from lattices that are refined.
  package static let limit = 1e-3

  /// What the figures of the edge and of the highest modes are called.
  package static let (edgeName, topName) = ("|w| at the edge of the ξ window", "|w| of the highest modes")

  /// Takes a line: P reals, then P imaginary parts.
  /// - Parameters:
  ///   - edge: the points of it at the edge of the window.
  ///   - isTop: whether a particle has a mode with |n| = n_max.
  ///   - onlyCut: whether its largest |w| may be left out where it is none of the highest modes.
  package mutating func add(
    _ line: UnsafePointer<Double>, points: Int, edge: some Sequence<Int>, isTop: Bool, onlyCut: Bool = false
  ) {
    if isTop || !onlyCut {
      let largest = largestSquare(line, points)
      if !onlyCut { squaredLargest = .greatest(squaredLargest, largest) }
      if isTop { squaredTop = .greatest(squaredTop, largest) }
    }
    for i in edge {
      squaredEdge = .greatest(squaredEdge, line[i] * line[i] + line[points + i] * line[points + i])
    }
  }

  /// Takes what another one has taken.
  package mutating func merge(_ other: TruncationMeasure) {
    squaredLargest = .greatest(squaredLargest, other.squaredLargest)
    squaredEdge = .greatest(squaredEdge, other.squaredEdge)
    squaredTop = .greatest(squaredTop, other.squaredTop)
  }

  /// The squares, and a measure of them: for ranks that look at different rows.
  var squares: [Double] { [squaredLargest, squaredEdge, squaredTop] }
  init(squares: some Sequence<Double>) {
    let numbers = Array(squares)
    (squaredLargest, squaredEdge, squaredTop) = (numbers[0], numbers[1], numbers[2])
  }

  /// max |w|
  package var largest: Double { squaredLargest.squareRoot() }
  /// |w| at the edge.
  package var edge: Double { squaredEdge.squareRoot() }
  /// |w| in the highest modes.
  package var top: Double { squaredTop.squareRoot() }
}

/// What a lattice has cut off on its way, of one order of one species or of one marginal.
package struct TruncationHistory: Sendable {
  /// max |w| so far.
  package private(set) var largest = 0.0
  private var greatestEdge = 0.0
  private var takenFromEdge = 0.0
  private var greatestTop = 0.0
  private var takenFromTop = 0.0

  /// At the start.
  package init() {}

  /// Takes what there is now.
  package mutating func look(at now: TruncationMeasure) {
    largest = .greatest(largest, now.largest)
    greatestEdge = .greatest(greatestEdge, now.edge)
    greatestTop = .greatest(greatestTop, now.top)
  }

  /// Takes what the force takes from there in the steps that follow.
  /// - Parameter force: z of these steps together.
  package mutating func take(from now: TruncationMeasure, force: Double) {
    takenFromEdge += force * now.edge
    takenFromTop += force * now.top
  }

  /// What is missing from beyond the window, and from beyond the modes.
  package var edge: Double { .least(greatestEdge, takenFromEdge) }
  package var top: Double { .least(greatestTop, takenFromTop) }

  /// The same over max |w|; 0 where all is zero.
  package var relativeEdge: Double { edge == 0 ? 0 : edge / largest }
  package var relativeTop: Double { top == 0 ? 0 : top / largest }

  /// The numbers to be saved: finite (a NaN or an infinity as the largest Double).
  package var saved: [Double] {
    [largest, greatestEdge, takenFromEdge, greatestTop, takenFromTop].map {
      $0.isFinite ? $0 : .greatestFiniteMagnitude
    }
  }

  /// How many these are.
  package static let savedCount = 5

  /// What was saved.
  package init(saved: some Sequence<Double>) {
    let numbers = Array(saved)
    (largest, greatestEdge, takenFromEdge) = (numbers[0], numbers[1], numbers[2])
    (greatestTop, takenFromTop) = (numbers[3], numbers[4])
  }
}

/// max |w|² of a line; NaN where a value is not finite.
private func largestSquare(_ line: UnsafePointer<Double>, _ points: Int) -> Double {
  var (best, excess) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
  var i = 0
  while i + 8 <= points {
    let (x, y) = (eight(line + i), eight(line + points + i))
    let square = x * x + y * y
    best.replace(with: square, where: square .> best)
    excess += square - square
    i += 8
  }
  var largest = excess == .zero ? best.max() : .nan
  while i < points {
    largest = .greatest(largest, line[i] * line[i] + line[points + i] * line[points + i])
    i += 1
  }
  return largest
}

@inline(__always)
private func eight(_ source: UnsafePointer<Double>) -> SIMD8<Double> {
  UnsafeRawPointer(source).loadUnaligned(as: SIMD8<Double>.self)
}

extension FourierLattice {
  /// The points whose |g_i| reaches what free flight at `modes` modes takes out of a window in a step; those at its end where shifts
  /// are whole. What the force does there in a step is not kept (Extrapolation.swift).
  package func edge(_ species: Int, modes: Int) -> [Int] {
    guard !hasWholeShifts else { return edge(species) }
    let flight = kappa * Double(modes) * timeStep / (masses[species] * spacing(species))
    let first = max(0, halfWidths[species] - Int(Double.least(1e9, flight.rounded(.up))))
    return (0..<pointCount(species)).filter { point(at: $0, species: species).maximumNorm >= first }
  }

  /// The points of a ξ grid that have a component at the end of its axis.
  package func edge(_ species: Int) -> [Int] {
    (0..<pointCount(species)).filter { point(at: $0, species: species).maximumNorm == halfWidths[species] }
  }
}
