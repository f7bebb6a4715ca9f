// How large a step of Lawson's RK4 is for the force, which acts on w(ξ, ·) as a product with a field in q:
//
//     z = Δt max_ξ Σ_m |F(m)| |κ_ħ(κm·ξ)|,   F^α(m) = Σ_β v_{αβ,m} ρ̂_β(−m).
//
// Its eigenvalues are imaginary: above z = 2√2 rounding errors grow from step to step; a step is in error by z⁵/120 of what it
// changes.

package import Interaction
import Numerics
package import PhaseSpace

/// z of a lattice.
package struct ForceStability {
  private let model: Model
  private let lattice: FourierLattice

  package init(model: Model, lattice: FourierLattice) {
    self.model = model
    self.lattice = lattice
  }

  /// Up to where a step counts as resolved: z⁵/120 = 3·10⁻⁴.
  package static let limit = 0.5

  /// z of a particle of species α.
  /// - Parameter density: ρ̂_β(m).
  package func mean(
    _ alpha: Int, density: (_ species: Int, _ mode: ModeIndex) -> Complex<Double>
  ) -> Double {
    lattice.timeStep
      * model.potentials.forceModes(of: alpha).reduce(0) { sum, mode in
        guard mode.maximumNorm <= lattice.modes else { return sum }
        let force = model.species.indices.reduce(Complex<Double>.zero) {
          $0 + density($1, mode).multiplied(by: model.potentials.coefficient(alpha, $1, mode: mode))
        }
        return sum + force.length * kernel(mode, extent(alpha))
      }
  }

  /// z of two particles that feel each other, at finite N: Δt/N Σ_m |v_m| |κ_ħ(κm·(ξ_1 − ξ_2))|.
  package func pair(_ alpha: Int, _ beta: Int) -> Double {
    guard let number = model.particleNumber else { return 0 }
    return lattice.timeStep / Double(number)
      * model.potentials.atoms(alpha, beta).reduce(0) {
        $0 + $1.coefficient.magnitude * kernel($1.mode, extent(alpha) + extent(beta))
      }
  }

  private func extent(_ species: Int) -> Double {
    Double(lattice.halfWidths[species]) * lattice.spacing(species)
  }

  /// The largest |κ_ħ(κm·ξ)| in a window.
  private func kernel(_ mode: ModeIndex, _ extent: Double) -> Double {
    let norm = (0..<lattice.dimension).reduce(0) { $0 + mode[$1].magnitude }
    return model.kernel.largest(upTo: lattice.kappa * Double(norm) * extent)
  }
}
