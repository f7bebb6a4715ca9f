// The end of a tree: μ_0 at its particles, divided by n_β for each of the new ones (the sampling of β has taken that factor; at
// finite N (N_β − k_β)/N). A place that a recollision left empty has species −1, ξ = η = 0. Products of Gaussians and Maxwellians, their mixtures, and correlated Gaussians are one exponential
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
  /// The data themselves, with c_{kℓ} of the given particles.
  case pointwise(any InitialHierarchy, prefactor: Double)

  init(_ initial: any InitialHierarchy, model: Model, particles: [PhasePoint]) {
    let prefactor = model.mass(of: particles.order(speciesCount: model.species.count))
    let forms = initial.exponentialForm ?? []
    let components = forms.compactMap {
      TreeExponential($0, geometry: model.geometry, prefactor: $0.weight * prefactor)
    }
    let isKnown = !forms.isEmpty && components.count == forms.count
    self = isKnown ? .exponentials(components) : .pointwise(initial, prefactor: prefactor)
  }
}

/// One component whose logarithm is quadratic in (ξ,η), up to the modes of a density.
struct TreeExponential: Sendable {
  /// w_c c_{kℓ} of the given particles: Π n_α, at finite N falling factorials.
  let prefactor: Double
  /// Per species σ²/2, s²/2, u, x_0, three components each.
  let quadratic: [Double]
  /// Per species the coefficients (re, im) of the modes |n_i| ≤ h, row-major; empty for a Gaussian.
  let modes: [[Double]]
  /// h per species.
  let highestModes: [Int]
  /// κ, 0 on R^d.
  let kappa: Double
  let momentumCovariance: [Double]
  let positionCovariance: [Double]

  static let stride = 12
  /// Larger tables of modes are left to the pointwise evaluation.
  private static let mostModes = 1 << 16

  /// Nil when there are too many modes for a table.
  init?(_ form: WeightedExponential, geometry: PhaseSpaceGeometry, prefactor: Double) {
    var quadratic: [Double] = []
    var modes: [[Double]] = []
    for state in form.states {
      let squares = [state.sigma * state.sigma * 0.5, state.width * state.width * 0.5]
      for vector in squares + [state.drift, state.centre] { quadratic += [vector[0], vector[1], vector[2]] }
      var table: [Double] = []
      if let h = state.highestMode {
        guard Double.pow(Double(2 * h + 1), geometry.dimension) <= Double(Self.mostModes) else { return nil }
        let range = { (axis: Int) in axis < geometry.dimension ? -h...h : 0...0 }
        for a in range(0) {
          for b in range(1) {
            for c in range(2) {
              let value = state.spatialMode(ModeIndex(a, b, c))
              table += [value.real, value.imaginary]
            }
          }
        }
      }
      modes.append(table)
    }
    momentumCovariance = form.momentumCovariance
    positionCovariance = form.positionCovariance
    highestModes = form.states.map { $0.highestMode ?? 0 }
    self.prefactor = prefactor
    self.quadratic = quadratic
    self.modes = modes
    kappa = geometry.kappa ?? 0
  }

  var hasModes: Bool { modes.contains { !$0.isEmpty } }
}
