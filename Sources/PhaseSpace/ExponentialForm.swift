public import Numerics

/// A one-particle function whose logarithm is quadratic in (ξ,η), up to the modes of its density,
///
///     f(ξ,η) = s(η) exp Σ_i (−½σ_i²ξ_i² − ½s_i²η_i² + iu_iξ_i + ix_iη_i),
///
/// s = 1, or on the torus s(κn) = 0 beyond |n_i| ≤ h.
public struct ExponentialForm: Sendable {
  /// σ, s, u, x per axis.
  public let sigma, width, drift, centre: SpaceVector
  /// h, nil where s = 1.
  public let highestMode: Int?
  /// s(κn)
  public let spatialMode: @Sendable (ModeIndex) -> Complex<Double>

  /// A Gaussian: s = 1.
  public init(sigma: SpaceVector, width: SpaceVector, drift: SpaceVector, centre: SpaceVector) {
    (self.sigma, self.width, self.drift, self.centre) = (sigma, width, drift, centre)
    highestMode = nil
    spatialMode = { _ in 1 }
  }

  /// A Maxwellian with these modes of its density.
  public init(
    sigma: SpaceVector, drift: SpaceVector, highestMode: Int,
    spatialMode: @escaping @Sendable (ModeIndex) -> Complex<Double>
  ) {
    (self.sigma, width, self.drift, centre) = (sigma, .zero, drift, .zero)
    self.highestMode = highestMode
    self.spatialMode = spatialMode
  }
}

/// One term of a mixture of exponentials, with common displacements of all particles of a species:
///
///     w Π_i f_{α_i}(ξ_i,η_i) · exp −½ Σ_{αβ} (P_{αβ} X_α·X_β + Q_{αβ} Y_α·Y_β),   X_α = Σ_{i∈α} ξ_i,  Y_α = Σ_{i∈α} η_i.
public struct WeightedExponential: Sendable {
  /// w
  public let weight: Double
  /// f_α in the order of the species.
  public let states: [ExponentialForm]
  /// P, row-major S × S; empty where there is none.
  public let momentumCovariance: [Double]
  /// Q, row-major S × S; empty where there is none.
  public let positionCovariance: [Double]

  /// A term of a mixture.
  public init(
    weight: Double, states: [ExponentialForm], momentumCovariance: [Double] = [],
    positionCovariance: [Double] = []
  ) {
    self.weight = weight
    self.states = states
    self.momentumCovariance = momentumCovariance
    self.positionCovariance = positionCovariance
  }
}
