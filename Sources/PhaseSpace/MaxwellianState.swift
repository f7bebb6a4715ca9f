public import CLibraries
public import Numerics

/// A modulated Maxwellian on the torus,
///
///     f(ξ,κn) = Π_i e^{iξ_i u_i − σ_i²ξ_i²/2} · [δ_{n,0} + Σ_j (a_j/2)(e^{iφ_j} δ_{n,−m_j} + e^{−iφ_j} δ_{n,m_j})],
///
/// i.e. density ∝ (1 + Σ_j a_j cos(κm_j·q + φ_j)) Π_i exp(−(p_i − u_i)²/2σ_i²). A factor e^{iφ}δ_{η,−κm}
/// pairs with e^{iη·q}: ∫ cos(κm·q + φ) e^{iκn·q} dq/Λ^d = ½(e^{iφ}δ_{n,−m} + e^{−iφ}δ_{n,m}).
public struct MaxwellianState: OneParticleState, Hashable {
  /// One cosine a·cos(κm·q + φ) of the density.
  public struct Modulation: Sendable, Hashable {
    /// m
    public let mode: ModeIndex
    /// a; 1 + Σ_j a_j cos ≥ 0 is the caller's to see to.
    public let amplitude: Double
    /// φ
    public let phase: Double

    /// a·cos(κm·q + φ).
    public init(mode: ModeIndex, amplitude: Double, phase: Double = 0) {
      self.mode = mode
      self.amplitude = amplitude
      self.phase = phase
    }
  }

  /// σ per axis (momentum widths).
  public let sigma: SpaceVector
  /// u per axis (mean momentum).
  public let drift: SpaceVector
  /// The cosines of the density, any number of them.
  public let modulations: [Modulation]
  let geometry: PhaseSpaceGeometry

  /// - Throws: `ArgumentError` when the domain is not a torus, or σ is not positive on every axis, or a
  ///   modulation has mode 0 or is not finite.
  public init(
    geometry: PhaseSpaceGeometry, sigma: [Double], drift: [Double], modulations: [Modulation] = []
  ) throws(ArgumentError) {
    guard geometry.kappa != nil else {
      throw ArgumentError("maxwellian", expected: "a torus domain", got: "space")
    }
    let d = geometry.dimension
    guard sigma.count == d, sigma.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw ArgumentError(
        "sigma", expected: d == 1 ? "a positive number" : "\(d) positive numbers", got: "\(sigma)")
    }
    guard drift.count == d, drift.allSatisfy(\.isFinite) else {
      throw ArgumentError("drift", expected: d == 1 ? "a number" : "\(d) numbers", got: "\(drift)")
    }
    guard modulations.allSatisfy({ $0.mode != .zero }) else {
      throw ArgumentError("modulation.m", expected: "a mode other than 0", got: "0")
    }
    for wave in modulations where !wave.amplitude.isFinite || !wave.phase.isFinite {
      throw ArgumentError(
        "modulation", expected: "finite amplitudes and phases", got: "\(wave.amplitude), \(wave.phase)")
    }
    self.geometry = geometry
    self.sigma = SpaceVector(components: sigma)
    self.drift = SpaceVector(components: drift)
    self.modulations = modulations
  }

  public func value(xi: SpaceVector, eta: SpaceVector) -> Complex<Double> {
    guard let mode = geometry.mode(of: eta, tolerance: 1e-6) else { return 0 }
    let weight = spatialMode(mode)
    if weight == .zero { return .zero }
    let scaled = sigma * xi
    return weight * Complex.unit(xi.dot(drift)).multiplied(by: Double.exp(-0.5 * scaled.dot(scaled)))
  }

  /// The coefficient of the mode n: the bracket of the formula.
  public func spatialMode(_ mode: ModeIndex) -> Complex<Double> {
    var weight: Complex<Double> = mode == .zero ? 1 : 0
    for modulation in modulations {
      if mode == modulation.mode.negated {
        weight += Complex.unit(modulation.phase).multiplied(by: 0.5).multiplied(by: modulation.amplitude)
      }
      if mode == modulation.mode {
        weight += Complex.unit(-modulation.phase).multiplied(by: 0.5).multiplied(by: modulation.amplitude)
      }
    }
    return weight
  }

  public var highestMode: Int? { modulations.map(\.mode.maximumNorm).max() ?? 0 }

  public var exponentialForm: ExponentialForm? {
    ExponentialForm(
      sigma: sigma, drift: drift, highestMode: highestMode ?? 0, spatialMode: { spatialMode($0) })
  }

  /// Classically Σ|a_j| ≤ 1 suffices. In the quantum case one modulation with |a| e^{ħ²κ²|m|²/8σ²} ≤ 1 does
  /// (σ the least width): the Wigner function is then a convex combination of those of positive operators. Decided on
  /// the decimals, exactly and in balls.
  public func isNonnegative(hbar: Double?) -> Bool {
    let terms = modulations.filter { $0.amplitude != 0 }
    guard hbar?.isFinite ?? true else { return false }
    guard let hbar else {
      return terms.reduce(Rational(0)) { $0 + Rational(DecimalNumber($1.amplitude)).magnitude } <= Rational(1)
    }
    guard let only = terms.first else { return true }
    guard terms.count == 1, let kappa = geometry.kappa(as: Ball.self) else { return false }
    let axes = (0..<geometry.dimension).map { sigma[$0] }
    let ratio = Ball(DecimalNumber(hbar)) * kappa / Ball(DecimalNumber(axes.min() ?? 1))
    let exponent = ratio * ratio * Ball(only.mode.squaredNorm) / Ball(8)
    return (Ball(DecimalNumber(only.amplitude)).magnitude * exponent.exponential()).upper <= 1
  }
}
