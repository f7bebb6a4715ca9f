public import Numerics
import PhaseSpace

/// What the one-particle marginal of a species says.
public struct SpeciesObservables: Sendable, Codable {
  /// ρ̂_α(κm e_i) = w^α(0,κm e_i) per axis i, m = 0 … n_max.
  public let densityModes: [[Complex<Double>]]
  /// ∫ p m^α per axis (of (2π)^{−d} ∫); of one of N particles, like every marginal.
  public let momentum: [Double]
  /// ∫ |p|²/2m_α m^α
  public let kineticEnergy: Double
  /// Σ_m u_{α,m} w^α(0,−κm), the energy in the external potential.
  public let externalEnergy: Double
}

extension ObservedMarginals {
  /// The observables of one species. Cost: a few values a mode.
  func observables(of species: Int) -> SpeciesObservables {
    let (momentum, kinetic) = moments(of: species)
    return SpeciesObservables(
      densityModes: (0..<lattice.dimension).map { axis in
        (0...lattice.modes).map { density(species, .along(axis, $0)) }
      }, momentum: momentum, kineticEnergy: kinetic, externalEnergy: externalEnergy(of: species))
  }

  /// (−i∇_ξ w^α(0,0), −∇²_ξ w^α(0,0)/2m_α) by eighth-order central differences; fewer points in a narrow window.
  func moments(of species: Int) -> (momentum: [Double], kinetic: Double) {
    let first = [4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280]
    let second = [8.0 / 5, -1.0 / 5, 8.0 / 315, -1.0 / 560]
    var momentum = [Double](repeating: 0, count: lattice.dimension)
    var kinetic = 0.0
    let h = lattice.spacing(species)
    let centre = density(species, .zero)
    for axis in 0..<lattice.dimension {
      var (slope, curvature) = (0.0, -205.0 / 72 * centre.real)
      for (index, weight) in first.enumerated() {
        let point = ModeIndex.along(axis, index + 1)
        let right = value(species: [species], modes: [.zero], points: [point])
        let left = value(species: [species], modes: [.zero], points: [point.negated])
        slope += weight * (right.imaginary - left.imaginary)
        curvature += second[index] * (right.real + left.real)
      }
      momentum[axis] = slope / h
      kinetic -= curvature / (h * h) / (2 * lattice.masses[species])
    }
    return (momentum, kinetic)
  }

  /// Σ_m u_{α,m} Re w^α(0,−κm)
  func externalEnergy(of species: Int) -> Double {
    model.potentials.external(species).reduce(0) {
      $0 + $1.coefficient * density(species, $1.mode.negated).real
    }
  }
}

extension ModeIndex {
  /// n e_i
  static func along(_ axis: Int, _ n: Int) -> ModeIndex {
    var mode = ModeIndex.zero
    mode[axis] = n
    return mode
  }
}
