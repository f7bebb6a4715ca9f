// Roots along wave numbers. J scales with k: J(ω; k/m) = |k|⁻² J(w; e/m) with the phase velocity w = ω/|k| and e = k/|k|, so that
//
//     D = det(δ_{αβ} + (n_α/m_α) J_α(w; e/m_α) v_{αβ}(k))
//
// depends on k through v alone, and along a branch of roots
//
//     dω/dk = w − k ∂_kD/∂_wD,    ∂_kD by the rows of dv/dk.
//
// All of it holds for every k of a ball at once: if N(X) = x − D(x)/D′(X) ⊂ int X with v on a whole interval K, every k ∈ K has exactly
// one root in X, which depends smoothly on it. Where Im dω/dk is positive at one end of K and negative at the other, the growth rate has
// a maximum in between, and
//
//     ω(k) ∈ ω(k_0) + (dω/dk)(K)·(k − k_0),    k_0 the middle of K,
//
// encloses it: Im dω/dk is small there, so that the rate is known to the square of what k is.

public import CLibraries
public import Interaction
public import PhaseSpace

/// The dispersion relation of a model with potentials that are known at any wave number, waves along the first axis.
public struct DispersionCurve: Sendable {
  private let model: Model
  private let responses: [any MomentumResponse]
  private let kappa: Ball
  private let unit: [Ball]

  /// Of homogeneous data with these responses, species by species.
  /// - Throws: `ArgumentError` on R^d, with the Moyal kernel, at finite N, in an external potential, and for potentials that are known at
  ///   their modes only.
  public init(_ model: Model, responses: [any MomentumResponse]) throws(ArgumentError) {
    kappa = try model.homogeneousTorus()
    (self.model, self.responses) = (model, responses)
    unit = (0..<model.geometry.dimension).map { Ball($0 == 0 ? 1 : 0) }
    for alpha in model.species.indices {
      for beta in model.species.indices {
        guard let potential = model.potentials.potential(alpha, beta) else { continue }
        guard potential.spectrum(at: kappa, kappa: kappa, dimension: unit.count) != nil else {
          throw ArgumentError(
            "wavenumbers",
            expected: "potentials with a formula in |η| (coulomb, yukawa, power-law, bump), else modes",
            got: "\(model.species[alpha].name)–\(model.species[beta].name)")
        }
      }
    }
  }

  /// The least B of all potentials: one of them is zero beyond; nil without interaction.
  public var bandlimit: Double? {
    model.species.indices.flatMap { alpha in
      model.species.indices.compactMap { beta in
        model.potentials.potential(alpha, beta)?.bandlimit(kappa: kappa).upper
      }
    }.filter { $0 > 0 }.min()
  }

  /// v_{αβ}(k) and dv_{αβ}/dk, row by row.
  private func spectra(_ k: Ball) -> [PotentialSpectrum<Ball>] {
    model.species.indices.flatMap { alpha in
      model.species.indices.map { beta in
        model.potentials.potential(alpha, beta)?.spectrum(at: k, kappa: kappa, dimension: unit.count)
          ?? PotentialSpectrum(value: Ball(0), slope: Ball(0))
      }
    }
  }

  private func function(_ wave: [Ball], _ coupling: [Ball]) throws(ArgumentError) -> DielectricFunction {
    let count = model.species.count
    return try DielectricFunction(
      fractions: model.species.map { Ball($0.fraction) }, masses: model.species.map { Ball($0.mass) },
      coupling: model.species.indices.map { Array(coupling[$0 * count..<($0 + 1) * count]) }, wave: wave,
      responses: responses)
  }

  /// D(ω) at a wave number k > 0.
  /// - Throws: `ArgumentError` for k = 0.
  public func dielectric(at k: Ball) throws(ArgumentError) -> DielectricFunction {
    try function(unit.map { $0 * k }, spectra(k).map(\.value))
  }

  /// A root for every wave number of a ball.
  public struct Branch: Sendable {
    /// w = ω/k
    public let phase: ComplexBall
    /// ω
    public let omega: ComplexBall
    /// dω/dk
    public let slope: ComplexBall
  }

  /// The branch of roots near a phase velocity, on a ball of wave numbers: a rectangle that for each of them contains exactly one root.
  /// nil where Newton's method does not prove one.
  /// - Throws: `ArgumentError` as `dielectric(at:)`.
  public func branch(at k: Ball, nearPhase w: ComplexBall) throws(ArgumentError) -> Branch? {
    let spectra = spectra(k)
    let function = try function(unit, spectra.map(\.value))
    guard let root = function.enclosedRoot(near: w) else { return nil }
    let change = function.change(on: root, rates: spectra.map(\.slope))
    let slope = root - ComplexBall(k) * change / function.values(on: root).derivative
    guard slope.isFinite else { return nil }
    return Branch(phase: root, omega: ComplexBall(k) * root, slope: slope)
  }
}
