// The end of a tree: μ_0 at its k+ℓ+j particles, divided by n_β for each of the j new ones (the sampling of β has
// taken that factor). Products of Gaussians and Maxwellians, their mixtures, and correlated Gaussians are one exponential
// per component,
//
//     Σ_c w_c Π_i s^c(η_i) · exp(E + iΦ),   E = −½ Σ_i (σ²ξ_i² + s²η_i²) − ½ Σ_{αβ} (P_{αβ} X_α·X_β + Q_{αβ} Y_α·Y_β),
//     Φ = Σ_i (u·ξ_i + x_0·η_i),   X_α = Σ_{i∈α} ξ_i,   Y_α = Σ_{i∈α} η_i,
//
// s^c the modes of a Maxwellian's density (1 for Gaussians). Any other hierarchy is asked tree by tree.

import CLibraries
import Interaction
import Numerics
import PhaseSpace

/// How μ_0 is evaluated at a block of trees.
enum TreeLeaves: Sendable {
  case exponentials([TreeExponential])
  /// The hierarchy itself with the factor 1/n_β of a new particle.
  case pointwise(any InitialHierarchy, inverseFractions: [Double])

  init(_ initial: any InitialHierarchy, model: Model, particles: [PhasePoint]) {
    let fractions = model.fractions
    let prefactor = particles.reduce(1) { $0 * fractions[$1.species] }
    if let mixture = initial as? ProductMixture, mixture.fractions == fractions {
      let components = mixture.components.map { component in
        TreeExponential(component.states, geometry: model.geometry, prefactor: component.weight * prefactor)
      }
      let known = components.compactMap { $0 }
      if known.count == components.count {
        self = .exponentials(known)
        return
      }
    }
    if let gaussians = initial as? CorrelatedGaussians, gaussians.fractions == fractions,
      var known = TreeExponential(gaussians.states, geometry: model.geometry, prefactor: prefactor)
    {
      known.momentumCovariance = gaussians.momentumCovariance
      known.positionCovariance = gaussians.positionCovariance
      self = .exponentials([known])
      return
    }
    self = .pointwise(initial, inverseFractions: fractions.map { 1 / $0 })
  }
}

/// One component whose logarithm is quadratic in (ξ,η), up to the modes of a density.
struct TreeExponential: Sendable {
  /// w_c Π n_α over the given particles.
  let prefactor: Double
  /// Per species σ²/2, s²/2, u, x_0, three components each.
  let quadratic: [Double]
  /// Per species the coefficients (re, im) of the modes |n_i| ≤ h, row-major; empty for a Gaussian.
  let modes: [[Double]]
  /// h per species.
  let highestModes: [Int]
  /// κ, 0 on R^d.
  let kappa: Double
  var momentumCovariance: [Double] = []
  var positionCovariance: [Double] = []

  static let stride = 12
  /// Larger tables of modes are left to the pointwise evaluation.
  private static let mostModes = 1 << 16

  /// Nil when some state is neither Gaussian nor Maxwellian.
  init?(_ states: [any OneParticleState], geometry: PhaseSpaceGeometry, prefactor: Double) {
    var quadratic: [Double] = []
    var modes: [[Double]] = []
    var highest: [Int] = []
    func append(_ sigma: SpaceVector, _ width: SpaceVector, _ drift: SpaceVector, _ centre: SpaceVector) {
      for vector in [sigma * sigma * 0.5, width * width * 0.5, drift, centre] {
        quadratic += [vector[0], vector[1], vector[2]]
      }
    }
    for state in states {
      if let gaussian = state as? GaussianState {
        append(gaussian.sigma, gaussian.width, gaussian.drift, gaussian.centre)
        modes.append([])
        highest.append(0)
      } else if let maxwellian = state as? MaxwellianState, let h = maxwellian.highestMode {
        guard Double.pow(Double(2 * h + 1), geometry.dimension) <= Double(Self.mostModes) else { return nil }
        append(maxwellian.sigma, .zero, maxwellian.drift, .zero)
        let range = { (axis: Int) in axis < geometry.dimension ? -h...h : 0...0 }
        var table: [Double] = []
        for a in range(0) {
          for b in range(1) {
            for c in range(2) {
              let value = maxwellian.spatialMode(ModeIndex(a, b, c))
              table += [value.real, value.imaginary]
            }
          }
        }
        modes.append(table)
        highest.append(h)
      } else {
        return nil
      }
    }
    self.prefactor = prefactor
    self.quadratic = quadratic
    self.modes = modes
    highestModes = highest
    kappa = geometry.kappa ?? 0
  }

  var hasModes: Bool { modes.contains { !$0.isEmpty } }
}
