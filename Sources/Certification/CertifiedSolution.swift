import CLibraries
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
  public var time: Double { course.time }
  var course: PanelCourse
  let arguments: [[TermArgument]]
  private let workers: Workers
  let chebyshev: ChebyshevRule
  let rows: [SolutionRow]
  /// κm
  let waves: [Double]
  /// Of each rule, beyond the real axis in q and in p.
  var positionStrips, momentumStrips: [[StripTrack]]
  /// D^q and D^p.
  var distances: (q: [Double], p: [Double])
  /// For tests: a field that is off by this much, relatively, in its first mode. It may widen the enclosures and nothing else.
  package var disturbance = 0.0
  /// For tests: strips that are said to be this much wider than they are.
  package var exaggeration = 1.0

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
    self.workers = workers
    let (precision, count) = (plan.precision, 2 * plan.degree + 1)
    chebyshev = ChebyshevRule(degree: plan.degree, precision: precision)
    rows = plan.rules.flatMap { rule in
      (0..<rule.rows).map {
        SolutionRow(rule, row: $0, model: certified, points: count, precision: precision)
      }
    }
    try rows.checkMasses(plan.rules, kappa: certified.kappa)
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
    course = PanelCourse(times, longest: plan.panelLength)
  }

  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    while let panel = try course.next(until: time) {
      try advance(over: panel)
      course.step()
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
    let residuals = residuals(of: field)
    close(2 * panel.half.upper * (1 + 1e-12), residuals, forces)
    guard (distances.q + distances.p).allSatisfy(\.isFinite) else {
      throw NumericalFailure(
        in: "the certified solution",
        "no strip is left at t = \(panel.end.middle): more nodes, or shorter times")
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
  func ruleError(_ species: Int, position x: Double, momentum y: Double) -> Double {
    var error = 0.0
    for (index, rule) in plan.rules.enumerated() where rule.species == species {
      let mass = model.masses[species].upper
      let growth = { (track: StripTrack) in x * track.position + y * mass * track.velocity }
      error += rule.positionError(
        positionStrips[index].map { (exaggeration * $0.width, growth($0)) }, kappa: model.kappa)
      error += rule.momentumError(momentumStrips[index].map { (exaggeration * $0.width, growth($0)) })
    }
    return error
  }

  /// ε_{β,m} on the panel.
  private func residuals(of field: [SeriesOnPanel]) -> [[Double]] {
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

  func eachRow(_ body: @Sendable (SolutionRow) -> Void) {
    let rows = UncheckedRows(rows: rows)
    workers.forEachRange(of: rows.rows.count) { range in for index in range { body(rows.rows[index]) } }
  }
}
