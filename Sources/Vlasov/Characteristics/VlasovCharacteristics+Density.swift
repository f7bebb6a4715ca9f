// m_t by characteristics run backwards through the recorded forces: m_t(q, p) = m_0(Φ_{−t}(q, p)), the exact inverse of the
// steps taken, so the error is that of the forces only. Cell means: sub-columns of a cell are cut into segments in p,
// whose ends are followed back; m_0 knows the mean over the segment between two ends. Nothing is ever binned.
//
// Cost: 2.5 ns a point and kick (two potential modes).

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
    let count = positions.count
    // Whole vectors: the last point is repeated.
    let padding = [Double](repeating: 0, count: (8 - count % 8) % 8)
    var (q, p) = (positions + padding, momenta + padding)
    q.withUnsafeMutableBufferPointer { q in
      p.withUnsafeMutableBufferPointer { p in
        guard let q = q.baseAddress, let p = p.baseAddress else { return }
        rewind(index, q, p, vectors: (count + 7) / 8)
      }
    }
    q.removeLast(padding.count)
    p.removeLast(padding.count)
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

  /// Runs whole vectors of points back to time zero, in place.
  private func rewind(
    _ index: Int, _ q: UnsafeMutablePointer<Double>, _ p: UnsafeMutablePointer<Double>, vectors: Int
  ) {
    let rate = 1 / masses[index]
    let modes = force.highestMode
    let (wavenumber, kicks, lastDrift) = (force.wavenumber, history.count, pendingDrift)
    let drifts = history.map(\.drift)
    let durations = history.map(\.duration)
    let amplitudes = history.flatMap { $0.amplitudes[index] }
    nonisolated(unsafe) let (q, p) = (UnsafeMutableRawPointer(q), UnsafeMutableRawPointer(p))
    workers.forEachRange(of: vectors, grain: max(1, 20_000 / max(1, kicks))) { range in
      drifts.withUnsafeBufferPointer { drifts in
        durations.withUnsafeBufferPointer { durations in
          amplitudes.withUnsafeBufferPointer { amplitudes in
            for j in range {
              var x = q.loadUnaligned(fromByteOffset: 64 * j, as: SIMD8<Double>.self)
              var y = p.loadUnaligned(fromByteOffset: 64 * j, as: SIMD8<Double>.self)
              x -= y * (rate * lastDrift)
              for kick in stride(from: kicks - 1, through: 0, by: -1) {
                if let base = amplitudes.baseAddress {
                  let (sine, cosine) = sineCosine(x * wavenumber)
                  y -= meanForce(base + kick * modes, modes, sine, cosine) * durations[kick]
                }
                x -= y * (rate * drifts[kick])
              }
              q.storeBytes(of: x, toByteOffset: 64 * j, as: SIMD8<Double>.self)
              p.storeBytes(of: y, toByteOffset: 64 * j, as: SIMD8<Double>.self)
            }
          }
        }
      }
    }
  }
}
