// How large a step of Lawson's RK4 is for the force, which acts on w(ξ, ·) as a product with a field in q:
//
//     z = Δt max_ξ Σ_m |F(m)| |κ_ħ(κm·ξ)|,   F^α(m) = u_{α,m} + Σ_β v_{αβ,m} ρ̂_β(−m).
//
// Its eigenvalues are imaginary: above z = 2√2 rounding errors grow from step to step; a step is in error by z⁵/120 of what it
// changes.

import CLibraries
package import Interaction
import Numerics
package import PhaseSpace

/// z of a lattice.
package struct ForceStability: Sendable {
  private let model: Model
  private let lattice: FourierLattice
  /// Per species the modes that exert a force, with v_{αβ,m} per β, u_{α,m} and the largest |κ_ħ|.
  private let terms: [[(mode: ModeIndex, coefficients: [Double], external: Double, kernel: Double)]]

  package init(model: Model, lattice: FourierLattice) {
    self.model = model
    self.lattice = lattice
    terms = model.species.indices.map { alpha in
      let extent = lattice.extent(alpha)
      return model.potentials.forceModes(of: alpha).filter { $0.maximumNorm <= lattice.modes }.map { mode in
        let coefficients = model.species.indices.map { model.potentials.coefficient(alpha, $0, mode: mode) }
        let external = model.potentials.externalCoefficient(alpha, mode: mode)
        return (mode, coefficients, external, Self.kernel(mode, extent, model, lattice))
      }
    }
  }

  /// All modes that exert a force.
  package var modes: Set<ModeIndex> { Set(terms.joined().map(\.mode)) }

  /// Up to where a step counts as resolved: z⁵/120 = 3·10⁻⁴.
  package static let limit = 0.5

  /// Up to where a step of the extrapolated midpoint rule counts as stable: below its 3.39 on the imaginary axis.
  package static let extrapolatedLimit = 3.0

  /// z of a particle of species α. Cost: modes × species.
  /// - Parameter density: ρ̂_β(m).
  package func mean(
    _ alpha: Int, density: (_ species: Int, _ mode: ModeIndex) -> Complex<Double>
  ) -> Double {
    lattice.timeStep
      * terms[alpha].reduce(0) { sum, term in
        var force = Complex<Double>(term.external)
        for (beta, coefficient) in term.coefficients.enumerated() where coefficient != 0 {
          force += density(beta, term.mode).multiplied(by: coefficient)
        }
        return sum + force.length * term.kernel
      }
  }

  /// z of two particles that feel each other, at finite N: Δt/N Σ_m |v_m| |κ_ħ(κm·(ξ_1 − ξ_2))|.
  package func pair(_ alpha: Int, _ beta: Int) -> Double {
    guard let number = model.particleNumber else { return 0 }
    let extent = lattice.extent(alpha) + lattice.extent(beta)
    return lattice.timeStep / Double(number)
      * model.potentials.atoms(alpha, beta).reduce(0) {
        $0 + $1.coefficient.magnitude * Self.kernel($1.mode, extent, model, lattice)
      }
  }

  /// z of all particles of a marginal: of their mean forces, and of every pair.
  package func sum(_ slots: [Int], mean: [Double]) -> Double {
    var sum = slots.reduce(0.0) { $0 + mean[$1] }
    for first in slots.indices {
      for second in slots.indices where first < second { sum += pair(slots[first], slots[second]) }
    }
    return sum
  }

  /// The largest |κ_ħ(κm·ξ)| in a window.
  private static func kernel(
    _ mode: ModeIndex, _ extent: Double, _ model: Model, _ lattice: FourierLattice
  ) -> Double {
    let norm = (0..<lattice.dimension).reduce(0) { $0 + mode[$1].magnitude }
    return model.kernel.largest(upTo: lattice.kappa * Double(norm) * extent)
  }
}

extension FourierLattice {
  /// G_α Δξ_α: the end of the window of a species.
  package func extent(_ species: Int) -> Double { Double(halfWidths[species]) * spacing(species) }
}
