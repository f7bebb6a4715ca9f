// The terms of the Dyson series (5.3), written as sums over trees (5.7), for any initial hierarchy:
//
//     D_j(ξ,η)^{(k,ℓ)} = ∫_{t>t_1>…>t_j>0} Σ_{i_1,β_1} … Σ_{i_j,β_j} ∫dη_1…dη_j
//                        Π_m V̂_{α_{i_m}β_m}(η_m) κ_ħ(η_m·(ξ_{i_m} − η_{i_m} t_m/m_{α_{i_m}}))  μ_0(the j-th descendant),
//
// where step m takes a parent i_m among the k+ℓ+m−1 particles present and a species β_m, moves the parent by
// (η_m t_m/m_{α_{i_m}}, η_m) and adds the particle (−η_m t_m/m_{β_m}, −η_m) of species β_m. R^d or the torus (where
// ∫V̂dη is the sum over atoms), d = 1, 2, 3, any species count and masses, classical or Moyal kernel. At finite N the partner of i_m
// may also be a particle that is there (a recollision): DysonTreesRecollisions.swift, Papers/finite-n.md.
//
// Sampling. With x_i = ξ_i − η_i t_m/m_{α_i} and R_α = Σ_β ν_{αβ} ∫|V̂_{αβ}(η)||η·x̂|dη, ν_{αβ} = n_β: the parent with probability
// R_{α_i}|x_i|/T, T = Σ_i R_{α_i}|x_i|; β and |η| from ν_{αβ}|V̂_{αβ}||η|; on R^d the direction with density ∝ |η̂·x̂_i|.
// What is left of the weight is T·sign·κ_ħ(y)/y, y = η·x_i, bounded, so the variance is finite for every hierarchy
// of characteristic functions. Times: t_m = t_{m−1}u^{1/(j−m+1)}, the order statistics, weight t^j/j!.
//
// Each point of the cube gives 2^min(j,5) trees, with all signs of the last η's (see DysonTreesBlock.swift).
//
// Cost per tree: O(j(k+ℓ+j)d) flops, eight trees at a time. Memory: 4096 Sobol points, and 256 trees a thread.

public import CLibraries
public import Interaction
public import Numerics
public import PhaseSpace

/// Monte Carlo evaluation of the Dyson terms by sampled trees (5.7), with error bars.
public struct DysonTrees: Sendable {
  /// Where the points of the unit cube come from.
  public enum Sampler: String, Sendable, Hashable, CaseIterable, Codable {
    /// Randomly shifted Sobol points, up to 40 dimensions (6 orders in d = 3, 8 in d = 2, 10 in d = 1 and on
    /// the torus);
    /// beyond, pseudo-random ones, and the term says so.
    case sobol
    /// Counter-based pseudo-random numbers (Philox).
    case pseudorandom
  }

  /// How long to sample.
  public enum Budget: Sendable, Hashable {
    /// This many trees, all scramblings together, rounded up to a multiple of scramblings × reflections.
    case samples(Int)
    /// Until (Var Re + Var Im)^{1/2} of the mean is at most `target`, but at most `atMost` trees; the number
    /// of points per scrambling runs through the powers of two.
    case standardError(target: Double, atMost: Int)
  }

  /// Species, potentials and kernel.
  public let model: Model
  /// The data at t = 0, of any correlation.
  public let initial: any InitialHierarchy
  /// Which points are asked for; see `Term.sampler` for those that were used.
  public private(set) var sampler: Sampler
  /// Independent scramblings, from whose spread the error bars come.
  public let scramblings: Int
  /// With it every number is determined, whatever the threads and ranks.
  public let seed: UInt64
  let frequencies: TreeFrequencies

  /// The series of a model with `particles` is that of the finite-N hierarchy.
  ///
  /// - Throws: `HypothesisError` in an external potential; `ArgumentError` for fewer than 32 scramblings or a potential that does not
  ///   fit the domain.
  public init(
    _ model: Model, initial: any InitialHierarchy, sampler: Sampler = .sobol, scramblings: Int = 32,
    seed: UInt64 = 1
  ) throws {
    try model.potentials.requireNoExternal("the Dyson series (5.3)")
    guard scramblings >= 32, scramblings <= 1 << 20 else {
      throw ArgumentError("scramblings", expected: "from 32 to 2²⁰", got: "\(scramblings)")
    }
    self.model = model
    self.initial = initial
    self.sampler = sampler
    self.scramblings = scramblings
    self.seed = seed
    frequencies = try TreeFrequencies(model)
  }

  /// The same with points of another kind.
  public func with(_ sampler: Sampler) -> DysonTrees {
    var copy = self
    copy.sampler = sampler
    return copy
  }

  /// D_0 = μ_0, exact.
  public func zerothTerm(at particles: [PhasePoint]) -> Complex<Double> {
    initial.marginals(of: model).value(at: particles)
  }

  /// D_j at a point, with its error bar.
  ///
  /// The result depends on the seed, the stream and the budget only: it is the same bit for bit for any number
  /// of threads and ranks.
  ///
  /// - Parameters:
  ///   - order: j ≥ 1
  ///   - particles: (ξ_i, η_i) with species, the interaction picture at time t
  ///   - stream: points and times that shall be independent of one another get different streams.
  ///   - check: called many times a second, between blocks of trees; what it throws ends the term.
  ///   - refusesHeavyTails: throw when the variance is visibly infinite; otherwise `Term.errorBar` says so.
  /// - Throws: `ArgumentError` for a bad argument, `MemoryError`, `NumericalFailure` for a NaN or a heavy tail, what
  ///   `check` throws, and `RanksStopped` when another rank stops.
  public func term(
    _ order: Int, at particles: [PhasePoint], time: Double, budget: Budget, stream: UInt32 = 0,
    workers: Workers = Workers(threads: 1), ranks: Ranks = .single, refusesHeavyTails: Bool = true,
    check: @escaping () throws -> Void = {}
  ) throws -> Term {
    guard time.isFinite else { throw ArgumentError("time", expected: "a finite number", got: "\(time)") }
    guard (1...64).contains(order) else {
      throw ArgumentError("order", expected: "from 1 to 64", got: "\(order)")
    }
    let plan = try TreePlan(self, order: order, particles: try checked(particles), time: time)
    var sampling = try TreeSampling(
      self, plan: plan, stream: stream, workers: workers, ranks: ranks, check: check)
    switch budget {
    case .samples(let count):
      try sampling.extend(toPointsPerScrambling: try perScrambling(count, plan))
    case .standardError(let target, let most):
      guard target > 0 else {
        throw ArgumentError("standard error", expected: "a positive number", got: "\(target)")
      }
      let limit = try perScrambling(most, plan)
      var points = min(32, limit)
      try sampling.extend(toPointsPerScrambling: points)
      // A scrambling that has not yet met the support has no spread to speak of.
      while points < limit, !(sampling.term.standardError <= target) || sampling.term.effectiveSamples < 32 {
        points = min(limit, 2 * points)
        try sampling.extend(toPointsPerScrambling: points)
      }
    }
    let term = sampling.term
    guard term.value.isFinite, term.standardError.isFinite else {
      throw NumericalFailure(
        in: "Dyson trees of order \(order)", "the mean or its error is beyond the range of a Double")
    }
    if refusesHeavyTails, case .heavyTailed(let effective) = term.errorBar {
      throw NumericalFailure(
        in: "Dyson trees of order \(order)",
        "\(term.samples) trees carry the variance of only \(effective): it is infinite or not yet resolved")
    }
    return term
  }

  private func perScrambling(_ samples: Int, _ plan: TreePlan) throws -> Int {
    let unit = scramblings << plan.reflections
    guard samples >= scramblings, samples / unit < 1 << 30 else {
      throw ArgumentError(
        "samples", expected: "from \(scramblings) to \(unit)·2³⁰", got: "\(samples)")
    }
    return (samples + unit - 1) / unit
  }

  private func checked(_ particles: [PhasePoint]) throws -> [PhasePoint] {
    guard !particles.isEmpty, particles.count <= 64 else {
      throw ArgumentError("point", expected: "from 1 to 64 particles", got: "\(particles.count)")
    }
    return try particles.map { particle in
      guard model.species.indices.contains(particle.species) else {
        throw ArgumentError("point.species", expected: "a species", got: "\(particle.species)")
      }
      guard particle.xi.dot(particle.xi).isFinite, particle.eta.dot(particle.eta).isFinite else {
        throw ArgumentError(
          "point", expected: "finite ξ and η", got: "\(particle.xi.text()), \(particle.eta.text())")
      }
      guard let kappa = model.geometry.kappa else { return particle }
      guard let mode = model.geometry.mode(of: particle.eta) else {
        throw ArgumentError("point.eta", expected: "a point of κZ^d", got: particle.eta.text())
      }
      return PhasePoint(species: particle.species, xi: particle.xi, eta: mode.vector * kappa)
    }
  }
}
