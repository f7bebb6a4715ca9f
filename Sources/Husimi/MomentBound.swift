// Proposition 2.1 with explicit constants. With κ_α(t) = ⟨K_α⟩/N, n_α = N_α/N and the corrected (2.15),
//
//     M_α(t) = (2π)^{−d} ∫|p|² m^α = s (2m_α κ_α(t) + ħ n_α ‖∇f‖²)                                        (2.17)
//     (2π)^{−d(k+ℓ+…)} ∫ Σ_j |p_j|² m^{(k,ℓ,…)} = k w_1 M_1 + ℓ w_2 M_2 + …                   (Lemma 2.1(1), (4))
//
// s = ħ^d N, one where ħ is not apart from N, w_1 = (N_1−1)…(N_1−k+1) N_2…(N_2−ℓ+1)… (s/N)^{k+ℓ+…−1}, w_2 alike; Lemma 2.3
// bounds κ_α(t) by a quadratic in t. On the torus of period Λ a position is within √d Λ/2 of the origin, so Σ|q_j| adds
// (k+ℓ)(√d Λ/2) times the mass: in place of (2.16), (2.18), which are for R^3 and bring in the t³. No mass of m is in question when
// N_α < k: all is zero then.

public import ManyBody

/// The moments of m^{(k,ℓ)} and their bound for all times.
public struct MomentBound: Sendable, Hashable {
  /// Label in the paper.
  public static let label = "Proposition 2.1"
  /// Lemma 2.3, species by species.
  public let kinetic: [KineticEnergyBound]
  /// N_α.
  public let particles: [Int]
  /// m_α.
  public let masses: [Double]
  /// d.
  public let dimension: Int
  /// Λ.
  public let period: Double
  /// ħ‖∇f‖², the Husimi measure's own spread of the momentum (all d axes).
  public let spread: Double
  /// s = ħ^d N
  private let scale: Double

  /// The bound from the state at t = 0.
  public init(_ state: any FermionState, interaction: InteractionModes, window: any Window) {
    particles = state.particles
    masses = state.masses
    dimension = state.waves.dimension
    period = state.waves.period
    spread = state.hbar * Double(state.waves.dimension) * window.gradientSquaredNorm
    scale = state.massScale
    kinetic = state.particles.indices.map { species in
      KineticEnergyBound(
        kinetic: state.kineticEnergy(species) / Double(state.totalParticles), species: species,
        particles: state.particles, mass: state.masses[species], interaction: interaction,
        wavenumber: state.waves.wavenumber)
    }
  }

  private var total: Double { Double(particles.reduce(0, +)) }

  /// M_α = s (2m_α κ + ħ n_α ‖∇f‖²) from ⟨K_α⟩/N: (2.15), (2.17) as corrected, an equality.
  public func secondMoment(_ species: Int, kinetic: Double) -> Double {
    scale * (2 * masses[species] * kinetic + spread * Double(particles[species]) / total)
  }

  /// The bound of M_α(t).
  public func secondMoment(_ species: Int, at time: Double) -> Double {
    secondMoment(species, kinetic: kinetic[species].value(at: time))
  }

  /// (2π)^{−d(k+ℓ)} ∫ Σ_j |p_j|² m^{(k,ℓ)} from the M_α: exact, by symmetry and contraction.
  public func momentumMoment(_ order: [Int], secondMoments: [Double]) -> Double {
    particles.indices.reduce(0) { sum, species in
      guard order[species] > 0 else { return sum }
      // The weights of all particles but one of this species.
      var weight = 1.0
      for other in particles.indices {
        let first = other == species ? 1 : 0
        for i in first..<max(first, order[other]) {
          weight *= Double(particles[other] - i) / total * scale
        }
      }
      return sum + Double(order[species]) * max(0, weight) * secondMoments[species]
    }
  }

  /// A bound of (2π)^{−d(k+ℓ)} ∫ Σ_j (|q_j| + |p_j|²) m^{(k,ℓ)} at time t, |q| the distance to 0 on the torus.
  public func value(_ order: [Int], at time: Double) -> Double {
    let momenta = momentumMoment(order, secondMoments: particles.indices.map { secondMoment($0, at: time) })
    var mass = 1.0
    for (species, count) in order.enumerated() {
      for i in 0..<count { mass *= max(0, Double(particles[species] - i)) / total * scale }
    }
    let distance = Double(dimension).squareRoot() * period / 2
    return momenta + Double(order.reduce(0, +)) * distance * mass
  }
}
