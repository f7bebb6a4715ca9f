// The rows of a flow at the sites of another lattice: every so many points where these are among the flow's own, else the polynomial
// through the sixteen nearest of each axis, one axis after the other.

import CLibraries
import Numerics
import PhaseSpace

/// Which points of a flow's lattice make those of another one.
struct SampledRows {
  private let fine: FourierLattice
  private let coarse: FourierLattice
  /// Every so many points, of all species; nil where they are interpolated.
  private let stride: Int?
  /// Per species and point of an axis of the other lattice: the first of its points, and their weights.
  private let axes: [[(first: Int, weights: [Double])]]

  /// - Parameter stride: every so many points; nil where it is not known that the sites are shared.
  init(of fine: FourierLattice, on coarse: FourierLattice, stride: Int?) {
    (self.fine, self.coarse, self.stride) = (fine, coarse, stride)
    axes =
      stride != nil
      ? []
      : coarse.masses.indices.map { species in
        let half = fine.halfWidths[species]
        return (-coarse.halfWidths[species]...coarse.halfWidths[species]).map { g in
          let position = Double(g) * coarse.spacing(species) / fine.spacing(species)
          let (start, weights) = VlasovLattice.lagrange(position, nodes: 16, half: half)
          return (start + half, weights)
        }
      }
  }

  /// A row of a mode: the reals of all points of the other lattice, then the imaginary parts.
  func row(_ flow: VlasovLattice, species: Int, mode: ModeIndex) -> [Double] {
    let lattice = stride == nil ? fine : coarse
    let points = lattice.pointCount(species)
    var line = [Double](repeating: 0, count: 2 * points)
    for place in 0..<points {
      let value = flow.gridValue(
        species: species, order: 0, mode: mode,
        point: lattice.point(at: place, species: species) &* (stride ?? 1))
      (line[place], line[points + place]) = (value.real, value.imaginary)
    }
    return stride == nil ? interpolated(line, species) : line
  }

  /// Real and imaginary parts along all axes.
  private func interpolated(_ line: [Double], _ species: Int) -> [Double] {
    let (from, to) = (fine.pointsPerAxis(species), coarse.pointsPerAxis(species))
    var (values, outer, inner) = (line, 2, fine.pointCount(species))
    for _ in 0..<fine.dimension {
      inner /= from
      var next = [Double](repeating: 0, count: outer * to * inner)
      for block in 0..<outer {
        for (g, (first, weights)) in axes[species].enumerated() {
          let target = (block * to + g) * inner
          for (k, weight) in weights.enumerated() {
            let source = (block * from + first + k) * inner
            for i in 0..<inner { next[target + i] += weight * values[source + i] }
          }
        }
      }
      (values, outer) = (next, outer * to)
    }
    return values
  }
}
