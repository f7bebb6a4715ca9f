// ∫∫ f² of a flow: what an unstable step gives away first.

import CLibraries
import PhaseSpace

extension VlasovLattice {
  /// ∫∫ f_α² dq dp = (2πΛ)^{−d} Σ_n ∫ |w(ξ,n)|² dξ, by Parseval, f_α of mass n_α. The flow keeps it (it moves f about), and so does the
  /// force on a lattice of finitely many modes; what leaves the window is lost. It grows only where a step is unstable.
  /// Cost: one pass.
  /// - Throws: what the ranks throw.
  package func squaredNorm(_ species: Int) throws -> Double {
    let rows = field.rows
    let count = 2 * lattice.pointCount(species)
    var parts: [Double] = []
    parts.reserveCapacity(rows.computed.count)
    for row in rows.computed {
      let line = field.line(species: species, row: row, order: 0)
      var (sums, i) = (SIMD8<Double>.zero, 0)
      while i + 8 <= count {
        let values = UnsafeRawPointer(line + i).loadUnaligned(as: SIMD8<Double>.self)
        sums += values * values
        i += 8
      }
      var sum = sums.sum()
      while i < count {
        sum += line[i] * line[i]
        i += 1
      }
      parts.append(rows.mode(ofRow: row)[0] == 0 ? sum : 2 * sum)
    }
    // Row by row in the order of the modes, whoever has them.
    let total = try rows.share.ranks.gather(parts).reduce(0, +)
    // (2πΛ)^{−d}, Λ = 2π/κ.
    let cell = lattice.spacing(species) * lattice.kappa / (4 * .pi * .pi)
    return total * Double.pow(cell, lattice.dimension)
  }

  /// The largest step for the force so far, z.
  package var largestForce: Double { watch.force }
}
