// The values of a marginal on the lines of full storage, contracted slot by slot: for comparisons with it, and where a marginal is
// small enough to be looked at everywhere.

import CLibraries
import PhaseSpace

extension OrbitalState {
  /// Calls `body` with (row, line, P, the values on the line) for every line of an order's rows, as `ProductTables.forEachLine` does.
  /// Cost: r numbers a value, and r^k once for each place of the particles before the last.
  func forEachLine(
    of layout: TruncatedHierarchyLayout, order wanted: Int, core: [Double],
    _ body: (Int, Int, Int, UnsafePointer<Double>) -> Void
  ) {
    let order = layout.orders[wanted]
    let slots = order.slots
    let last = slots[slots.count - 1]
    let lattice = layout.lattice
    let points = lattice.pointCount(last)
    var values = [Double](repeating: 0, count: 2 * points)
    for (number, row) in layout.rows.enumerated() where row.order == wanted {
      var line = 0
      func descend(_ slot: Int, _ order: MarginalOrder, _ real: [Double], _ imaginary: [Double]) {
        if slot == slots.count - 1 {
          basis[last].combine(real, imaginary, row: row.modes[slot], into: &values)
          values.withUnsafeBufferPointer { body(number, line, points, $0.baseAddress!) }
          line += 1
          return
        }
        var counts = order.counts
        counts[slots[slot]] -= 1
        let rest = MarginalOrder(counts)
        for g in 0..<lattice.pointCount(slots[slot]) {
          let (x, y) = basis[slots[slot]].values(row: row.modes[slot], point: g)
          let (u, v) = contracted(real, imaginary, x, y, slots[slot], rest)
          descend(slot + 1, rest, u, v)
        }
      }
      descend(0, order, core, [Double](repeating: 0, count: core.count))
    }
  }

  /// A complex core with one slot contracted with x + iy.
  func contracted(
    _ real: [Double], _ imaginary: [Double], _ x: [Double], _ y: [Double], _ species: Int,
    _ order: MarginalOrder
  ) -> (real: [Double], imaginary: [Double]) {
    let size = shape.size(order)
    var (u, v) = ([Double](repeating: 0, count: size), [Double](repeating: 0, count: size))
    shape.addContraction(of: real, with: x, species, to: order, factor: 1, into: &u)
    shape.addContraction(of: imaginary, with: y, species, to: order, factor: -1, into: &u)
    shape.addContraction(of: real, with: y, species, to: order, factor: 1, into: &v)
    shape.addContraction(of: imaginary, with: x, species, to: order, factor: 1, into: &v)
    return (u, v)
  }
}

extension OrbitalFunctions {
  /// Re φ_a and Im φ_a at a site, for all a.
  func values(row: Int, point: Int) -> (real: [Double], imaginary: [Double]) {
    let at = row * lattice.pointCount(species) + point
    return (
      (0..<count).map { values[$0 * length + at] }, (0..<count).map { values[$0 * length + length / 2 + at] }
    )
  }

  /// Σ_a (x_a + iy_a) φ_a on the points of a mode: P reals, then P imaginary parts.
  func combine(_ x: [Double], _ y: [Double], row: Int, into target: inout [Double]) {
    let (points, half) = (lattice.pointCount(species), length / 2)
    for i in target.indices { target[i] = 0 }
    for a in 0..<count {
      let start = a * length + row * points
      for g in 0..<points {
        let (u, v) = (values[start + g], values[start + half + g])
        target[g] += x[a] * u - y[a] * v
        target[points + g] += x[a] * v + y[a] * u
      }
    }
  }
}
