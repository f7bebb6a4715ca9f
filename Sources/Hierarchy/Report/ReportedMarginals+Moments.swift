// Momentum, kinetic and potential energy of the marginals of rank one and two: sums over species and pairs.

import PhaseSpace

extension ReportedMarginals {
  /// (Σ_α −i∇_ξ w^α(0,0), Σ_α −∇²_ξ w^α(0,0)/2m_α).
  func moments() -> ([Double], Double) {
    model.species.indices.reduce(([Double](repeating: 0, count: lattice.dimension), 0)) { sum, species in
      let own = moments(of: species)
      return (zip(sum.0, own.momentum).map { $0 + $1 }, sum.1 + own.kinetic)
    }
  }

  /// Σ_α Σ_m u_{α,m} w^α(0,−κm) + ½ Σ_{αβ} Σ_m v_{αβ,m} w^{αβ}(0,κm; 0,−κm).
  func potentialEnergy() -> Double {
    model.species.indices.reduce(0) { energy, alpha in
      model.species.indices[alpha...].reduce(energy + externalEnergy(of: alpha)) {
        $0 + interactionEnergies(alpha, $1).whole
      }
    }
  }
}
