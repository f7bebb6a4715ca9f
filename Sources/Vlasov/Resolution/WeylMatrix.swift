// Whether a function is that of a quantum state of one particle.
//
// On the torus w(ξ,κn) = Tr γ e^{i(ξ·p̂ + κn·q̂)}, with e^{i(ξ·p̂ + κn·q̂)}|k⟩ = e^{iξ·ħκ(k + n/2)}|k + n⟩, shifts momenta by ħκn: in
// fibres of momenta p_k = p_0 + ħκk, k ∈ Z^d, one for every p_0,
//
//     γ_{kl} = ŵ_{l−k}((p_k + p_l)/2),     ŵ_n(p) ∝ Σ_g w(ξ_g,κn) e^{−iξ_g·p},
//
// up to a factor, and w is that of a state when this Weyl matrix has no negative eigenvalue for any p_0: then no section of
// neighbouring momenta has one. The sums over the points ξ_g of a grid are averages of γ over displacements of its momenta (by the
// periods 2π/Δξ), and so are sums with Fejér's weights Π_i (1 − |g_i|/(G + 1)), and 1 − |n|/(n_max + 1) in the modes, where w is
// cut off (by Fejér's kernel, which is nonnegative). A displaced state is a state: so a negative eigenvalue is none of the grid's or
// the cut-off's, and is a proof that w is none. Not every w that is no state is found: what is negative on less than 1/ξ_max in
// momentum, or on more momenta than a section has, is not.

import CLibraries
import Numerics

/// Sections of the Weyl matrix of a function w(ξ,κn), by their eigenvalues.
package struct WeylMatrix {
  /// −λ_min/λ_max of a section, the largest of all; 0 where no eigenvalue is negative.
  package private(set) var negativePart = 0.0
  /// The least and the greatest eigenvalue of all sections.
  private var range = (least: Double.infinity, greatest: 0.0)

  /// λ_min/λ_max, each of all sections: what is negative against the largest weight anywhere.
  package var least: Double { range.least / range.greatest }

  /// Without a section.
  init() {}

  /// Adds a section of so many momenta, from its elements k ≤ l ≤ k + reach, the others zero.
  ///
  /// Cost: 9·order³ flops.
  /// - Throws: `NumericalFailure` when the eigenvalues do not converge.
  mutating func add(order: Int, reach: Int = .max, element: (_ k: Int, _ l: Int) -> Complex<Double>) throws {
    var matrix = [Complex<Double>](repeating: .zero, count: order * order)
    for k in 0..<order {
      for l in k...min(order - 1, reach < order ? k + reach : order - 1) {
        matrix[k * order + l] = element(k, l)
        matrix[l * order + k] = matrix[k * order + l].conjugate
      }
    }
    let values = try HermitianEigenproblem.values(matrix, order: order)
    guard let least = values.first, let greatest = values.last else { return }
    range = (.least(range.least, least), .greatest(range.greatest, greatest))
    negativePart = .greatest(negativePart, least < 0 ? -least / Double.greatest(greatest, -least) : 0)
  }
}
