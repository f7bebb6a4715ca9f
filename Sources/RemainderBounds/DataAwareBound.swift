// The data-aware majorant (Papers/data-aware-majorant.md): a tree ends in the data, so that with a_β(n) = n_β sup_ξ |f_β(ξ,κn)|
//
//     |D_j| ≤ [λ^j] Π_i [e^{in_i·θ}] a_{α_i}(θ) exp( m_{α_i} {(b_{α_i}/t)|ξ_i| + (b_{α_i}′ − b_{α_i}/t)|ξ_i − η_i t/m_{α_i}|} ),
//
// b_α(s,θ) of `DataAwareSeries`, and |Δ_L| ≤ Σ_{j≥L} |D_j|. A mixture is the weighted sum of its components.

public import CLibraries
import Foundation
public import Interaction
public import PhaseSpace

/// The bound that knows the modes of the data, on the torus at N = ∞, for products of states with `leafWeights` and their
/// mixtures. It needs no positivity.
///
/// The sum over j is taken term by term to J = orders + 6, and closed by the better of two tails:
///
/// - Σ_{j>J} ≤ R^{−(J+1)} (G(R) − Σ_{j≤J} R^j [λ^j]), G the generating function at λ = R > 1 from `UpperSolution`, for t below
///   the bound's radius T_5: sharp to 0.6 T_5, a factor three too large at 0.8 T_5, of no use in the last tenth;
/// - the multi-type bound of Δ_{J+1}, at all t, where the data are known to be nonnegative. (Then a term is taken only
///   while it is better than the multi-type bound of the same L, so that data-aware ≤ multi-type.)
///
/// Cost: the products of two modes' numbers, of order m_V^{2d} J^{2d+2} for each species and |m|, once; the same for each
/// particle, point and time. Beyond 2·10⁸ of them the bound is refused.
public struct DataAwareBound: RemainderBound {
  public let name = "data-aware"
  public let label = "the data-aware majorant"
  public var needsNonnegativeData: Bool { false }

  /// The bound has no parameters.
  public init() {}

  /// How many terms beyond the orders asked for are summed one by one.
  static var extraOrders: Int { 6 }

  public func checkOwnHypotheses(_ model: Model, initial: any InitialHierarchy) throws(HypothesisError) {
    _ = try components(model, initial)
  }

  /// The products whose sum the data are.
  private func components(_ model: Model, _ initial: any InitialHierarchy) throws(HypothesisError)
    -> [(weight: DecimalNumber, states: [any OneParticleState])]
  {
    guard model.particles == nil else { throw HypothesisError(label, requires: "N = ∞") }
    guard model.geometry.kappa != nil else { throw HypothesisError(label, requires: "a torus") }
    guard let products = initial.products else {
      throw HypothesisError(label, requires: "factorised data or a mixture of products")
    }
    var result: [(weight: DecimalNumber, states: [any OneParticleState])] = []
    for component in products where component.weight != 0 {
      var states: [any OneParticleState] = []
      for (state, species) in zip(component.states, model.species) {
        guard state.leafWeights(as: Double.self) != nil else {
          throw HypothesisError(
            label, requires: "data with finitely many modes of known size (\(species.name) has none)")
        }
        states.append(state)
      }
      result.append((component.writtenWeight, states))
    }
    return result
  }

  public func evaluator<Scalar: RealScalar>(
    _ model: Model, initial: any InitialHierarchy, orders: Int, as _: Scalar.Type
  ) throws -> BoundEvaluator<Scalar> {
    if Scalar.self == Ball.self,
      let evaluator = try evaluator(model, initial, orders, BallVector.self) as? BoundEvaluator<Scalar>
    {
      return evaluator
    }
    return try evaluator(model, initial, orders, ScalarNumbers<Scalar>.self)
  }

  /// With the sums of products in numbers of this kind.
  private func evaluator<Numbers: SeriesNumbers>(
    _ model: Model, _ initial: any InitialHierarchy, _ orders: Int, _: Numbers.Type
  ) throws -> BoundEvaluator<Numbers.Scalar> {
    typealias Scalar = Numbers.Scalar
    let label = self.label
    let last = orders + Self.extraOrders
    let products = try components(model, initial).map {
      try DataAwareProduct<Numbers>(model, $0.states, weight: $0.weight, orders: last, label: label)
    }
    let kappa = model.geometry.kappa(as: Scalar.self)
    let masses = model.species.map { Scalar($0.mass) }
    var multiType: BoundEvaluator<Scalar>?
    if initial.isNonnegative(hbar: model.kernel.hbar) {
      multiType = try MultiTypeBound().evaluator(
        model, initial: initial, orders: last + 1, as: Scalar.self)
    }
    return { [multiType] point, time in
      let t = time.magnitude
      let particles = try point.map { particle in
        guard let mode = particle.mode ?? Self.mode(particle, model.geometry) else {
          throw ArgumentError("eta", expected: "a point of κZ^d on the torus", got: "\(particle.eta)")
        }
        return TreeParticle(
          species: particle.species, mode: mode, start: particle.distance(as: Scalar.self),
          end: particle.finalDistance(time: time, mass: masses[particle.species], kappa: kappa))
      }
      guard t.upper > 0 else { return [Scalar](repeating: Scalar(0), count: orders) }
      var sum = [Scalar](repeating: Scalar(0), count: last + 1)
      var tail: Scalar? = Scalar(0)
      for product in products {
        let terms = product.terms(particles, time: t)
        for (j, term) in terms.enumerated() { sum[j] += term }
        if let sofar = tail { tail = product.tail(particles, terms: terms, time: t).map { sofar + $0 } }
      }
      let other = try multiType?(point, time)
      guard var rest = [tail, other?[last]].compactMap({ $0 }).min(by: { $0.upper < $1.upper }) else {
        throw HypothesisError(
          label, requires: "nonnegative data, or a time below that to which its series converges")
      }
      for order in stride(from: last, through: 1, by: -1) {
        rest = sum[order] + rest
        if let other { rest = Scalar.minimum(rest, other[order - 1]) }
        sum[order] = rest
      }
      return Array(sum[1..<(orders + 1)])
    }
  }

  private static func mode(_ particle: Particle, _ geometry: PhaseSpaceGeometry) -> ModeIndex? {
    geometry.mode(of: SpaceVector(components: particle.eta.map(\.value)))
  }

  /// T_5, not certified: the blow-up of the majorant on folded modes by extrapolation, from below, to about
  /// 2e-4 on a circle; folding costs more where d = 2, 3 leave few modes.
  public func convergenceTime<Scalar: RealScalar>(
    _ model: Model, initial: any InitialHierarchy, species: [Int], as _: Scalar.Type
  ) throws -> Scalar? {
    var least = Double.infinity
    for component in try components(model, initial) {
      let system = try TreeSystem<Double>(model, states: component.states, label: label)
      // Species that do not act on each other blow up each at its own time.
      var covered: Set<Int> = []
      for alpha in species where !covered.contains(alpha) {
        let members = system.reached(from: [alpha])
        covered.formUnion(members)
        let solution = UpperSolution(system, members: members, reach: 500, fineness: 0.02)
        least = min(least, solution.blowUpTime)
      }
    }
    return least.isFinite ? Scalar(DecimalNumber(least)) : nil
  }
}

/// The terms and the tail of one product of states.
struct DataAwareProduct<Numbers: SeriesNumbers>: Sendable {
  typealias Scalar = Numbers.Scalar

  private let weight: Scalar
  private let series: DataAwareSeries<Numbers>
  /// One for each set of species that interact.
  private let solutions: [UpperSolution]

  init(_ model: Model, _ states: [any OneParticleState], weight: DecimalNumber, orders: Int, label: String)
    throws
  {
    self.weight = Scalar(weight).magnitude
    let system = try TreeSystem<Scalar>(model, states: states, label: label)
    series = try DataAwareSeries(system, orders: orders, label: label)
    var solutions: [UpperSolution] = []
    for alpha in model.species.indices where !solutions.contains(where: { $0.members.contains(alpha) }) {
      solutions.append(
        UpperSolution(system, members: system.reached(from: [alpha]), reach: Double(8 * orders)))
    }
    self.solutions = solutions
  }

  /// w [λ^j] for j = 0 … J.
  func terms(_ particles: [TreeParticle<Scalar>], time: Scalar) -> [Scalar] {
    series.values(particles, time: time).map { weight * $0 }
  }

  /// An upper bound of w Σ_{j>J} [λ^j], nil beyond the times to which the upper solution reaches.
  ///
  /// b depends on λs² only, so the state at time S is that of λ = R = (S/t)² at time t: exponents m(b/t)|ξ| and m(w/t)|ξ − ηt/m|.
  func tail(_ particles: [TreeParticle<Scalar>], terms: [Scalar], time t: Scalar) -> Scalar? {
    let acting = solutions.filter { solution in
      solution.acts && particles.contains { solution.members.contains($0.species) }
    }
    guard acting.allSatisfy({ !$0.states.isEmpty }) else { return nil }
    // Nothing acts: there are no terms beyond j = 0.
    guard let furthest = acting.compactMap(\.states.last?.time).min() else { return Scalar(0) }
    guard furthest > t.upper else { return nil }
    let exponents = particles.map { particle in
      let mass = series.system.masses[particle.species]
      return (p: (mass * particle.start / t).upper, q: (mass * particle.end / t).upper)
    }
    // Ten S towards the end of the reach, in equal ratios of what remains; twelve in equal ratios from t on, where R^{−J} is small against
    // terms of which the first are few and large. By R^{−(J+1)} G(R) with G by its size at θ = 0.
    var estimates: [(time: Double, value: Double)] = []
    let targets =
      (1...10).map { furthest - (furthest - t.upper) * Double(sign: .plus, exponent: -$0, significand: 1) }
      + (1...12).map { t.upper * .pow(furthest / t.upper, Double($0) / 14) }
    for target in targets {
      let times = acting.compactMap { $0.state(atOrAfter: target)?.time }
      guard times.count == acting.count, let time = times.min(), time > t.upper else { continue }
      var estimate = 2 * Double(terms.count) * log(t.upper / time)
      for (particle, exponent) in zip(particles, exponents) {
        for solution in acting where solution.members.contains(particle.species) {
          guard let state = solution.state(atOrAfter: time) else { continue }
          estimate += solution.logarithm(state, species: particle.species, p: exponent.p, q: exponent.q)
        }
      }
      estimates.append((time, estimate))
    }
    // Of the three least the one with the least tail, in Double: what cancels is known to a rounding.
    var best: (time: Double, generating: Scalar, rest: Double)?
    for (time, _) in estimates.sorted(by: { $0.value < $1.value }).prefix(3) {
      guard let generating = generatingFunction(particles, exponents, at: time, acting) else { continue }
      let ratio = (t.upper / time) * (t.upper / time)
      let (sum, power) = terms.reduce((0.0, 1.0)) { ($0.0 + $0.1 * $1.upper, $0.1 / ratio) }
      let rest = Double.maximum(generating.upper - sum, 1e-14 * generating.upper) / power
      if best.map({ rest < $0.rest }) ?? true { best = (time, generating, rest) }
    }
    guard let best else { return nil }
    let scale = t / Scalar(DecimalNumber(best.time))
    let ratio = scale * scale
    var power = ratio
    var tail = Scalar(0)
    for term in terms.reversed() {
      tail = tail - power * term
      power = power * ratio
    }
    // power is now R^{−(J+2)}: one factor too many.
    return Scalar.maximum(Scalar(0), tail + power / ratio * best.generating)
  }

  /// G(R) from above, R = (S/t)², S a time the solutions reach; nil where it is of no use.
  private func generatingFunction(
    _ particles: [TreeParticle<Scalar>], _ exponents: [(p: Double, q: Double)], at end: Double,
    _ acting: [UpperSolution]
  ) -> Scalar? {
    var generating = weight
    for (particle, exponent) in zip(particles, exponents) {
      guard let solution = acting.first(where: { $0.members.contains(particle.species) }) else {
        generating = generating * idleFactor(particle)
        continue
      }
      guard let state = solution.state(atOrAfter: end) else { return nil }
      let factor = solution.factor(
        state, species: particle.species, mode: particle.mode, p: exponent.p, q: exponent.q)
      guard factor < 1e300 else { return nil }
      generating = generating * Scalar(DecimalNumber(factor.nextUp))
    }
    return generating
  }

  /// [e^{in·θ}] a_α of a particle that feels no force.
  private func idleFactor(_ particle: TreeParticle<Scalar>) -> Scalar {
    series.system.leaves[particle.species].first { $0.mode == particle.mode }?.weight ?? Scalar(0)
  }
}
