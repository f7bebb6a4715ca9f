// What data beyond the window do to a value, an estimate from above.
//
// ε bounds the data that drift in until t (`DataOnLattice.driftingIn`), of mass 1: the lattice has zero where |w^α| ≤ n_α ε should
// be. That is felt in two ways. Directly, at (ξ,η) along its own characteristic: the force has taken at most
//
//     g = t K (|ξ| + |η|t/m),     K = max_α Σ_β Σ_m |κm||v_{αβ,m}| n_β ≥ the force,
//
// of what stands there from elsewhere, and never more than all of it: n_α ε min(1, g) (transport and force conserve
// Σ_n ∫|w|² dξ). And through the densities, which are wrong by 2 n_β ε at most: a force 2Kε, under which momenta and positions
// of the characteristics part as
//
//     m Q' = P,  P' = 2Λ Q + 2Kε,     Λ = max_α Σ_β Σ_m (κ|m|)²|v_{αβ,m}| n_β     (once Λ for the force at another place, once
//                                                                             for the other characteristics, which part too)
//     Q = (Kε/Λ)(cosh ωt − 1),  P = 2Kε sinh(ωt)/ω,     ω² = 2Λ/m,
//
// so that the value changes by at most n_α (|ξ|P + |η|Q) (as in Papers/dobrushin.md). Masses: the least, m. A product of k
// particles is in error by the sum of theirs.

import Interaction
import PhaseSpace

struct DriftingTail {
  private let force: Double
  private let gradient: Double
  private let mass: Double

  init(_ model: Model) {
    let kappa = model.geometry.kappa ?? 0
    let species = model.species.indices
    func largest(power: Int) -> Double {
      species.map { alpha in
        species.reduce(0.0) { sum, beta in
          sum
            + model.potentials.atoms(alpha, beta).reduce(0) {
              let wave = kappa * Double($1.mode.squaredNorm).squareRoot()
              return $0 + (power == 1 ? wave : wave * wave) * $1.coefficient.magnitude * model.fractions[beta]
            }
        }
      }.max() ?? 0
    }
    (force, gradient) = (largest(power: 1), largest(power: 2))
    mass = model.masses.min() ?? 1
  }

  /// How wrong a value may be.
  /// - Parameter tail: ε
  func error(at particles: [PhasePoint], time: Double, tail: Double) -> Double {
    guard force > 0, tail > 0 else { return tail.isNaN ? .nan : 0 }
    let omega = (2 * gradient / mass).squareRoot()
    let momentum = 2 * force * .sinh(omega * time) / omega
    let position = force / gradient * (.cosh(omega * time) - 1)
    let error = particles.reduce(0) { sum, particle in
      let (xi, eta) = (particle.xi.norm, particle.eta.norm)
      let direct = Double.least(1, time * force * (xi + eta * time / mass))
      return sum + tail * (direct + xi * momentum + eta * position)
    }
    return .least(error, 1e100)
  }

  /// How much of what is wrong beyond n_max comes down to a value: at most all of it. To reach the mode n takes J forces,
  /// J = ⌈(n_max + 1 − n)/m_V⌉, each no more than F = K(|ξ| + κn_max t/m) of a value, and J of them, in order, (Ft)^J/J! e^{Ft} in
  /// all. So are the densities wrong, with F₀ (ξ = 0) and J₀ (n = m_V), δ = (F₀t)^{J₀}/J₀! e^{F₀t} times what grows of it by
  /// Gronwall's lemma, exp(F₀t e^{F₀t}), and a density that is wrong by δ makes Ft e^{Ft} δ of a value.
  func descent(
    to particles: [PhasePoint], highest: Int, from lattice: FourierLattice, reach: Int, time: Double
  )
    -> Double
  {
    let drift = lattice.kappa * Double(lattice.modes) * time / mass
    func part(_ x: Double, _ mode: Int) -> Double {
      let forces = max(0, (lattice.modes - mode) / reach + 1)
      return (1...max(1, forces)).reduce(Double.exp(x)) { $0 * (forces == 0 ? 1 : x / Double($1)) }
    }
    let still = force * drift * time
    let densities = part(still, reach) * .exp(still * .exp(still))
    let values = particles.map { particle -> Double in
      let x = force * (particle.xi.norm + drift) * time
      return part(x, highest) + x * .exp(x) * densities
    }
    let largest = values.reduce(0, Double.greatest)
    return largest < 1 ? largest : 1
  }
}
