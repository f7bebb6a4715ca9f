// m_t by characteristics run backwards through the recorded field: m_t(q, p) = m_0(Φ_{−t}(q, p)). Points go in blocks, each in steps of
// its own, of as many orders as they need: the error of a step is 10^{−13} of the largest momentum and of 1/κ at most. Cell means:
// sub-columns of a cell are cut into segments in p, whose ends are followed back; m_0 knows the mean over the segment between two
// ends. Nothing is ever binned.

import CLibraries
public import PhaseSpace

extension VlasovCharacteristics {
  /// The points of phase space from which particles of one species reach (positions, momenta) now.
  public func origins(_ index: Int, positions: [Double], momenta: [Double]) throws -> (
    positions: [Double], momenta: [Double]
  ) {
    guard positions.count == momenta.count else {
      throw ArgumentError("points", expected: "\(positions.count) momenta", got: "\(momenta.count)")
    }
    guard (positions + momenta).allSatisfy(\.isFinite) else {
      throw ArgumentError("points", expected: "finite numbers", got: "others")
    }
    var (q, p) = (positions, momenta)
    q.withUnsafeMutableBufferPointer { q in
      p.withUnsafeMutableBufferPointer { p in
        guard let q = q.baseAddress, let p = p.baseAddress else { return }
        rewind(index, q, p, count: positions.count)
      }
    }
    guard q.allSatisfy(\.isFinite) else {
      throw NumericalFailure(in: "characteristics run backwards", "a point that no step is short enough for")
    }
    return (q, p)
  }

  /// m_t at points.
  public func density(_ index: Int, positions: [Double], momenta: [Double]) throws -> [Double] {
    let origin = try origins(index, positions: positions, momenta: momenta)
    let initial = densities[index]
    return zip(origin.positions, origin.momenta).map(initial.density)
  }

  /// The means of m_t over the cells of a grid.
  ///
  /// - Parameter columns, segments: sub-columns in q and segments in p a cell is cut into.
  public func cellMeans(_ index: Int, on grid: PhaseSpaceGrid, columns: Int = 4, segments: Int = 4) throws
    -> VlasovCellMeans
  {
    guard columns > 0, segments > 0, let rows = Memory.product(grid.momenta, segments),
      let points = Memory.product(grid.positions, columns, rows + 1)
    else {
      throw ArgumentError(
        "refinement", expected: "positive numbers of columns and segments", got: "\(columns), \(segments)")
    }
    try Memory.require(
      Self.meansBytes(on: grid, columns: columns, segments: segments),
      for: "\(points) characteristics run backwards")
    var (q, p) = ([Double](), [Double]())
    q.reserveCapacity(points)
    p.reserveCapacity(points)
    let (dq, dp) = (grid.positionStep / Double(columns), grid.momentumStep / Double(segments))
    for i in 0..<(grid.positions * columns) {
      for k in 0...rows {
        q.append((Double(i) + 0.5) * dq)
        p.append(grid.momentumRange.lowerBound + Double(k) * dp)
      }
    }
    let origin = try origins(index, positions: q, momenta: p)
    let initial = densities[index]
    let share = 1 / Double(columns * segments)
    var means = [Double](repeating: 0, count: grid.positions * grid.momenta)
    for i in 0..<(grid.positions * columns) {
      for k in 0..<rows {
        let a = i * (rows + 1) + k
        means[i / columns * grid.momenta + k / segments] +=
          share
          * initial.mean(
            from: (origin.positions[a], origin.momenta[a]),
            to: (origin.positions[a + 1], origin.momenta[a + 1]))
      }
    }
    return VlasovCellMeans(grid: grid, values: means)
  }

  /// Bytes while the means over cells are taken: the corners, their origins, the means; nil where they overflow.
  public static func meansBytes(on grid: PhaseSpaceGrid, columns: Int, segments: Int) -> Int? {
    let rows = Memory.sum(Memory.product(grid.momenta, segments), 1)
    return Memory.sum(
      Memory.product(grid.positions, columns, rows, 4 * 8), Memory.product(grid.positions, grid.momenta, 8))
  }

  /// What the last terms of a step backwards are at most.
  private static let originTolerance = 1e-13

  /// Runs points back to time zero, in place; NaN where that takes too many steps.
  private func rewind(
    _ index: Int, _ q: UnsafeMutablePointer<Double>, _ p: UnsafeMutablePointer<Double>, count: Int
  ) {
    let block = NodeSeries.block
    let (history, field, mass) = (history, field, masses[index])
    nonisolated(unsafe) let (q, p) = (q, p)
    workers.forEachRange(of: (count + block - 1) / block, grain: max(1, 64 / max(1, history.count))) {
      range in
      let ones = [Double](repeating: 1, count: block)
      let points = TaylorNodes(
        PhaseSpaceQuadrature(positions: ones, momenta: ones, weights: ones), mass: mass, order: Self.order,
        field: field, workers: Workers(threads: 1))
      for number in range {
        let first = number * block
        // The last point is repeated.
        for i in 0..<block {
          points.positions[i] = q[min(first + i, count - 1)]
          points.momenta[i] = p[min(first + i, count - 1)]
        }
        for piece in history.reversed() { Self.rewind(points, index, through: piece) }
        for i in 0..<min(block, count - first) {
          q[first + i] = points.positions[i]
          p[first + i] = points.momenta[i]
        }
      }
    }
  }

  /// From the end of a piece to its start.
  private static func rewind(_ points: TaylorNodes, _ index: Int, through piece: FieldPiece) {
    var place = piece.length
    let scale = piece.scales[index]
    while place > 0 {
      let (a, b) = piece.about(place, index, orders: order)
      points.begin()
      var last = 0
      for k in 0..<order {
        _ = points.series.densities(order: k)
        points.extend(k, a, b)
        last = k + 1
        if last > 2, points.term(last, at: place, scale: scale) < originTolerance,
          points.term(last - 1, at: place, scale: scale) < originTolerance
        {
          break
        }
      }
      let allowed =
        last < order ? place : points.allowedStep(tolerance: originTolerance, scale: scale)
      guard allowed > 1e-9 * piece.length else {
        for i in points.positions.indices { points.positions[i] = .nan }
        return
      }
      // A remainder of roundings is no step.
      let step = allowed * (1 + 1e-9) >= place ? place : allowed
      points.move(-step, through: last)
      place -= step
    }
  }
}
