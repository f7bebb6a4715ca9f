import CLibraries
import Certification
import Computing
import Interaction
import PhaseSpace
import Testing

@Suite("Certified terms")
struct CertifiedTermsTests {
  let workers = Workers(threads: 2)
  let points = [
    CertificationModels.point((0, 0.5, 1)), CertificationModels.point((1, 1.0, 1)),
    CertificationModels.point((0, 0.5, 1), (1, -0.25, -1)),
  ]

  func terms(
    _ model: Model, _ states: [any OneParticleState], orders: Int, at time: DecimalNumber, radius: Double,
    changing: (inout TermPlan) -> Void = { _ in }
  ) throws -> [[ComplexBall]] {
    var plan = try TermPlan(
      model, states: states, orders: orders, times: [time], points: points, radius: radius)
    changing(&plan)
    let series = try CertifiedTerms(
      model, states: states, orders: orders, times: [time], points: points, plan: plan, workers: workers)
    try series.advance(to: time.value)
    return series.terms()
  }

  /// D_1 = Σ_i Σ_β Σ_m v_m κm ∫_0^t (ξ_i − η_is/m) conj(ρ⁰_{β,m}(s)) μ_0(…, ξ_i + κms/m_α, n_i + m, …) ds with free densities, by
  /// Clenshaw and Curtis' rule in balls on the values of the state.
  @Test("D_0 is the data, and D_1 the linear response by quadrature in balls")
  func linearResponse() throws {
    let (model, states) = try CertificationModels.twoSpecies()
    let time: DecimalNumber = 1.5
    let values = try terms(model, states, orders: 1, at: time, radius: 1e-18)
    let closed = LinearResponse(
      sigma: [Ball(1), Ball(DecimalNumber("0.6")!)],
      drift: [Ball(DecimalNumber("0.2")!), Ball(DecimalNumber("-0.1")!)],
      amplitude: [Ball(DecimalNumber("0.3")!), Ball(DecimalNumber("-0.2")!)],
      phase: [Ball(0), Ball(DecimalNumber("0.4")!)],
      coefficients: [
        [Ball(DecimalNumber("0.5")!), Ball(DecimalNumber("-0.4")!)],
        [Ball(DecimalNumber("-0.4")!), Ball(DecimalNumber("0.3")!)],
      ], kappa: Ball(2) * Ball.pi / Ball(DecimalNumber("6.283185307179586")!))
    for (index, (alpha, xi)) in [(0, "0.5"), (1, "1.0")].enumerated() {
      let xi = Ball(DecimalNumber(xi)!)
      let zeroth = closed.state(alpha, xi, 1)
      let first = closed.firstOrder(alpha, xi, 1, Ball(time))
      #expect(values[index][0].contains(zeroth.widened(by: 1e-30)) && values[index][0].radius < 1e-18)
      #expect(values[index][1].contains(first.widened(by: 1e-25)) && values[index][1].radius < 1e-18)
    }
  }

  @Test("fewer nodes, a lower degree and fewer bits widen an enclosure and never move it", arguments: [0, 1])
  func coarser(_ index: Int) throws {
    let (model, states) = try index == 0 ? CertificationModels.twoSpecies() : CertificationModels.unequal()
    let fine = try terms(model, states, orders: 2, at: 0.6, radius: 1e-13)
    #expect(fine.joined().allSatisfy { $0.radius < 1e-13 })
    func worst(_ values: [[ComplexBall]]) -> Double { values.joined().map(\.radius).max() ?? .nan }
    let plain = worst(try terms(model, states, orders: 2, at: 0.6, radius: 1e-9))
    var widths: [Double] = []
    for round in 0..<6 {
      let coarse = try terms(model, states, orders: 2, at: 0.6, radius: 1e-9) { plan in
        switch round {
        case 0: plan.degree = 10
        case 1: plan.panelLength = 2 * plan.panelLength
        case 2: plan.rules = plan.rules.map { $0.with(spacing: 1.5 * $0.spacing, reach: $0.reach * 2 / 3) }
        case 3: plan.rules = plan.rules.map { $0.with(spacing: $0.spacing, reach: $0.reach / 2) }
        case 4: plan.precision = 32
        default: plan.rules = plan.rules.map { $0.with(spacing: 2.2 * $0.spacing, reach: $0.reach / 2) }
        }
      }
      for (a, b) in zip(fine.joined(), coarse.joined()) { #expect(b.contains(a), "round \(round)") }
      widths.append(worst(coarse))
    }
    // Each of them was coarse enough to be seen.
    #expect(widths.filter { $0 > 10 * plain }.count >= 4, "\(widths), \(plain)")
  }

  @Test("the enclosures do not depend on the number of threads, to the bit")
  func threads() throws {
    let (model, states) = try CertificationModels.unequal()
    let texts = try [1, 3].map { threads in
      let plan = try TermPlan(
        model, states: states, orders: 3, times: [0.5], points: points, radius: 1e-8)
      let series = try CertifiedTerms(
        model, states: states, orders: 3, times: [0.5], points: points, plan: plan,
        workers: Workers(threads: threads))
      try series.advance(to: 0.5)
      return series.terms().joined().map { $0.real.exactText + $0.imaginary.exactText }
    }
    #expect(texts[0] == texts[1] && !texts[0].isEmpty)
  }

  @Test("a saved state goes on to the same bits")
  func saved() throws {
    let (model, states) = try CertificationModels.unequal()
    let times: [DecimalNumber] = [0.4, 1.2]
    let plan = try TermPlan(model, states: states, orders: 3, times: times, points: points, radius: 1e-8)
    func begin() throws -> CertifiedTerms {
      try CertifiedTerms(
        model, states: states, orders: 3, times: times, points: points, plan: plan, workers: workers)
    }
    let whole = try begin()
    try whole.advance(to: 0.4)
    let state = whole.state
    let resumed = try begin()
    try resumed.restore(state)
    #expect(resumed.time == whole.time)
    #expect(texts(resumed.terms()) == texts(whole.terms()))
    try whole.advance(to: 1.2)
    try resumed.advance(to: 1.2)
    #expect(texts(resumed.terms()) == texts(whole.terms()))
    for array in ["panels", "suprema", "characteristics"] {
      var damaged = state
      damaged.arrays[array]?.removeLast()
      let series = try begin()
      #expect(throws: SavedStateError.self) { try series.restore(damaged) }
    }
  }

  func texts(_ values: [[ComplexBall]]) -> [String] {
    values.joined().map { $0.real.exactText + $0.imaginary.exactText }
  }

  @Test("at t = 0 D_0 is the data and all other terms are 0")
  func start() throws {
    let (model, states) = try CertificationModels.twoSpecies()
    let plan = try TermPlan(model, states: states, orders: 2, times: [0, 1], points: points, radius: 1e-10)
    let series = try CertifiedTerms(
      model, states: states, orders: 2, times: [0, 1], points: points, plan: plan, workers: workers)
    try series.advance(to: 0)
    for terms in series.terms() {
      #expect(terms[0].radius < 1e-10 && terms[0].magnitude.lower > 0)
      #expect(terms.dropFirst().allSatisfy { $0.magnitude.upper == 0 })
    }
  }

  @Test("weights that do not sum to the mass are refused")
  func weights() throws {
    let (model, states) = try CertificationModels.twoSpecies()
    #expect(throws: NumericalFailure.self) {
      _ = try terms(model, states, orders: 2, at: 0.5, radius: 1e-12) { plan in
        plan.rules[0] = plan.rules[0].disturbed(by: 1e-10)
      }
    }
  }

  @Test("what is beyond the class is refused with the reason")
  func refusals() throws {
    let (model, states) = try CertificationModels.twoSpecies()
    let moyal = try model.with(kernel: .moyal(hbar: 0.1))
    #expect(throws: HypothesisError.self) {
      _ = try TermPlan(moyal, states: states, orders: 2, times: [1], points: points, radius: 1e-10)
    }
    let gaussian = try GaussianState(dimension: 1, sigma: [1], drift: [0], width: [1], centre: [0])
    #expect(throws: HypothesisError.self) {
      _ = try TermPlan(
        model, states: [gaussian, states[1]], orders: 2, times: [1], points: points, radius: 1e-10)
    }
  }
}

/// f_α and D_1 of one cosine in every potential and state, in balls; nothing of the module under test.
struct LinearResponse {
  let sigma, drift, amplitude, phase: [Ball]
  let coefficients: [[Ball]]
  let kappa: Ball

  /// ½ f_α(ξ,κn) of mass ½.
  func state(_ alpha: Int, _ xi: Ball, _ n: Int) -> ComplexBall {
    guard abs(n) <= 1 else { return ComplexBall(Ball(0)) }
    var weight = ComplexBall(Ball(1))
    if n != 0 {
      let turned = ComplexBall(Ball(0), n < 0 ? phase[alpha] : -phase[alpha]).exponential()
      weight = ComplexBall(amplitude[alpha] / Ball(2)) * turned
    }
    let exponent = ComplexBall(-(sigma[alpha] * sigma[alpha] * xi * xi) / Ball(2), xi * drift[alpha])
    return ComplexBall(Ball(1) / Ball(2)) * weight * exponent.exponential()
  }

  func firstOrder(_ alpha: Int, _ xi: Ball, _ n: Int, _ t: Ball) -> ComplexBall {
    let count = 80
    var sum = ComplexBall(Ball(0))
    for k in 0...count {
      // Clenshaw and Curtis' weights by their cosine series.
      let angle = Ball(k) * Ball.pi / Ball(count)
      var weight = Ball(1)
      for j in 1...(count / 2) {
        let factor = Ball(j == count / 2 ? 1 : 2) / Ball(4 * j * j - 1)
        weight = weight - factor * ComplexBall(Ball(0), Ball(2 * j) * angle).exponential().real
      }
      weight = weight * Ball(k == 0 || k == count ? 1 : 2) / Ball(count)
      let s = t * (Ball(1) + ComplexBall(Ball(0), angle).exponential().real) / Ball(2)
      var value = ComplexBall(Ball(0))
      for beta in 0..<2 {
        for m in [-1, 1] {
          let density = state(beta, kappa * Ball(m) * s, m)
          let conjugate = ComplexBall(density.real, -density.imaginary)
          let moved = state(alpha, xi + kappa * Ball(m) * s, n + m)
          let factor = (xi - kappa * Ball(n) * s) * kappa * Ball(m) * coefficients[alpha][beta]
          value = value + ComplexBall(factor) * conjugate * moved
        }
      }
      sum = sum + ComplexBall(weight * t / Ball(2)) * value
    }
    return sum
  }
}
