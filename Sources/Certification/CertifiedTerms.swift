public import CLibraries
public import Computing
public import Interaction
public import PhaseSpace

/// The terms D_0 … D_L of the Dyson series (5.3) at points and times, enclosed (Papers/certified-remainder.md).
///
/// Node form: f_0 is sampled at q_i = iΛ/N_q, p_j = u + jhσ; a node moves along its characteristic, a power series in λ, and
///
///     D_j(ξ,κn) = [λ^j] ∫ e^{i((ξ − κnt/m)P + κnQ)} df_0,      P = Σ λ^j P_j,  Q = Σ λ^j Q_j.
///
/// Functions of time are ball polynomials on panels, with what is cut off kept apart; the q rule is exact order by order, and
/// what the p rule errs by is bounded in a strip by a majorant of the same recursion. One product of states; d = 1, the torus,
/// the classical kernel, N = ∞, any species, masses and modes.
///
/// Cost: nodes × panels × L² × N products of balls and nodes × panels × L × N² in dot products, N ≈ 50 points a panel.
public final class CertifiedTerms: Evolution {
  let model: CertifiedModel
  let plan: TermPlan
  let orders: Int
  public var time: Double { course.time }
  private var course: PanelCourse
  private let arguments: [[TermArgument]]
  private let workers: Workers
  private let chebyshev: ChebyshevRule
  private let rows: [TermRow]
  /// ρ_{β,m} on the present panel.
  private let densities: [SeriesOnPanel]
  /// 2κm v conj ρ, summed over β.
  private let forces: [SeriesOnPanel]
  /// ρ̂_{β,m,i}: bounds of |ρ| until now.
  private var suprema: [[[Double]]]
  private var majorant: StripMajorant

  /// The series at time zero.
  /// - Parameters:
  ///   - states: one for each species.
  ///   - times: every time that will be asked for, sorted.
  /// - Throws: `HypothesisError` for a model or states beyond the class.
  public init(
    _ model: Model, states: [any OneParticleState], orders: Int, times: [DecimalNumber], points: [Point],
    plan: TermPlan, workers: Workers
  ) throws {
    let certified = try CertifiedModel(model, states: states, label: "certified terms")
    self.model = certified
    self.plan = plan
    self.orders = orders
    self.workers = workers
    let (precision, N) = (plan.precision, 2 * plan.degree + 1)
    let arguments = try points.map { try TermArgument.all(of: $0, in: model.geometry) }
    self.arguments = arguments
    let highest = max(certified.highestMode, arguments.joined().map { abs($0.mode) }.max() ?? 0)
    for rule in plan.rules {
      let degree = highest + orders * certified.modesPerOrder + rule.stream.reach
      guard rule.positions > degree else {
        throw ArgumentError("plan", expected: "more than \(degree) positions", got: "\(rule.positions)")
      }
    }
    chebyshev = ChebyshevRule(degree: plan.degree, precision: precision)
    rows = plan.rules.flatMap { rule in
      (0..<rule.rows).map {
        TermRow(rule, row: $0, model: certified, orders: orders, points: N, precision: precision)
      }
    }
    course = PanelCourse(times, longest: plan.panelLength)
    try rows.checkMasses(plan.rules, kappa: certified.kappa)
    let series = {
      SeriesOnPanel(modes: certified.modes.count, orders: orders, points: N, precision: precision)
    }
    densities = certified.masses.map { _ in series() }
    forces = certified.masses.map { _ in series() }
    suprema = certified.masses.map { _ in
      certified.modes.map { _ in [Double](repeating: 0, count: orders) }
    }
    majorant = StripMajorant(certified, through: 0)
    for j in 1..<(orders + 1) { majorant.extend(to: j, densities: suprema) }
  }

  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    while let panel = try course.next(until: time) {
      try advance(over: panel)
      course.step()
      try afterStep()
    }
  }

  private func advance(over panel: TermPanel) throws {
    for density in densities { for j in 0..<orders { density.clear(order: j) } }
    majorant = StripMajorant(model, through: panel.end.upper)
    try eachRow { [model, chebyshev] row, scratch in row.start(panel, model, chebyshev, scratch) }
    try gather(order: 0)
    for j in 1..<(orders + 1) {
      let lengths = model.masses.map { mass in
        let lengths = BallVector(count: 3, precision: plan.precision)
        lengths[0] = panel.half
        lengths[1] = panel.half / mass
        lengths[2] = model.kappa * Ball(j)
        return lengths
      }
      try eachRow { [model, chebyshev, forces] row, scratch in
        let alpha = row.rule.species
        row.extend(
          to: j, force: forces[alpha], lengths: lengths[alpha], model, chebyshev, scratch)
      }
      majorant.extend(to: j, densities: suprema)
      if j < orders { try gather(order: j) }
    }
  }

  /// ρ_j of all species from the rows, what the rule errs by, and g_j.
  private func gather(order j: Int) throws {
    let modes = model.modes.count
    let one = BallVector(count: 1, precision: plan.precision)
    one[0] = Ball(1)
    for row in rows {
      densities[row.rule.species].add(row.density, order: j, times: one, 0, magnitude: 1)
    }
    for beta in densities.indices {
      for m in 0..<modes {
        let index = m * orders + j
        for rule in plan.rules where rule.species == beta {
          densities[beta].remainders[index] += rule.error(
            growth: plan.growth(model, rule, mode: model.modes[m], order: j, time: majorant.time),
            magnitude: majorant.factor(beta, mode: m, order: j))
        }
        densities[beta].remainders[index] *= ChebyshevRule.rounding
        densities[beta].measure(m, j)
        let supremum = densities[beta].sizes[index] + densities[beta].remainders[index]
        guard supremum.isFinite else {
          throw NumericalFailure(in: "certified terms", "order \(j) at t = \(majorant.time) is not bounded")
        }
        suprema[beta][m][j] = max(suprema[beta][m][j], supremum * ChebyshevRule.rounding)
      }
    }
    for alpha in forces.indices { forces[alpha].setForce(of: densities, model.couplings[alpha], order: j) }
  }

  private func eachRow(_ body: @Sendable (TermRow, NodeScratch) -> Void) throws {
    let (rows, N, precision) = (UncheckedRows(rows: rows), chebyshev.count, plan.precision)
    workers.forEachRange(of: rows.rows.count) { range in
      let scratch = NodeScratch(points: N, precision: precision)
      for index in range { body(rows.rows[index], scratch) }
    }
  }

  /// D_0 … D_L of the one-particle functions at the arguments of all points, at the present time.
  private func oneParticleTerms() -> [TermArgument: [ComplexBall]] {
    var result: [TermArgument: [ComplexBall]] = [:]
    let time = course.end
    for argument in Set(arguments.joined()) {
      let own = UncheckedRows(rows: rows.filter { $0.rule.species == argument.species })
      let parts = UncheckedResults(own.rows.count)
      let model = model
      workers.forEachRange(of: own.rows.count) { range in
        for index in range {
          parts.results[index] = own.rows[index].terms(at: argument, time: time, model)
        }
      }
      let sum = BallVector(count: 2 * (orders + 1), precision: plan.precision)
      for part in parts.results {
        guard let part else { continue }
        for k in 0..<sum.count { sum.add(k, part, k) }
      }
      result[argument] = (0...orders).map { j in
        // At t = 0, and without a force, nothing has moved: P_j = Q_j = 0.
        if course.done == 0 || model.modes.isEmpty, j > 0 { return ComplexBall(Ball(0)) }
        let error = pointError(argument, order: j, time: time)
        return ComplexBall(sum[j], sum[orders + 1 + j]).widened(by: error)
      }
    }
    return result
  }

  /// D_0 … D_L of the one product of states, at every point.
  public func terms() -> [[ComplexBall]] {
    let factors = oneParticleTerms()
    return arguments.map { arguments in
      var product = [ComplexBall(Ball(1))] + [ComplexBall](repeating: ComplexBall(Ball(0)), count: orders)
      for argument in arguments {
        guard let factor = factors[argument] else { continue }
        product = (0...orders).map { j in
          (0...j).reduce(ComplexBall(Ball(0))) { $0 + product[$1] * factor[j - $1] }
        }
      }
      return product
    }
  }

  /// What the p rules err by in D_j at an argument: |e_j| ≤ e^{(|ξ|σ + j s κσt/m) b} ε_j in the strip, with
  /// ε_j = (1/j) Σ_i i (|ξ − ηt/m| p_i + |η| q_i) ε_{j−i}.
  private func pointError(_ argument: TermArgument, order: Int, time: Ball) -> Double {
    let alpha = argument.species
    let eta = model.kappa * Ball(argument.mode)
    let moved = (argument.xi - eta * time / model.masses[alpha]).magnitude.upper
    var epsilon = [1.0]
    for j in 1..<(order + 1) {
      var sum = 0.0
      for i in 1...j {
        let phase =
          moved * majorant.momenta[alpha][i] + eta.magnitude.upper * majorant.displacements[alpha][i]
        sum += Double(i) / Double(j) * phase * epsilon[j - i]
      }
      epsilon.append(sum * ChebyshevRule.rounding)
    }
    return plan.rules.filter { $0.species == alpha }.reduce(0) { error, rule in
      let growth =
        argument.xi.magnitude.upper * rule.stream.sigma.upper
        + plan.growth(model, rule, mode: 0, order: order, time: time.upper)
      return error + rule.error(growth: growth * ChebyshevRule.rounding, magnitude: epsilon[order])
    }
  }

  // MARK: saved between panels

  public func save(to sink: some StateSink) {
    course.save(to: sink)
    sink.write("suprema", suprema.flatMap { $0.flatMap(\.self) })
    rows.save(to: sink)
  }

  public func restore(_ state: SavedState) throws {
    let done = try course.saved(in: state)
    let bounds = try state.array("suprema", count: suprema.count * model.modes.count * orders)
    guard bounds.allSatisfy({ $0 >= 0 }) else {
      throw SavedStateError(array: "suprema", expected: "numbers ≥ 0", got: "others")
    }
    try rows.restore(state, nodes: plan.nodes)
    course.restore(done: done)
    for alpha in suprema.indices {
      for m in suprema[alpha].indices {
        let start = (alpha * model.modes.count + m) * orders
        suprema[alpha][m] = Array(bounds[start..<start + orders])
      }
    }
    guard done > 0 else { return }
    majorant = StripMajorant(model, through: course.end.upper)
    for j in 1..<(orders + 1) { majorant.extend(to: j, densities: suprema) }
  }
}

final class UncheckedResults: @unchecked Sendable {
  var results: [BallVector?]
  init(_ count: Int) { results = .init(repeating: nil, count: count) }
}
