// The actual remainder Δ_L = μ̄_t − S_L (5.4) by nodes: where there is one dimension, a torus, the classical kernel, and data that are
// sums of Gaussians in p with a density in q, no lattice is needed, and the values are right to about fourteen digits.

import CLibraries
public import Computing
public import Interaction
public import PhaseSpace
import Vlasov

/// Computes S_L, D_L, the exact solution and |Δ_L| for L = 1 … orders at given times and points by nodes (`NodeJets`, and
/// characteristics for the solution), each with an error: the distance of two numbers of nodes, degrees and steps, and rounding
/// (`DysonNodesSample`). What the nodes do not resolve, both levels get wrong in ways of their own, and the error says so.
///
///     let study = try DysonNodes(model: model, initial: initial, times: [1, 2], points: points, orders: 12)
///     let rows = try study.run(workers: Workers(threads: 2))
public struct DysonNodes: Sendable {
  /// Species and potentials.
  public let model: Model
  /// The data at t = 0.
  public let initial: ProductMixture
  /// Ascending.
  public let times: [Double]
  /// Where the marginals are evaluated.
  public let points: [Point]
  /// The largest L.
  public let orders: Int

  let densities: [[VlasovGaussians]]
  let sizes: NodeSizes
  /// The arguments of all points, each once, and those of every point by their places in that list.
  let particles: [NodeParticle]
  let places: [[Int]]

  /// - Parameter times: increasing, from 0 on.
  /// - Throws: `HypothesisError` where there are no nodes (`obstacle`); `ArgumentError`.
  public init(
    model: Model, initial: ProductMixture, times: [Double], points: [Point], orders: Int
  ) throws {
    try self.init(
      model: model, initial: initial, times: times, points: points, orders: orders, scale: 1, highestLevel: 8)
  }

  /// - Parameters:
  ///   - scale: times the nodes that are thought necessary along p, and along q of the solution; too few where it is small.
  ///   - highestLevel: the last refinement; none after the first two levels where it is 1.
  package init(
    model: Model, initial: ProductMixture, times: [Double], points: [Point], orders: Int, scale: Double,
    highestLevel: Int
  ) throws {
    if let obstacle = Self.obstacle(model, initial) {
      throw HypothesisError("the Dyson series by nodes", requires: obstacle)
    }
    guard (1...1000).contains(orders) else {
      throw ArgumentError("orders", expected: "an integer from 1 to 1000", got: "\(orders)")
    }
    guard times.allSatisfy({ $0.isFinite && $0 >= 0 }), zip(times, times.dropFirst()).allSatisfy({ $0 < $1 })
    else { throw ArgumentError("times", expected: "increasing numbers ≥ 0", got: "\(times)") }
    (self.model, self.initial, self.times, self.points, self.orders) = (model, initial, times, points, orders)
    let arguments = try points.map { point in
      try zip(point.arguments(in: model.geometry), point.modes(in: model.geometry)).map {
        NodeParticle(species: $0.species, xi: $0.xi[0], mode: $1[0])
      }
    }
    var (particles, numbers) = ([NodeParticle](), [NodeParticle: Int]())
    places = arguments.map { point in
      point.map { particle in
        if let known = numbers[particle] { return known }
        numbers[particle] = particles.count
        particles.append(particle)
        return particles.count - 1
      }
    }
    self.particles = particles
    densities = try initial.components.map { component in
      try zip(component.states, model.fractions).map {
        try VlasovGaussians($0, fraction: $1, geometry: model.geometry)
      }
    }
    sizes = try NodeSizes(
      model: model, densities: densities, particles: particles, orders: orders, end: times.last ?? 0,
      scale: scale, highestLevel: highestLevel)
  }

  /// Why there are no nodes; nil where there are.
  public static func obstacle(_ model: Model, _ initial: ProductMixture) -> String? {
    guard model.geometry.dimension == 1, model.geometry.kappa != nil else { return "d = 1 and a torus" }
    guard model.kernel.hbar == nil else { return "the classical kernel" }
    guard model.particles == nil else { return "N = ∞" }
    guard !model.potentials.isExternal else { return "no external potential" }
    let states = initial.components.flatMap(\.states)
    do {
      for state in states { _ = try VlasovGaussians(state, fraction: 1, geometry: model.geometry) }
      return nil
    } catch {
      return "states with nodes: sums of Gaussians in p with at most 4096 modes in q"
    }
  }

  var weights: [Double] { initial.components.map(\.weight) }

  /// Both parts of all components, at time zero.
  func level(_ number: Int, workers: Workers) throws -> NodeLevel {
    let (jets, flow) = (sizes.jets(number), sizes.solution(number))
    return NodeLevel(
      number: number,
      flows: try densities.map {
        try VlasovCharacteristics(
          model: model, densities: $0, positions: flow.positions, momenta: flow.momenta, share: flow.share,
          workers: workers)
      },
      jets: try densities.map {
        try NodeJets(model: model, densities: $0, orders: orders, size: jets, workers: workers)
      })
  }

  /// Roundings of what is summed for an argument, relative to n_α: of the phase ξp + ηq, in the mean over the data, |p| ≤ |u| + σ and
  /// q ≤ Λ + pt/m, and eight halves more for exponentials, weights and sums.
  func units(_ particle: NodeParticle, _ component: Int, time: Double) -> Double {
    let density = densities[component][particle.species]
    let momentum = density.largestMomentum - 8 * density.widths.lowerBound
    let kappa = 2 * .pi / density.period
    let travel = density.period + momentum * time / model.masses[particle.species]
    let phase = particle.xi.magnitude * momentum + kappa * Double(particle.mode.magnitude) * travel
    return Double.ulpOfOne * (4 + phase)
  }

  /// The run, at time zero.
  /// - Throws: `MemoryError`.
  public func start(workers: Workers) throws -> NodeSolutionAndSeries {
    try NodeSolutionAndSeries(self, workers: workers)
  }

  /// Bytes of a study at its fullest; nil where they overflow.
  public var bytes: Int? { sizes.bytes }

  /// Bytes of the records and of the rows made of them; nil where they overflow.
  public var sampleBytes: Int? {
    Memory.product(times.count, points.count, Memory.product(orders + 2, 3 * 2 * 16 + 10 * 16))
  }

  /// Multiply–adds of the first two levels until the last time, and of refinements where the force is strong.
  public var work: Double { sizes.work(until: times.last ?? 0) }

  /// Runs and makes the rows, point by point, time by time.
  /// - Parameter afterStep: called after every step; may throw to stop.
  /// - Throws: `NumericalFailure` where a value is not finite, `MemoryError`.
  public func run(workers: Workers, afterStep: () throws -> Void = {}) throws -> [DysonRemainderRow] {
    let moving = try start(workers: workers)
    return try rows(
      times.map { time in
        try moving.advance(to: time, afterStep: afterStep)
        return try moving.record()
      }
    ).compactMap(\.self)
  }

  /// The rows, point by point, time by time; nil where the run has not come to.
  /// - Throws: `ArgumentError` for records that are none of this study.
  public func rows(_ records: [DysonNodesRecord]) throws(ArgumentError) -> [DysonRemainderRow?] {
    guard records.count <= times.count,
      records.allSatisfy({ record in
        record.samples.count == points.count
          && record.samples.allSatisfy {
            $0.terms.count == orders + 1 && $0.termErrors.count == orders + 1
          }
      })
    else {
      throw ArgumentError(
        "records", expected: "\(points.count) points of \(orders + 1) terms at \(times.count) times",
        got: "others")
    }
    return points.indices.flatMap { point in
      times.indices.map { time in
        guard time < records.count else { return nil }
        let sample = records[time].samples[point]
        let values = sample.values
        return DysonRemainderRow(
          point: point, time: time, exact: sample.exact, terms: sample.terms, partialSums: values.partialSums,
          remainders: values.remainders.map(\.length), errors: sample.errors)
      }
    }
  }
}

/// What the nodes say at one time.
public struct DysonNodesRecord: Sendable, Hashable, Codable {
  /// One for each point.
  public let samples: [DysonNodesSample]
}
