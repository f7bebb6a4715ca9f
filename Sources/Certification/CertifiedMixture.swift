public import CLibraries
public import Computing
public import Interaction
public import PhaseSpace

/// What is enclosed for mixtures of products, Σ_i w_i (the product of the states i): the terms D_0 … D_L, and the solution.
///
/// Nodes, degree and precision are chosen from the radius that is asked for; where it is not reached at a time, the computation
/// begins again more finely, three times at most, and the figure of resolution says what was reached.
public struct CertifiedMixture: Sendable {
  /// The model.
  public let model: Model
  /// The data.
  public let initial: ProductMixture
  /// Where.
  public let points: [Point]
  /// When, increasing.
  public let times: [DecimalNumber]
  /// L
  public let orders: Int
  /// The radius that is asked for.
  public let radius: Double

  /// - Throws: `HypothesisError` for a model or data beyond the class (d = 1, the torus, the classical kernel, N = ∞, no external
  ///   potential, maxwellian and two-stream states).
  public init(
    model: Model, initial: ProductMixture, points: [Point], times: [DecimalNumber], orders: Int,
    radius: Double
  ) throws {
    for component in initial.components {
      _ = try CertifiedModel(model, states: component.states, label: "certify")
    }
    self.model = model
    self.initial = initial
    self.points = points
    self.times = times
    self.orders = orders
    self.radius = radius
  }

  /// How often a computation may begin again.
  static let attempts = 4

  /// The terms at time zero.
  public func terms(workers: Workers) -> Refined<CertifiedTerms> {
    Refined(self) { attempt in
      try initial.components.map { component in
        let plan = try TermPlan(
          model, states: component.states, orders: orders, times: times, points: points, radius: radius,
          attempt: attempt)
        return try CertifiedTerms(
          model, states: component.states, orders: orders, times: times, points: points, plan: plan,
          workers: workers)
      }
    }
  }

  /// The solution at time zero.
  public func solution(workers: Workers) -> Refined<CertifiedSolution> {
    Refined(self) { attempt in
      try initial.components.map { component in
        let plan = try SolutionPlan(
          model, states: component.states, times: times, points: points, radius: radius, attempt: attempt)
        return try CertifiedSolution(
          model, states: component.states, times: times, points: points, plan: plan, workers: workers)
      }
    }
  }

  /// Σ_i w_i of what the components have at the points.
  func mixed(_ values: [[[ComplexBall]]]) -> [[ComplexBall]] {
    points.indices.map { point in
      (values.first?[point] ?? []).indices.map { j in
        zip(initial.components, values).reduce(ComplexBall(Ball(0))) {
          $0 + ComplexBall(Ball($1.0.writtenWeight)) * $1.1[point][j]
        }
      }
    }
  }

  /// The nodes of the terms, and the seconds that terms and solution take on one processor; ∞ where it is out of question.
  public func work() throws -> (nodes: Int, seconds: Double) { try work(attempt: 0) }

  func work(attempt: Int) throws -> (nodes: Int, seconds: Double) {
    var work = (nodes: 0, seconds: 0.0)
    for component in initial.components {
      let terms = try termPlan(component, attempt)
      let solution = try solutionPlan(component, attempt)
      let modes = Double(modeCount)
      let last = times.map(\.value).max() ?? 0
      let size = Double(2 * terms.degree + 1)
      let panels = (last / terms.panelLength).rounded(.up) + Double(times.count)
      let perOrder = (2 + 3 * modes) * size * size * 6e-9 + modes * size * Double(orders) * 6e-8
      work.seconds += Double(terms.nodes) * panels * Double(orders) * perOrder
      let points = Double(2 * solution.degree + 1) * Double(solution.rounds + 1)
      work.seconds +=
        Double(solution.nodes) * ((last / solution.panelLength).rounded(.up) + Double(times.count)) * points
        * modes * 5e-6
      work.nodes += terms.nodes
    }
    return work
  }

  /// Bytes that the terms hold, or the solution, whichever is more; nil where no Int holds them.
  public func bytes() throws -> Int? { try bytes(attempt: 0) }

  func bytes(attempt: Int) throws -> Int? {
    var (terms, solution): (Int?, Int?) = (0, 0)
    for component in initial.components {
      let plan = try termPlan(component, attempt)
      let size = TermNode.bytes(
        modes: modeCount, orders: orders, points: 2 * plan.degree + 1, precision: plan.precision)
      let row = SeriesOnPanel.bytes(
        modes: modeCount, orders: orders + 1, points: 2 * plan.degree + 1, precision: plan.precision)
      terms = Memory.sum(
        terms, Memory.product(plan.nodes, size), Memory.product(plan.rules.reduce(0) { $0 + $1.rows }, row))
      let other = try solutionPlan(component, attempt)
      let rows = other.rules.reduce(0) { $0 + $1.rows }
      let points = 2 * other.degree + 1
      solution = Memory.sum(
        solution, Memory.product(other.nodes, 8 * points + 4 * BallVector.bytes(precision: other.precision)),
        Memory.product(
          rows,
          SeriesOnPanel.bytes(modes: modeCount, orders: 1, points: points, precision: other.precision)
            + 16 * modeCount * points))
    }
    return Memory.largest([terms, solution])
  }

  private var modeCount: Int {
    Set(model.species.indices.flatMap { model.potentials.forceModes(of: $0).map { abs($0[0]) } }).count
  }

  private func termPlan(_ component: ProductMixture.Component, _ attempt: Int) throws -> TermPlan {
    try TermPlan(
      model, states: component.states, orders: orders, times: times, points: points, radius: radius,
      attempt: attempt)
  }

  private func solutionPlan(_ component: ProductMixture.Component, _ attempt: Int) throws -> SolutionPlan {
    try SolutionPlan(
      model, states: component.states, times: times, points: points, radius: radius, attempt: attempt)
  }
}

/// One of the computations for each component of a mixture, begun again more finely until its enclosures are as narrow as asked for.
public final class Refined<Part: EnclosingEvolution>: Evolution {
  private let mixture: CertifiedMixture
  private let begin: (Int) throws -> [Part]
  private var attempt = 0
  /// What the attempt before this reached.
  private var last = Double.infinity
  private var parts: [Part]?

  init(_ mixture: CertifiedMixture, begin: @escaping (Int) throws -> [Part]) {
    self.mixture = mixture
    self.begin = begin
  }

  public var time: Double { parts?.map(\.time).min() ?? 0 }

  private func current() throws -> [Part] {
    if let parts { return parts }
    let parts = try begin(attempt)
    self.parts = parts
    return parts
  }

  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    while true {
      var reached = Double.infinity
      do {
        for part in try current() { try part.advance(to: time, afterStep: afterStep) }
        reached = widest(try values())
        guard reached > mixture.radius, try canRefine(from: reached) else { return }
      } catch let failure as NumericalFailure {
        guard try canRefine(from: .infinity) else { throw failure }
      }
      last = reached
      attempt += 1
      parts = nil
    }
  }

  /// Whether another, finer attempt may help: the last made a difference, and the next takes at most four times the memory and thirty
  /// times the work of the first.
  private func canRefine(from reached: Double) throws -> Bool {
    let next = attempt + 1
    guard next < CertifiedMixture.attempts, !(attempt > 0 && reached.isFinite && reached > last / 2),
      let first = try mixture.bytes(), let bytes = try mixture.bytes(attempt: next), bytes / 4 <= first,
      try mixture.work(attempt: next).seconds <= 30 * mixture.work().seconds
    else { return false }
    try Memory.require(bytes, for: "finer enclosures")
    return true
  }

  /// The enclosures at the present time, by point and order (one of them for the solution).
  public func values() throws -> [[ComplexBall]] { mixture.mixed(try current().map { $0.enclosures() }) }

  private func widest(_ values: [[ComplexBall]]) -> Double {
    values.joined().reduce(0) { widest, value in
      guard value.isFinite else { return .infinity }
      return max(widest, value.real.radius, value.imaginary.radius)
    }
  }

  /// The widest enclosure, which is to be at most the radius asked for.
  public func resolution() throws -> [ResolutionFigure] {
    [
      ResolutionFigure(
        Part.figureName, time: time, value: widest(try values()), limit: mixture.radius)
    ]
  }

  public func save(to sink: some StateSink) {
    sink.write("attempt", [Double(attempt), last.isFinite ? last : -1])
    for (index, part) in (parts ?? []).enumerated() { part.save(to: sink.part("\(index)")) }
  }

  public func restore(_ state: SavedState) throws {
    let saved = try state.array("attempt", count: 2)
    let attempt = saved[0]
    guard attempt >= 0, attempt < Double(CertifiedMixture.attempts), attempt == attempt.rounded() else {
      throw SavedStateError(
        array: "attempt", expected: "0 … \(CertifiedMixture.attempts - 1)", got: "\(attempt)")
    }
    self.attempt = Int(attempt)
    last = saved[1] < 0 ? .infinity : saved[1]
    parts = nil
    guard state.arrays["0/panels"] != nil else { return }
    for (index, part) in try current().enumerated() { try part.restore(state.part("\(index)")) }
  }
}

/// An evolution whose values are enclosures.
public protocol EnclosingEvolution: Evolution {
  /// What the width of its enclosures is called among the figures of resolution.
  static var figureName: String { get }
  /// At the present time, by point and order.
  func enclosures() -> [[ComplexBall]]
}

extension CertifiedTerms: EnclosingEvolution {
  public static var figureName: String { "radius of the certified terms" }
  public func enclosures() -> [[ComplexBall]] { terms() }
}

extension CertifiedSolution: EnclosingEvolution {
  public static var figureName: String { "radius of the certified solution" }
  public func enclosures() -> [[ComplexBall]] { values().map { [$0] } }
}
