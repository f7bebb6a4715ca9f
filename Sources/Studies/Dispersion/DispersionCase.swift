// The dispersion relation of one model: homogeneous data, the waves that are asked for, and what changes from row to row beside the
// wave, the ratio of two temperatures. Every row is proved by itself; nothing is interpolated.

public import CLibraries
public import Interaction
public import PhaseSpace
public import Vlasov

/// The roots of one model along waves and temperature ratios.
public struct DispersionCase: Sendable {
  /// What waves are asked for.
  public enum Wave: Sendable, Hashable {
    /// k along the first axis, whatever the torus: potentials with a formula in |η|.
    case number(DecimalNumber)
    /// A mode of the torus.
    case mode(ModeIndex)
  }

  /// T_α/T_β of two species along the first axis, T = σ²/m: the momenta of β are multiplied by what gives it.
  public struct Temperatures: Sendable {
    /// α
    public let numerator: Int
    /// β
    public let denominator: Int
    /// T_α/T_β, positive.
    public let ratios: [DecimalNumber]

    /// T_α/T_β
    public init(numerator: Int, denominator: Int, ratios: [DecimalNumber]) {
      (self.numerator, self.denominator, self.ratios) = (numerator, denominator, ratios)
    }
  }

  /// As results call it.
  public let name: String
  /// Species and potentials.
  public let model: Model
  /// In the order of the rows.
  public let waves: [Wave]
  /// nil where the temperatures are as configured.
  public let temperatures: Temperatures?
  /// Where all roots are asked for; nil: the least damped of all.
  public let box: FrequencyBox?
  /// Whether all widths are 0.
  public let isCold: Bool
  private let states: [any OneParticleState]

  /// - Throws: `ArgumentError` for data that are not homogeneous, or whose response is not known; for two temperatures that are not
  ///   those of single Maxwellians, the second at rest; for cold data and a box that is not above the real axis.
  public init(
    name: String, model: Model, states: [any OneParticleState], waves: [Wave], temperatures: Temperatures?,
    box: FrequencyBox?, isCold: Bool
  ) throws(ArgumentError) {
    (self.name, self.model, self.states, self.waves) = (name, model, states, waves)
    (self.temperatures, self.box, self.isCold) = (temperatures, box, isCold)
    for (state, species) in zip(states, model.species) where state.highestMode != 0 {
      throw ArgumentError(species.name, expected: "homogeneous data, without modulation", got: "others")
    }
    if isCold, let box, !(box.imaginary.lowerBound > 0) {
      throw ArgumentError(
        "box", expected: "growing waves only (gamma above 0) where the data are cold", got: "others")
    }
    if isCold, temperatures != nil {
      throw ArgumentError("temperature-ratios", expected: "none where the data are cold", got: "some")
    }
    if let temperatures {
      _ = try width(temperatures.numerator)
      let (_, drift) = try width(temperatures.denominator)
      guard drift == .zero, temperatures.numerator != temperatures.denominator else {
        throw ArgumentError(
          "temperature-ratios.denominator", expected: "another species, at rest",
          got: model.species[temperatures.denominator].name)
      }
    }
    _ = try responses(ratio: temperatures?.ratios.first)
  }

  /// The ratios, or one row without.
  public var ratios: [DecimalNumber?] { temperatures?.ratios ?? [nil] }

  /// σ along the first axis, and the drift.
  private func width(_ species: Int) throws(ArgumentError) -> (sigma: Double, drift: SpaceVector) {
    guard let sum = states[species].exponentialSum, sum.count == 1, let form = sum.first?.form else {
      throw ArgumentError(
        "temperature-ratios", expected: "species in one maxwellian", got: model.species[species].name)
    }
    return (form.sigma[0], form.drift)
  }

  /// J_α of every species: s² = (m_β/m_α)(σ_α²/σ_β²)/ratio for the momenta of β.
  public func responses(ratio: DecimalNumber?) throws(ArgumentError) -> [any MomentumResponse] {
    if isCold { return try coldResponses() }
    var responses = try model.momentumResponses(of: states)
    if let ratio, let temperatures {
      let (a, b) = (temperatures.numerator, temperatures.denominator)
      let widths = Ball(DecimalNumber(try width(a).sigma)) / Ball(DecimalNumber(try width(b).sigma))
      let masses = Ball(model.species[b].mass) / Ball(model.species[a].mass)
      responses[b] = ScaledMomenta(responses[b], times: widths * (masses / Ball(ratio)).squareRoot())
    }
    return responses
  }

  private func coldResponses() throws(ArgumentError) -> [any MomentumResponse] {
    var responses: [any MomentumResponse] = []
    for (state, species) in zip(states, model.species) {
      guard let sum = state.exponentialSum else {
        throw ArgumentError(species.name, expected: "a sum of maxwellians", got: "\(type(of: state))")
      }
      responses.append(ColdMomenta(sum.map { .init(weight: $0.weight, drift: $0.form.drift) }))
    }
    return responses
  }

  /// The model along wave numbers, whatever the torus.
  /// - Throws: as `DispersionCurve`.
  public func curve(ratio: DecimalNumber?) throws(ArgumentError) -> DispersionCurve {
    try DispersionCurve(model, responses: responses(ratio: ratio))
  }

  /// |k| of a wave.
  public func wavenumber(_ wave: Wave) -> Double {
    switch wave {
    case .number(let k): k.value
    case .mode(let mode): (model.geometry.kappa ?? 0) * Double(mode.squaredNorm).squareRoot()
    }
  }

  /// D(ω) of a wave.
  /// - Throws: `ArgumentError` as `DielectricFunction` and `DispersionCurve`.
  public func dielectric(_ wave: Wave, ratio: DecimalNumber?) throws(ArgumentError) -> DielectricFunction {
    switch wave {
    case .number(let k): try curve(ratio: ratio).dielectric(at: Ball(k))
    case .mode(let mode): try DielectricFunction(model, responses: responses(ratio: ratio), mode: mode)
    }
  }
}
