// What the exact state knows of its plane waves. H compressed to |n_i| ≤ n_max drops V's scattering of a particle with |n_i| >
// n_max − M beyond the cutoff, M the potentials' highest mode. With w the occupation of these outermost waves, a particle in
// all, the state is driven away from the true one by at most (1/ħ) ∫ ‖V‖ √w dt.

import CLibraries
public import Computing
import Numerics
import PhaseSpace

extension ExactEvolution {
  /// The occupation of the outermost plane waves, what they had cut off at the start, how far the norm has moved, and what the
  /// propagator and its rounding may have moved the state by.
  public func resolution() -> [ResolutionFigure] {
    let norm = fockState.squaredNorm
    return [
      ResolutionFigure(
        "occupation of the outermost plane waves", time: time, value: outermostOccupation,
        limit: Self.occupationLimit),
      ResolutionFigure(
        "orbital cut off by the plane waves at the start", time: time, value: cut.tail,
        limit: Self.occupationLimit),
      ResolutionFigure(
        "change of the norm", time: time, value: (norm - startingNorm).magnitude, limit: Self.normLimit),
      ResolutionFigure(
        "error of the phases", time: time, value: error + phaseError, limit: Self.phaseLimit),
    ]
  }

  /// ε‖H‖|t|/ħ, ‖H‖ at most the larger end of the interval that holds the spectrum: what phases e^{−iEt/ħ} are wrong by where H
  /// is rounded to Doubles, whatever the propagator.
  var phaseError: Double {
    let interval = hamiltonian.spectralInterval
    let norm = Double.greatest(interval.lowerBound.magnitude, interval.upperBound.magnitude)
    return Double.ulpOfOne * norm * time.magnitude / fockState.hbar
  }

  /// max_α (1/N_α) Σ ⟨a*_n a_n⟩ over the plane waves with |n_i| > n_max − M for some i.
  public var outermostOccupation: Double {
    let waves = fockState.waves
    let inside = waves.cutoff - hamiltonian.interaction.highestMode
    return fockState.particles.indices.filter { fockState.particles[$0] > 0 }.map { species in
      let occupations = fockState.occupations(species)
      let outermost = zip(waves.modes, occupations).reduce(0.0) { sum, pair in
        pair.0.maximumNorm > inside ? sum + pair.1 : sum
      }
      return outermost / Double(fockState.particles[species])
    }.largest() ?? 0
  }

  /// Of the experiments' three and three fermions to t = 3, on |n| ≤ 6, 8, 9 and 10, density modes of size 0.04 were off by
  /// 0.03 w: at this limit by less than a thousandth of themselves.
  static let occupationLimit = 1e-3
  /// A unitary evolution keeps the norm; Chebyshev's loses some 10⁻¹² in a thousand applications of H.
  static let normLimit = 1e-10
  /// Of the state, in norm: densities and checks are off by at most twice that.
  static let phaseLimit = 1e-8
}
