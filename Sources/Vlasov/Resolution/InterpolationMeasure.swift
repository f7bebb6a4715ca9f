// What interpolation leaves out where Δξ is chosen. Sixteen points carry a momentum p up to (pΔξ)¹⁶, fourteen up to (pΔξ)¹⁴: their
// difference half-way between two points, where it is largest, is the error of the latter and more than that of the former. Every step
// adds the largest one of any row, along every axis, over the largest |w|: free transport is made once a step, and what it leaves out
// comes with the force as well, in the share of z.

import CLibraries
package import PhaseSpace

/// Σ over the steps of max |w through sixteen points − w through fourteen| / max |w|.
package struct InterpolationMeasure {
  /// So far.
  var sum = 0.0

  /// What the figure is called.
  package static let name = "the error of interpolation in ξ"

  /// Weights of the difference.
  private static let weights = zip(
    LagrangeShift.weights(reach: 8, at: 0.5), [0] + LagrangeShift.weights(reach: 7, at: 0.5) + [0]
  ).map { $0 - $1 }

  /// Takes the step that is to come. Cost: 32 flops a number and axis.
  /// - Throws: what the ranks throw.
  mutating func step(_ flow: VlasovLattice) throws {
    let (rows, lattice) = (flow.field.rows, flow.lattice)
    var found: [Double] = []
    for species in flow.model.species.indices {
      let points = lattice.pointCount(species)
      for order in 0..<flow.orders {
        var (missed, largest) = (0.0, 0.0)
        for row in rows.computed {
          let line = flow.field.line(species: species, row: row, order: order)
          for i in 0..<(2 * points) { largest = .greatest(largest, line[i].magnitude) }
          for part in [line, line + points] {
            missed = .greatest(missed, Self.difference(part, lattice, species: species))
          }
        }
        found += [largest, missed]
      }
    }
    found = try rows.share.greatest(found)
    sum += stride(from: 0, to: found.count, by: 2).reduce(0) { worst, place in
      found[place + 1] == 0 ? worst : .greatest(worst, found[place + 1] / found[place])
    }
  }

  /// The largest difference along the axes of a particle's grid, of `lines` such grids one after another.
  package static func difference(
    _ values: UnsafePointer<Double>, _ lattice: FourierLattice, species: Int, lines: Int = 1
  ) -> Double {
    let perAxis = lattice.pointsPerAxis(species)
    var (largest, outer, inner) = (0.0, lines, lattice.pointCount(species))
    for _ in 0..<lattice.dimension {
      inner /= perAxis
      largest = .greatest(largest, difference(values, outer: outer, count: perAxis, inner: inner))
      outer *= perAxis
    }
    return largest
  }

  /// The largest difference on `outer` lines of `count` blocks of `inner` numbers; NaN, which says nothing, where a line has fewer than
  /// sixteen points.
  private static func difference(_ values: UnsafePointer<Double>, outer: Int, count perAxis: Int, inner: Int)
    -> Double
  {
    let weights = weights
    guard perAxis >= weights.count else { return .nan }
    var (largest, excess) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    var rest = 0.0
    let count = (perAxis - weights.count + 1) * inner
    for line in 0..<outer {
      let start = values + line * perAxis * inner
      var i = 0
      while i + 8 <= count {
        var sum = SIMD8<Double>.zero
        for k in 0..<weights.count { sum += eight(start + i + k * inner) * weights[k] }
        let square = sum * sum
        largest.replace(with: square, where: square .> largest)
        excess += square - square
        i += 8
      }
      while i < count {
        var sum = 0.0
        for k in 0..<weights.count { sum += start[i + k * inner] * weights[k] }
        rest = .greatest(rest, sum.magnitude)
        i += 1
      }
    }
    return excess == .zero ? .greatest(rest, largest.max().squareRoot()) : .nan
  }
}

@inline(__always)
private func eight(_ source: UnsafePointer<Double>) -> SIMD8<Double> {
  UnsafeRawPointer(source).loadUnaligned(as: SIMD8<Double>.self)
}
