// Momentum, kinetic and potential energy of the marginals of rank one and two.

import Numerics
import PhaseSpace

extension ReportedMarginals {
  /// (Σ_α −i∇_ξ w^α(0,0), Σ_α −∇²_ξ w^α(0,0)/2m_α).
  func moments() -> ([Double], Double) {
    // Eighth-order central differences; fewer points in a narrow window.
    let first = [4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280]
    let second = [8.0 / 5, -1.0 / 5, 8.0 / 315, -1.0 / 560]
    var momentum = [Double](repeating: 0, count: lattice.dimension)
    var kinetic = 0.0
    for species in model.species.indices {
      let h = lattice.spacing(species)
      let centre = value(species: [species], modes: [.zero], points: [.zero])
      for axis in 0..<lattice.dimension {
        var (slope, curvature) = (0.0, -205.0 / 72 * centre.real)
        for (index, weight) in first.enumerated() {
          var point = ModeIndex.zero
          point[axis] = index + 1
          let right = value(species: [species], modes: [.zero], points: [point])
          let left = value(species: [species], modes: [.zero], points: [point.negated])
          slope += weight * (right.imaginary - left.imaginary)
          curvature += second[index] * (right.real + left.real)
        }
        momentum[axis] += slope / h
        kinetic -= curvature / (h * h) / (2 * lattice.masses[species])
      }
    }
    return (momentum, kinetic)
  }

  func potentialEnergy() -> Double {
    var energy = 0.0
    for alpha in model.species.indices {
      for atom in model.potentials.external(alpha) {
        energy +=
          atom.coefficient
          * value(species: [alpha], modes: [atom.mode.negated], points: [.zero]).real
      }
      for beta in model.species.indices {
        for atom in model.potentials.atoms(alpha, beta) {
          let modes = [atom.mode, atom.mode.negated]
          let pair: Double
          if rank >= 2 {
            pair = value(species: [alpha, beta], modes: modes, points: [.zero, .zero]).real
          } else {
            // Rank 1 knows no correlations; its closure decides what a pair is.
            let terms = closure.terms(particles: 2)
            let product =
              value(species: [alpha], modes: [modes[0]], points: [.zero])
              * value(species: [beta], modes: [modes[1]], points: [.zero])
            let order = MarginalOrder(
              model.species.indices.map { ($0 == alpha ? 1 : 0) + ($0 == beta ? 1 : 0) })
            let share = masses.ratio(of: order, to: [[0], [1]], species: [alpha, beta])
            pair = terms.reduce(0) { $0 + $1.coefficient } * share * product.real
          }
          energy += 0.5 * atom.coefficient * pair
        }
      }
    }
    return energy
  }
}
