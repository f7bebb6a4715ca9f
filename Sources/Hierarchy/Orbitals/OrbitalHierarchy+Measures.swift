// What `HierarchyWatch` looks at of shared orbitals: a marginal along one particle at a time,
//
//     (‖w^{o}(x, ·)‖₂ over the other particles)² = Σ_ab φ_a(x) φ_b(x) G^{o}_ab,
//
// at the edge of the window and in the highest modes against its largest value over all x.

import CLibraries
import Numerics
import PhaseSpace
import Vlasov

extension OrbitalHierarchy: WatchedHierarchy {
  /// Cost: r² times the sites of the edges and of the highest modes, for every marginal.
  func measures(at edges: WindowEdges, onlyCut: Bool) -> [TruncationMeasure] {
    let reach = model.potentials.highestMode
    return orders.enumerated().map { number, order in
      var measure = TruncationMeasure()
      for species in lattice.masses.indices where order.counts[species] > 0 {
        let gram = current.gram(number, order, species)
        // Those of −n are the same.
        for row in (lattice.modeCount / 2)..<lattice.modeCount {
          let norm = lattice.mode(at: row).maximumNorm
          let (isTop, isSlow) = (norm == lattice.modes, norm <= reach)
          guard isTop || isSlow || !onlyCut else { continue }
          let line = current.basis[species].lengths(gram, row: row)
          measure.add(
            line, points: lattice.pointCount(species), edge: isSlow ? edges.points[species] : [],
            isTop: isTop,
            onlyCut: onlyCut)
        }
      }
      return measure
    }
  }
}

extension OrbitalFunctions {
  /// (Σ_ab conj φ_a φ_b G_ab)^{1/2} over the points of any mode: P numbers, then P zeros.
  func lengths(_ gram: [Double], row: Int) -> [Double] {
    let (points, r, half) = (lattice.pointCount(species), count, length / 2)
    let (row, isMirrored, scale) = stored(row)
    var result = [Double](repeating: 0, count: 2 * points)
    var fields = [Double](repeating: 0, count: r * points)
    for part in 0..<2 {
      values.withUnsafeBufferPointer { values in
        let (own, length) = (values.baseAddress! + part * half + row * points, 2 * half)
        MatrixProduct.multiply(
          r, points, r, gram, stride: r, .plain, own, stride: length, .plain, into: &fields, stride: points)
        result.withUnsafeMutableBufferPointer { result in
          fields.withUnsafeBufferPointer { fields in
            for a in 0..<r {
              let (one, other) = (own + a * length, fields.baseAddress! + a * points)
              for g in 0..<points { result[g] += one[g] * other[g] }
            }
          }
        }
      }
    }
    for g in 0..<points { result[g] = scale * Double.greatest(0, result[g]).squareRoot() }
    if isMirrored { result[..<points].reverse() }
    return result
  }
}
