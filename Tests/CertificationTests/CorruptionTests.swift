import CLibraries
import Certification
import Computing
import Interaction
import PhaseSpace
import Testing

/// What is wrong on purpose: a check refuses it, or the enclosures are wider. (A field off in its tenth digit and a node's weight are in
/// the suites of solution and terms.)
@Suite("Certified numbers with something wrong in them")
struct CorruptionTests {
  let workers = Workers(threads: 2)
  let points = [CertificationModels.point((0, 0.5, 1)), CertificationModels.point((1, 1.0, 1))]
  let time: DecimalNumber = 0.6

  private func terms(_ model: Model, _ states: [any OneParticleState], radius: Double) throws
    -> [[ComplexBall]]
  {
    let plan = try TermPlan(
      model, states: states, orders: 8, times: [time], points: points, radius: radius)
    let series = try CertifiedTerms(
      model, states: states, orders: 8, times: [time], points: points, plan: plan, workers: workers)
    try series.advance(to: time.value)
    return series.terms()
  }

  private func solution(
    _ model: Model, _ states: [any OneParticleState], radius: Double, exaggeration: Double = 1,
    _ change: (NodeRule) -> NodeRule = { $0 }
  ) throws -> [ComplexBall] {
    var plan = try SolutionPlan(model, states: states, times: [time], points: points, radius: radius)
    plan.rules = plan.rules.map(change)
    let flow = try CertifiedSolution(
      model, states: states, times: [time], points: points, plan: plan, workers: workers)
    flow.exaggeration = exaggeration
    try flow.advance(to: time.value)
    return flow.values()
  }

  /// |Δ_9| to this time is far below.
  private let tail = 1e-12

  @Test(
    "strips twice as wide as they are: series and solution have nothing in common, and the run is refused")
  func strips() throws {
    let (model, states) = try CertificationModels.twoSpecies()
    let series = try terms(model, states, radius: 1e-13)
    // So few nodes that what their rules err by is nearly all there is.
    let few: (NodeRule) -> NodeRule = { $0.with(positions: 5) }
    let honest = try solution(model, states, radius: 1e-8, few)
    let wrong = try solution(model, states, radius: 1e-8, exaggeration: 2, few)
    var refused = 0
    for (k, terms) in series.enumerated() {
      #expect(honest[k].radius > 1e-9)
      _ = try CertifiedRemainders(solution: honest[k], terms: terms, tail: tail)
      #expect(wrong[k].radius < honest[k].radius)
      do {
        _ = try CertifiedRemainders(solution: wrong[k], terms: terms, tail: tail)
      } catch is NumericalFailure {
        refused += 1
      }
    }
    #expect(refused > 0, "\(honest), \(wrong)")
  }

  @Test("a tail that is dropped, or thirty times too small: series and solution have nothing in common")
  func droppedTail() throws {
    let (model, states) = try CertificationModels.twoSpecies()
    let series = try terms(model, states, radius: 1e-13)
    let values = try solution(model, states, radius: 1e-12)
    for (terms, value) in zip(series, values) {
      let short = Array(terms.prefix(4))
      let honest = try CertifiedRemainders(solution: value, terms: terms, tail: tail)
      let rest = (value - short.reduce(ComplexBall(Ball(0))) { $0 + $1 }).magnitude
      #expect(rest.lower > 1e-10)
      for tail in [0, rest.lower / 30] {
        #expect(throws: NumericalFailure.self) {
          _ = try CertifiedRemainders(solution: value, terms: short, tail: tail)
        }
      }
      // The true one gives intervals that contain those of more terms.
      let wide = try CertifiedRemainders(solution: nil, terms: short, tail: rest.upper)
      for (a, b) in zip(wide.remainders, honest.remainders) {
        #expect(a.lowerBound <= b.lowerBound && a.upperBound >= b.upperBound)
      }
    }
  }
}
