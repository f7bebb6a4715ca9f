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
      func descend(_ slot: Int, _ core: ComplexCore) {
        if slot == slots.count - 1 {
          basis[last].combine(core.real, core.imaginary, row: row.modes[slot], into: &values)
          values.withUnsafeBufferPointer { body(number, line, points, $0.baseAddress!) }
          line += 1
          return
        }
        for g in 0..<lattice.pointCount(slots[slot]) {
          let (x, y) = basis[slots[slot]].values(row: row.modes[slot], point: g)
          descend(slot + 1, contracted(core, x, y, slots[slot]))
        }
      }
      let zero = [Double](repeating: 0, count: slots.count == 1 ? core.count : 0)
      descend(0, ComplexCore(order: order, real: core, imaginary: zero))
    }
  }

  /// A core with one slot contracted with x + iy.
  func contracted(_ core: ComplexCore, _ x: [Double], _ y: [Double], _ species: Int) -> ComplexCore {
    var counts = core.order.counts
    counts[species] -= 1
    let order = MarginalOrder(counts)
    var result = ComplexCore(
      order: order, real: [Double](repeating: 0, count: shape.size(order)),
      imaginary: [Double](repeating: 0, count: shape.size(order)))
    shape.addContraction(of: core, with: (x, y), species, into: &result)
    return result
  }
}

/// The core of an order with complex coefficients; no imaginary parts where all are zero.
struct ComplexCore: Sendable {
  var order: MarginalOrder
  var real: [Double]
  var imaginary: [Double]
}

extension CoreShape {
  /// ∂_{x+iy} along a species, added.
  fileprivate func addContraction(
    of core: ComplexCore, with functional: (x: [Double], y: [Double]), _ species: Int,
    into target: inout ComplexCore
  ) {
    let sets = multisets[species]
    let count = target.order.counts[species]
    let (before, own, after) = strides(target.order, species)
    let (longer, r, isComplex) = (sets.counts[count + 1], sets.variables, !core.imaginary.isEmpty)
    core.real.withUnsafeBufferPointer { real in
      core.imaginary.withUnsafeBufferPointer { imaginary in
        target.real.withUnsafeMutableBufferPointer { u in
          target.imaginary.withUnsafeMutableBufferPointer { v in
            for head in 0..<before {
              for i in 0..<own {
                let to = (head * own + i) * after
                for b in 0..<r {
                  let gain = sets.gains[count][i * r + b]
                  let (x, y) = (gain * functional.x[b], gain * functional.y[b])
                  let from = (head * longer + Int(sets.next[count][i * r + b])) * after
                  for tail in 0..<after {
                    u[to + tail] += x * real[from + tail]
                    v[to + tail] += y * real[from + tail]
                  }
                  guard isComplex else { continue }
                  for tail in 0..<after {
                    u[to + tail] -= y * imaginary[from + tail]
                    v[to + tail] += x * imaginary[from + tail]
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

extension OrbitalFunctions {
  /// Re φ_a and Im φ_a at a site of any mode, for all a.
  func values(row: Int, point: Int) -> (real: [Double], imaginary: [Double]) {
    let (own, isMirrored, scale) = stored(row)
    let points = lattice.pointCount(species)
    let at = own * points + (isMirrored ? points - 1 - point : point)
    let (sign, length) = (isMirrored ? -scale : scale, length)
    return (
      (0..<count).map { scale * values[$0 * length + at] },
      (0..<count).map { sign * values[$0 * length + length / 2 + at] }
    )
  }

  /// Σ_a (x_a + iy_a) φ_a on the points of any mode: P reals, then P imaginary parts.
  func combine(_ x: [Double], _ y: [Double], row: Int, into target: inout [Double]) {
    let (points, half) = (lattice.pointCount(species), length / 2)
    let (own, isMirrored, scale) = stored(row)
    let sign = isMirrored ? -scale : scale
    let all: [Double] = self.values
    target.withUnsafeMutableBufferPointer { target in
      all.withUnsafeBufferPointer { values in
        let (u, v) = (target.baseAddress!, target.baseAddress! + points)
        for i in 0..<(2 * points) { u[i] = 0 }
        for a in 0..<(values.count / (2 * half)) {
          let real = values.baseAddress! + 2 * a * half + own * points
          let imaginary = real + half
          // Of u and v, what the stored real and imaginary parts count.
          let (one, other) = ((scale * x[a], scale * y[a]), (-sign * y[a], sign * x[a]))
          for g in 0..<points {
            u[g] += one.0 * real[g] + other.0 * imaginary[g]
            v[g] += one.1 * real[g] + other.1 * imaginary[g]
          }
        }
      }
    }
    guard isMirrored else { return }
    target[..<points].reverse()
    target[points...].reverse()
  }
}
