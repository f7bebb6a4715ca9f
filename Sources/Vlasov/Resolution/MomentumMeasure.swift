// Momenta that the ξ grid does not tell from others. A momentum p is a factor e^{iξ·p} of w(ξ,0); at the spacing h = m_V Δξ (see
// DataOnLattice.swift) the difference of order 2k along an axis,
//
//     4^{−k} Σ_j (−1)^j C(2k,j) w(ξ + (j − k)h, 0),
//
// multiplies it with sin^{2k}(ph/2): nothing of the small ones, all of those at π/h. Beyond π/h they would pass for small ones;
// but the force takes them there continuously, and they are seen on their way. k = 5: 10⁻³ where ph = 1.05.

package import Numerics
package import PhaseSpace

/// The difference of w(ξ,0) along the axes through ξ = 0, per species.
package struct MomentumMeasure: Sendable {
  private let lattice: FourierLattice
  private let reach: Int
  /// The largest so far, over the mass.
  package var largest = 0.0

  /// - Parameter reach: m_V, or 1 where the modes do not move against each other in a stage.
  package init(_ lattice: FourierLattice, reach: Int) {
    self.lattice = lattice
    self.reach = max(1, reach)
  }

  /// Looks at w(ξ,0) of a species, of this mass. A window with fewer than three points of spacing h says nothing: NaN.
  ///
  /// Cost: 11 values a point of the axes.
  package mutating func add(
    species: Int, mass: Double, value: (_ point: ModeIndex) -> Complex<Double>
  ) {
    let half = lattice.halfWidths[species]
    let k = min(5, half / reach)
    guard k > 0 else {
      largest = .nan
      return
    }
    var weights = [1.0]
    for j in 0..<(2 * k) { weights.append(-weights[j] * Double(2 * k - j) / Double(j + 1)) }
    let scale = 1 / (Double.pow(4, k) * mass)
    for axis in 0..<lattice.dimension {
      let line = (-half...half).map { place in
        var point = ModeIndex.zero
        point[axis] = place
        return value(point)
      }
      for centre in (k * reach)..<(line.count - k * reach) {
        var sum = Complex<Double>.zero
        for (j, weight) in weights.enumerated() {
          sum += line[centre + (j - k) * reach].multiplied(by: weight)
        }
        largest = .greatest(largest, sum.length * scale)
      }
    }
  }
}
