public import CLibraries
public import Computing
import Foundation
public import Interaction
public import PhaseSpace

/// The solution of the Vlasov equations from one product of states, enclosed at any time that its strips allow
/// (Papers/certified-remainder.md).
///
/// On every panel of time:
///
/// 1. an approximate field r̄_{β,m}(t), polynomials, from self-consistent nodes in Double; nothing rests on it;
/// 2. the characteristics of r̄ from every node, enclosed (`SolutionRow`);
/// 3. the residual ε_{β,m} ≥ |∫ e^{iκmQ[r̄]} df_0 − r̄_{β,m}| on the panel: node sums, and what the rules in q and p err by, from
///    strips carried along (`StripTrack`), one variable beyond the real axis at a time;
/// 4. D^q_β, D^p_β ≥ ∫|Q − Q[r̄]| df_0, ∫|P − P[r̄]| df_0 of the exact characteristics Q, P, by the cooperative system
///
///     m_α D^q_α′ = D^p_α,   D^p_α′ = Lip_α D^q_α + ∫|df_0| Σ_β Σ_m κ|m||v_{αβ,m}| (ε_{β,m} + κ|m| D^q_β).
///
/// Then |w_t(ξ,η) − Σ_nodes| ≤ |ξ| D^p + |η| D^q + what nodes and rules err by.
public final class CertifiedSolution: Evolution {
  let model: CertifiedModel
  /// Nodes, degree and precision.
  public let plan: SolutionPlan
  public var time: Double { done == 0 ? 0 : panels[done - 1].end.middle }
  private let times: [DecimalNumber]
  private let panels: [TermPanel]
  private var done = 0
  private let arguments: [[TermArgument]]
  private let workers: Workers
  private let chebyshev: ChebyshevRule
  private let rows: [SolutionRow]
  /// κm
  private let waves: [Double]
  /// Of each rule, beyond the real axis in q and in p.
  private var positionStrips, momentumStrips: [[StripTrack]]
  /// D^q and D^p.
  private var distances: (q: [Double], p: [Double])
  /// For tests: a field that is off by this much, relatively, in its first mode. It may widen the enclosures and nothing else.
  package var disturbance = 0.0

  /// The solution at time zero.
  /// - Parameters:
  ///   - states: one for each species.
  ///   - times: every time that will be asked for, sorted.
  /// - Throws: `HypothesisError` for a model or states beyond the class.
  public init(
    _ model: Model, states: [any OneParticleState], times: [DecimalNumber], points: [Point],
    plan: SolutionPlan, workers: Workers
  ) throws {
    let certified = try CertifiedModel(model, states: states, label: "a certified solution")
    self.model = certified
    self.plan = plan
    self.times = times
    self.workers = workers
    let (precision, count) = (plan.precision, 2 * plan.degree + 1)
    chebyshev = ChebyshevRule(degree: plan.degree, precision: precision)
    rows = plan.rules.flatMap { rule in
      (0..<rule.rows).map {
        SolutionRow(rule, row: $0, model: certified, points: count, precision: precision)
      }
    }
    var rest = rows[...]
    for rule in plan.rules {
      try rule.checkMass(rest.prefix(rule.rows).map(\.weights), kappa: certified.kappa)
      rest = rest.dropFirst(rule.rows)
    }
    waves = certified.modes.map { (certified.kappa * Ball($0)).upper }
    positionStrips = plan.rules.map { _ in
      SolutionPlan.positionWidths(certified).map { StripTrack(width: $0, position: $0, velocity: 0) }
    }
    momentumStrips = plan.rules.map { rule in
      SolutionPlan.momentumWidths.map { b in
        StripTrack(
          width: b, position: 0,
          velocity: (Ball(exactly: b) * rule.stream.sigma / certified.masses[rule.species]).upper)
      }
    }
    distances = (certified.masses.map { _ in 0 }, certified.masses.map { _ in 0 })
    arguments = try points.map { try TermArgument.all(of: $0, in: model.geometry) }
    panels = TermPanel.panels(times, longest: plan.panelLength)
  }

  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    guard time == 0 || times.contains(where: { $0.value == time }), time >= self.time else {
      throw ArgumentError("time", expected: "one of the times of the solution, not earlier", got: "\(time)")
    }
    while done < panels.count, self.time < time {
      try advance(over: panels[done])
      done += 1
      try afterStep()
    }
  }

  private func advance(over panel: TermPanel) throws {
    let count = chebyshev.count
    let place = SolutionPanel(
      panel: panel, points: (0..<count).map { chebyshev.points.middle($0) }, half: panel.half.middle)
    let field = approximateField(place)
    let forces = force(of: field)
    eachRow { [model, chebyshev, plan] row in
      let scratch = SolutionScratch(model, points: count, rounds: plan.rounds, precision: plan.precision)
      row.enclose(place, force: forces[row.rule.species], model, chebyshev, scratch)
    }
    advanceStrips(2 * panel.half.upper * (1 + 1e-12), forces)
    let residuals = try residuals(of: field)
    close(2 * panel.half.upper * (1 + 1e-12), residuals, forces)
    guard (distances.q + distances.p).allSatisfy(\.isFinite) else {
      throw NumericalFailure(
        in: "the certified solution",
        "no strip is left at t = \(panel.end.middle): more nodes, or shorter times")
    }
  }

  // MARK: the field

  /// Self-consistent nodes at the points of a panel, by iteration, and the polynomials through their densities.
  private func approximateField(_ panel: SolutionPanel) -> [SeriesOnPanel] {
    let (count, M) = (chebyshev.count, waves.count)
    let masses = model.masses.map(\.middle)
    let couplings = model.couplings.map { $0.map { $0.map { $0?.middle ?? 0 } } }
    let (waves, integral) = (waves, chebyshev.roundedIntegral)
    eachRow { $0.begin(panel, mass: masses[$0.rule.species]) }
    var densities = model.masses.map { _ in [Double](repeating: 0, count: 2 * M * count) }
    var last = Double.infinity
    for round in 0..<40 {
      // Im(conj(ρ) z): coefficients of sin and cos.
      let forces = densities.indices.map { alpha in
        var force = [Double](repeating: 0, count: 2 * M * count)
        for beta in densities.indices {
          for m in 0..<M where couplings[alpha][beta][m] != 0 {
            for k in 0..<count {
              force[m * count + k] += couplings[alpha][beta][m] * densities[beta][m * count + k]
              force[(M + m) * count + k] -= couplings[alpha][beta][m] * densities[beta][(M + m) * count + k]
            }
          }
        }
        return force
      }
      eachRow {
        let alpha = $0.rule.species
        $0.approach(
          panel, force: round == 0 ? nil : forces[alpha], waves: waves, mass: masses[alpha],
          integral: integral)
      }
      var next = model.masses.map { _ in [Double](repeating: 0, count: 2 * M * count) }
      for row in rows {
        for (k, value) in row.roundedDensity.enumerated() { next[row.rule.species][k] += value }
      }
      var change = 0.0
      for (new, old) in zip(next.joined(), densities.joined()) { change = max(change, (new - old).magnitude) }
      densities = next
      // Down to roundings: no nearer than the round before.
      if change < 1e-13, change >= last / 4 { break }
      last = change
    }
    return densities.map { values in
      let series = SeriesOnPanel(modes: M, orders: 1, points: count, precision: plan.precision)
      let scratch = SolutionScratch(model, points: count, rounds: 0, precision: plan.precision)
      for m in 0..<M {
        for (part, target) in [(m, series.real), (M + m, series.imaginary)] {
          let factor = m == 0 ? 1 + disturbance : 1
          for k in 0..<count { scratch.guess[k] = Ball(exactly: factor * values[part * count + k]) }
          _ = chebyshev.project(scratch.guess, into: scratch.short, scratch.matrix)
          // The field is one polynomial, not a ball of them: its values are these.
          for k in 0..<count { target.set(series.place(m, k), to: scratch.short, k) }
        }
        series.measure(m, 0)
      }
      return series
    }
  }

  /// g_{α,m} = Σ_β 2κm v_{αβ,m} conj(r̄_{β,m})
  private func force(of field: [SeriesOnPanel]) -> [SeriesOnPanel] {
    let count = chebyshev.count
    let coupling = BallVector(count: 1, precision: plan.precision)
    return model.couplings.map { pairs in
      let g = SeriesOnPanel(modes: waves.count, orders: 1, points: count, precision: plan.precision)
      for m in 0..<g.modes {
        for (beta, pair) in pairs.enumerated() {
          guard let factor = pair[m] else { continue }
          coupling[0] = factor
          for k in 0..<count {
            g.real.addProduct(g.place(m, k), field[beta].real, g.place(m, k), coupling, 0)
            g.imaginary.addProduct(g.place(m, k), field[beta].imaginary, g.place(m, k), coupling, 0)
          }
        }
        for k in 0..<count { g.imaginary.negate(g.place(m, k)) }
        g.measure(m, 0)
      }
      return g
    }
  }

  // MARK: what is not known of it

  private func advanceStrips(_ length: Double, _ forces: [SeriesOnPanel]) {
    for (index, rule) in plan.rules.enumerated() {
      let alpha = rule.species
      for k in positionStrips[index].indices {
        positionStrips[index][k].advance(
          length, force: forces[alpha].sizes, waves: waves, mass: model.masses[alpha].lower)
      }
      for k in momentumStrips[index].indices {
        momentumStrips[index][k].advance(
          length, force: forces[alpha].sizes, waves: waves, mass: model.masses[alpha].lower)
      }
    }
  }

  /// What the rules of a species err by in ∫ h df_0 of an h with |h| ≤ e^{x|Im Q| + y|Im P|}.
  private func ruleError(_ species: Int, position x: Double, momentum y: Double) -> Double {
    var error = 0.0
    for (index, rule) in plan.rules.enumerated() where rule.species == species {
      let mass = model.masses[species].upper
      let growth = { (track: StripTrack) in x * track.position + y * mass * track.velocity }
      error += rule.positionError(
        positionStrips[index].map { ($0.width, growth($0)) }, kappa: model.kappa)
      error += rule.momentumError(momentumStrips[index].map { ($0.width, growth($0)) })
    }
    return error
  }

  /// ε_{β,m} on the panel.
  private func residuals(of field: [SeriesOnPanel]) throws -> [[Double]] {
    let count = chebyshev.count
    let one = BallVector(count: 1, precision: plan.precision)
    one[0] = Ball(1)
    return field.indices.map { beta in
      let sum = SeriesOnPanel(modes: waves.count, orders: 1, points: count, precision: plan.precision)
      for row in rows where row.rule.species == beta {
        sum.add(row.density, order: 0, times: one, 0, magnitude: 1)
      }
      return waves.indices.map { m in
        for k in 0..<count {
          let place = sum.place(m, k)
          sum.real.setDifference(place, sum.real, place, field[beta].real, place)
          sum.imaginary.setDifference(place, sum.imaginary, place, field[beta].imaginary, place)
        }
        sum.measure(m, 0)
        return (sum.sizes[m] + sum.remainders[m] + ruleError(beta, position: waves[m], momentum: 0))
          * (1 + 1e-12)
      }
    }
  }

  /// D^q and D^p at the end of the panel: y′ = A y + c with A, c ≥ 0 has y(h) ≤ e^{hA}(y(0) + hc).
  private func close(_ length: Double, _ residuals: [[Double]], _ forces: [SeriesOnPanel]) {
    let species = model.masses.indices
    let couplings = model.couplings.map { $0.map { $0.map { $0?.magnitude.upper ?? 0 } } }
    let lipschitz = species.map { alpha in
      zip(waves, forces[alpha].sizes).reduce(0) { $0 + $1.0 * $1.1 } * (1 + 1e-12)
    }
    let variations = model.variations
    let source = species.map { alpha in
      var sum = 0.0
      for beta in species {
        for m in waves.indices { sum += couplings[alpha][beta][m] * residuals[beta][m] }
      }
      return variations[alpha] * sum
    }
    // A on (D^q, D^p)
    let apply = { (q: [Double], p: [Double]) -> (q: [Double], p: [Double]) in
      let dq = species.map { p[$0] / self.model.masses[$0].lower }
      let dp = species.map { alpha in
        var sum = lipschitz[alpha] * q[alpha]
        for beta in species {
          for m in self.waves.indices {
            sum += variations[alpha] * couplings[alpha][beta][m] * self.waves[m] * q[beta]
          }
        }
        return sum
      }
      return (dq, dp)
    }
    let norm = species.reduce(0.0) { norm, alpha in
      var own = lipschitz[alpha]
      for other in species {
        for m in waves.indices { own += variations[other] * couplings[other][alpha][m] * waves[m] }
      }
      return max(norm, own, 1 / model.masses[alpha].lower)
    }
    // Pieces with ‖hA‖ ≤ 20: each term of e^{hA} beyond the sixtieth is at most half the one before, and all together less than it.
    let pieces = (norm * length / 20).rounded(.up)
    guard pieces <= 1e6 else {
      distances = (species.map { _ in .infinity }, species.map { _ in .infinity })
      return
    }
    let step = length / max(1, pieces) * (1 + 1e-15)
    for _ in 0..<max(1, Int(pieces)) {
      var term = (q: distances.q, p: zip(distances.p, source).map { $0 + step * $1 })
      var sum = term
      for k in 1...60 {
        let next = apply(term.q, term.p)
        term = (next.q.map { $0 * step / Double(k) }, next.p.map { $0 * step / Double(k) })
        sum = (zip(sum.q, term.q).map(+), zip(sum.p, term.p).map(+))
      }
      let rest = (term.q + term.p).reduce(0, +)
      distances = (
        sum.q.map { ($0 + rest) * (1 + 1e-12) + 1e-290 }, sum.p.map { ($0 + rest) * (1 + 1e-12) + 1e-290 }
      )
    }
  }

  private func eachRow(_ body: @Sendable (SolutionRow) -> Void) {
    let rows = UncheckedSolutionRows(rows: rows)
    workers.forEachRange(of: rows.rows.count) { range in for index in range { body(rows.rows[index]) } }
  }

  // MARK: values

  /// ρ_{β,m}(t) = ∫ e^{iκmQ} df_0, the mode of the density of a species, at the present time; any m.
  public func density(of species: Int, mode m: Int) -> ComplexBall {
    let eta = model.kappa * Ball(abs(m))
    // ξ = ηt/m_β takes P out of the exponent.
    var sum = ComplexBall(Ball(0))
    for row in rows where row.rule.species == species {
      sum = sum + row.value(moved: Ball(0), eta: m < 0 ? -eta : eta)
    }
    let error =
      eta.magnitude.upper * distances.q[species]
      + ruleError(species, position: eta.magnitude.upper, momentum: 0)
    return sum.widened(by: error * (1 + 1e-12))
  }

  /// The energy of the field at the present time: Σ_{αβ} Σ_{m>0} v_{αβ,m} Re(ρ_{α,m} conj ρ_{β,m}), both signs of m together.
  public func fieldEnergy() -> Ball {
    var energy = Ball(0)
    for (place, m) in model.modes.enumerated() {
      let densities = model.masses.indices.map { density(of: $0, mode: m) }
      for alpha in model.masses.indices {
        for beta in model.masses.indices {
          guard let coupling = model.couplings[alpha][beta][place] else { continue }
          let (a, b) = (densities[alpha], densities[beta])
          let product = a.real * b.real + a.imaginary * b.imaginary
          energy += coupling / (Ball(2 * m) * model.kappa) * product
        }
      }
    }
    return energy
  }

  /// w_t at the present time, at every point: products of the enclosed one-particle functions.
  public func values() -> [ComplexBall] {
    let time = done == 0 ? Ball(0) : panels[done - 1].end
    var factors: [TermArgument: ComplexBall] = [:]
    for argument in Set(arguments.joined()) {
      let alpha = argument.species
      let eta = model.kappa * Ball(argument.mode)
      let moved = argument.xi - eta * time / model.masses[alpha]
      var sum = ComplexBall(Ball(0))
      for row in rows where row.rule.species == alpha { sum = sum + row.value(moved: moved, eta: eta) }
      let error =
        moved.magnitude.upper * distances.p[alpha] + eta.magnitude.upper * distances.q[alpha]
        + ruleError(alpha, position: eta.magnitude.upper, momentum: moved.magnitude.upper)
      factors[argument] = sum.widened(by: error * (1 + 1e-12))
    }
    return arguments.map { arguments in
      arguments.reduce(ComplexBall(Ball(1))) { $0 * (factors[$1] ?? ComplexBall(Ball(0) / Ball(0))) }
    }
  }

  // MARK: saved between panels

  public func save(to sink: some StateSink) {
    sink.write("panels", [Double(done)])
    sink.write("distances", distances.q + distances.p)
    // A strip that is lost stays lost.
    let strips = (positionStrips + momentumStrips).joined().flatMap { [$0.position, $0.velocity] }
    sink.write("strips", strips.map { $0.isFinite ? $0 : -1 })
    sink.write("characteristics", rows.flatMap { $0.saved() })
  }

  public func restore(_ state: SavedState) throws {
    let panels = try state.array("panels", count: 1)[0]
    guard panels >= 0, panels <= Double(self.panels.count), panels == panels.rounded() else {
      throw SavedStateError(array: "panels", expected: "0 … \(self.panels.count)", got: "\(panels)")
    }
    let species = model.masses.count
    let distances = try state.array("distances", count: 2 * species)
    let count = (positionStrips + momentumStrips).joined().count
    let strips = try state.array("strips", count: 2 * count).map { $0 < 0 ? .infinity : $0 }
    var rest = try state.array("characteristics")[...]
    for row in rows {
      guard let taken = row.restore(saved: rest) else {
        throw SavedStateError(array: "characteristics", expected: "\(plan.nodes) nodes", got: "others")
      }
      rest = rest.dropFirst(taken)
    }
    guard rest.isEmpty, distances.allSatisfy({ $0 >= 0 }) else {
      throw SavedStateError(array: "characteristics", expected: "\(plan.nodes) nodes", got: "more")
    }
    done = Int(panels)
    self.distances = (Array(distances.prefix(species)), Array(distances.suffix(species)))
    var place = 0
    func next(_ track: StripTrack) -> StripTrack {
      defer { place += 2 }
      return track.at(position: strips[place], velocity: strips[place + 1])
    }
    positionStrips = positionStrips.map { $0.map(next) }
    momentumStrips = momentumStrips.map { $0.map(next) }
  }
}

struct UncheckedSolutionRows: @unchecked Sendable {
  let rows: [SolutionRow]
}
