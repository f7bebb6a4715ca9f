// (2.14): the derivative of the kinetic energy, with the mass m_α,
//
//     d/dt ⟨K_α⟩ = (ħ/(m_α N)) Im Σ_β ∫∫ ⟨c_y ∇a_xΨ, ∇V_{αβ}(x−y) c_y a_xΨ⟩ dx dy
//                = (ħκ²/(m_α N)) Im Σ_β Σ_m v_{αβ,m} Σ_n m·(n+m) ⟨a_{n+m}Ψ, ρ^β_{−m} a_nΨ⟩,
//
// a the annihilators of species α, c those of β, V(x) = Σ_m v_m e^{iκm·x}. The modes outside the cutoff do not enter, because
// K_α commutes with it; a_n commutes with ρ^β_{−m} of another species, which is then applied to Ψ once for all n. Cost: modes × M annihilations,
// twice, and density products; memory: Ψ once more, and three vectors less a particle.

import CLibraries
import Numerics
import PhaseSpace

extension FockState {
  /// d⟨K_α⟩/dt of (2.14) in the Schrödinger dynamics of `interaction`; zero for a species without particles.
  /// - Throws: `HypothesisError` in an external potential.
  public func kineticEnergyRate(_ species: Int, interaction: InteractionModes) throws -> Double {
    try interaction.requireNoExternal("(2.14)")
    guard removed[species] < space.particles[species] else { return 0 }
    let waves = space.waves
    let state = divided(awayFrom: species)
    var sum = 0.0
    for partner in space.particles.indices {
      let left = removed[partner] + (partner == species ? 1 : 0)
      guard left < space.particles[partner] else { continue }
      let operators = SpeciesOperators(waves: waves, sector: space.sector(partner, removed: left))
      for coefficient in interaction[species, partner] where coefficient.mode != .zero {
        let m = coefficient.mode
        let density = operators.density(m.negated)
        let whole =
          partner == species ? nil : applying(density, species: partner).divided(awayFrom: species)
        for (i, target) in waves.shift(by: m).enumerated() {
          guard let target else { continue }
          let weight = Double(m.dot(waves.modes[target]))
          guard weight != 0 else { continue }
          let moved =
            whole?.annihilated(mode: i, species: species)
            ?? state.annihilated(mode: i, species: species).applying(density, species: partner)
          let left = state.annihilated(mode: target, species: species)
          sum += coefficient.value * weight * left.inner(moved).imaginary
        }
      }
    }
    let kappa = waves.wavenumber
    return sum * space.hbar * kappa * kappa
      / (space.masses[species] * Double(space.particles.reduce(0, +)))
  }

  /// ⟨Ψ, Π_α 𝒩_α^{k_α} Ψ⟩ with 𝒩_α = Σ_n a*_n a_n assembled from the annihilators (2.5). Lemma 2.2: Π_α N_α^{k_α}‖Ψ‖².
  public func numberMoment(_ powers: [Int]) -> Double {
    precondition(powers.count == particles.count && powers.allSatisfy { $0 >= 0 }, "a power for each species")
    var image = self
    for species in powers.indices where powers[species] > 0 {
      let operators = SpeciesOperators(
        waves: space.waves, sector: space.sector(species, removed: removed[species]))
      let size = operators.sector.count
      let zero = SparseMatrix(columns: size, rows: [[Int: Double]](repeating: [:], count: size))
      let number = (0..<space.waves.count).reduce(zero) { sum, mode in
        let a = operators.annihilator(mode: mode)
        return a.rows == 0 ? sum : SparseMatrix.combine(1, sum, 1, a.transposed * a)
      }
      for _ in 0..<powers[species] { image = image.applying(number, species: species) }
    }
    return inner(image).real
  }
}
