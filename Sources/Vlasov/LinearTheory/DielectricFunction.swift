// The Vlasov equations linearised about homogeneous data. With f_α = n_α g_α(p)/Λ^d + h_α(p) e^{i(k·q − ωt)}, ρ̂_α = ∫∫ h_α,
//
//     ρ̂_α = χ_α(ω) Σ_β v_{αβ} ρ̂_β,   χ_α(ω) = n_α ∫ k·∇g_α(p) dp / (k·p/m_α − ω) = −(n_α|k|²/m_α) J_α(ω),
//
// J_α the response of `MomentumResponse` along c = k/m_α (the second form by parts in p, and 1/(x − ω) = i∫_0^∞ e^{i(ω − x)t} dt). A
// wave of its own has
//
//     D(ω) = det(δ_{αβ} − χ_α(ω) v_{αβ}) = 0:   growing for Im ω > 0, damped below (Landau's contour).
//
// Cold, one species: J = −1/ω², D = 1 − ω_p²/ω², ω_p² = n|k|²v/m; for a Coulomb potential v = q²g/|k|², ω_p² = nq²g/m.
// w(0,κm) pairs with e^{+iκm·q}: it turns as e^{+iω̄t}, at the same rate.

public import CLibraries
public import Interaction
public import PhaseSpace

/// The determinant D(ω) of waves e^{i(k·q − ωt)} on homogeneous data of any number of species, in balls.
public struct DielectricFunction: Sendable {
  /// n_α|k|²/m_α
  private let strengths: [Ball]
  /// v_{αβ} at k, row by row.
  private let coupling: [Ball]
  /// k/m_α
  private let waves: [[Ball]]
  private let responses: [any MomentumResponse]
  private var count: Int { responses.count }

  /// For given n, m, v at the wave vector k.
  /// - Throws: `ArgumentError` for k = 0.
  public init(
    fractions: [Ball], masses: [Ball], coupling: [[Ball]], wave: [Ball],
    responses: [any MomentumResponse]
  ) throws(ArgumentError) {
    let square = wave.reduce(Ball(0)) { $0 + $1 * $1 }
    guard square.lower > 0 else {
      throw ArgumentError("mode", expected: "a wave vector other than 0", got: "\(wave.map(\.middle))")
    }
    strengths = zip(fractions, masses).map { $0 * square / $1 }
    self.coupling = coupling.flatMap { $0 }
    waves = masses.map { mass in wave.map { $0 / mass } }
    self.responses = responses
  }

  /// For the mode m of a model on the torus; of the states only the homogeneous part.
  /// - Throws: `ArgumentError` for m = 0, on R^d, with the Moyal kernel or finite N, and for a state whose response is not known.
  public init(_ model: Model, _ states: [any OneParticleState], mode: ModeIndex) throws(ArgumentError) {
    try self.init(model, responses: model.momentumResponses(of: states), mode: mode)
  }

  /// For the mode m of a model on the torus and the responses of its homogeneous data, species by species.
  /// - Throws: `ArgumentError` for m = 0, on R^d, with the Moyal kernel or finite N.
  public init(_ model: Model, responses: [any MomentumResponse], mode: ModeIndex) throws(ArgumentError) {
    let kappa = try model.homogeneousTorus()
    let dimension = model.geometry.dimension
    var coupling: [[Ball]] = []
    for alpha in model.species.indices {
      var row: [Ball] = []
      for beta in model.species.indices {
        let atoms = try model.potentials.potential(alpha, beta)?.atoms(dimension: dimension, kappa: kappa)
        row.append(atoms?.first { $0.mode == mode }?.coefficient ?? Ball(0))
      }
      coupling.append(row)
    }
    try self.init(
      fractions: model.species.map { Ball($0.fraction) }, masses: model.species.map { Ball($0.mass) },
      coupling: coupling, wave: (0..<dimension).map { Ball(mode[$0]) * kappa }, responses: responses)
  }

  /// (max_α Σ_β n_α|k|²|v_{αβ}|/m_α)^{1/2}, ω_p of one cold species; a scale, not a statement.
  public var plasmaFrequency: Double {
    (0..<count).map { alpha in
      (0..<count).reduce(0) { sum, beta in
        sum + strengths[alpha].middle * coupling[alpha * count + beta].magnitude.middle
      }.squareRoot()
    }.reduce(0, max)
  }

  /// D and D′ on a rectangle, and D in its middle.
  public struct Values: Sendable {
    /// D for every ω of the rectangle.
    public let value: ComplexBall
    /// D′ for every ω of the rectangle.
    public let derivative: ComplexBall
    /// D in the middle.
    public let middle: ComplexBall
  }

  /// D and D′ on a rectangle: rectangles that contain their values for every ω of it. From the middle x with |J″| ≤ M,
  /// J ∈ J(x) + J′(x)(ω − x) ± M|ω − x|²/2 and J′ ∈ J′(x) ± M|ω − x|; D from D(x) + D′(ω − x). One evaluation of every J.
  public func values(on omega: ComplexBall) -> Values {
    let jets = jets(on: omega)
    let derivative = derivative(jets.map(\.value), jets.map(\.slope), coupling)
    let value = determinant(matrix(jets.map(\.middle)))
    return Values(value: value + derivative * (omega - omega.middle), derivative: derivative, middle: value)
  }

  /// J_α in the middle of a rectangle, J_α and J_α′ on it.
  private func jets(on omega: ComplexBall) -> [(middle: ComplexBall, value: ComplexBall, slope: ComplexBall)]
  {
    let middle = omega.middle
    let offset = omega - middle
    let radius = Ball(exactly: offset.magnitude.upper)
    return (0..<count).map { alpha in
      let jet = responses[alpha].jet(middle, along: waves[alpha])
      let change = responses[alpha].curvature(on: omega, along: waves[alpha]) * radius
      return (
        jet.value, (jet.value + jet.derivative * offset).widened(by: (change * radius / Ball(2)).upper),
        jet.derivative.widened(by: change.upper)
      )
    }
  }

  /// ∂D on a rectangle where every v_{αβ} changes at a rate of its own and nothing else does.
  package func change(on omega: ComplexBall, rates: [Ball]) -> ComplexBall {
    let values = jets(on: omega).map(\.value)
    return derivative(values, values, rates)
  }

  /// D at a point.
  public func value(_ omega: ComplexBall) -> ComplexBall { values(on: omega.middle).value }

  private static let zero = ComplexBall(Ball(0))

  /// Whether numbers so far apart in size came together that D is not known at all.
  var isKnown: Bool { (strengths + coupling).allSatisfy { $0.magnitude.upper.isFinite } }

  /// Σ_α of D with row α differentiated: s_α J_α′ v_{αβ}, or s_α J_α with the rates of v_{αβ}.
  private func derivative(_ responses: [ComplexBall], _ slopes: [ComplexBall], _ coupling: [Ball])
    -> ComplexBall
  {
    let matrix = matrix(responses)
    return (0..<count).reduce(Self.zero) { sum, alpha in
      var rows = matrix
      for beta in 0..<count {
        rows[alpha][beta] =
          ComplexBall(strengths[alpha]) * slopes[alpha] * ComplexBall(coupling[alpha * count + beta])
      }
      return sum + determinant(rows)
    }
  }

  /// Whether it is proved that D ≠ 0 where Im ω ≥ −depth and |Re ω| ≥ distance, and where Im ω ≥ distance: Σ_β |χ_α v_{αβ}| < 1.
  public func isFreeOfRoots(beyond distance: Double, depth: Double) -> Bool {
    (0..<count).allSatisfy { alpha in
      guard
        let bound = responses[alpha].farBound(
          distance: Ball(exactly: distance), depth: Ball(exactly: depth), along: waves[alpha])
      else { return false }
      let row = (0..<count).reduce(Ball(0)) { $0 + coupling[alpha * count + $1].magnitude }
      return (strengths[alpha] * bound * row).upper < 1
    }
  }

  /// δ_{αβ} − χ_α v_{αβ} from the J_α.
  private func matrix(_ responses: [ComplexBall]) -> [[ComplexBall]] {
    (0..<count).map { alpha in
      let response = ComplexBall(strengths[alpha]) * responses[alpha]
      return (0..<count).map { beta in
        response * ComplexBall(coupling[alpha * count + beta]) + ComplexBall(Ball(alpha == beta ? 1 : 0))
      }
    }
  }

  /// By the first row: S is small, and no pivot may contain 0.
  private func determinant(_ matrix: [[ComplexBall]]) -> ComplexBall {
    guard matrix.count > 1 else { return matrix[0][0] }
    var sum = ComplexBall(Ball(0))
    for column in matrix.indices {
      let minor = matrix.dropFirst().map { row in
        row.enumerated().filter { $0.offset != column }.map(\.element)
      }
      let term = matrix[0][column] * determinant(minor)
      sum = column.isMultiple(of: 2) ? sum + term : sum - term
    }
    return sum
  }
}
