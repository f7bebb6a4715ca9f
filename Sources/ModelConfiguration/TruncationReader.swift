public import CLibraries
public import ExperimentKit
public import Hierarchy
public import Interaction
public import PhaseSpace
public import Vlasov

/// Reads what experiments with truncated hierarchies share: `model`, `initial`, `lattice`, `rank`, `closures`, `times`, `storage`.
public struct TruncationReader {
  /// What hierarchies are compared with, which says what models, data and closures there may be.
  public enum Comparison {
    /// The limit N = ∞ of products and their mixtures; what is expected of `model.particles` and of the closures is in the words of the
    /// experiment: "null: why", "no exact closure: why".
    case limit(particles: String, closures: String)
    /// The exact solution: at N = ∞ of correlated Gaussians too, and of a few particles.
    case exact
  }

  /// The model, at N = ∞ or of a few particles.
  public let model: Model
  /// The data at t = 0.
  public let initial: any InitialHierarchy
  /// The products that the exact solution at N = ∞ is a mixture of: the data, or of correlated Gaussians those of Gauss and Hermite's
  /// nodes.
  public let products: ProductMixture
  /// Those of one node less a direction, of which the error is known; nil where the data are products.
  public let fewerProducts: ProductMixture?
  /// The modes and ξ grids of every particle.
  public let lattice: FourierLattice
  /// R
  public let rank: Int
  /// What stands in for the marginals of rank R + 1, one hierarchy each.
  public let closures: [any Closure]
  /// When they are compared.
  public let times: [DecimalNumber]
  /// How the marginals are kept.
  public let storage: MarginalStorage

  /// Particles of an exact solution, at most: the rank of its hierarchy.
  private static let mostParticles = 8

  /// - Throws: `ConfigurationError` with the key path of what is wrong.
  public init(_ configuration: ConfigurationNode, comparedWith comparison: Comparison) throws {
    let model = try ModelReader(configuration["model"], readsExternal: true).model
    self.model = model
    let particles = configuration["model"]["particles"]
    switch comparison {
    case .limit(let expected, _):
      guard model.particles == nil else { throw particles.error(expected: expected) }
      initial = try InitialReader(configuration["initial"], model: model).hierarchy
    case .exact:
      guard model.particleNumber.map({ $0 <= Self.mostParticles }) ?? true else {
        throw particles.error(
          expected:
            "null (N = ∞), or at most \(Self.mostParticles) particles in all: the exact solution of N is the hierarchy of rank N"
        )
      }
      initial = try InitialHierarchyReader(configuration["initial"], model: model).hierarchy
    }
    let correlated = initial as? CorrelatedGaussians
    let states = try configuration["initial"].locating { [initial] in
      try initial.products ?? correlated?.mixture(nodes: 3).components ?? []
    }.map(\.states)
    let reader = try LatticeReader(
      configuration["lattice"], model: model, states: states, times: try readTimes(configuration["times"]),
      isFourthOrder: MarginalStorage.asksForOrbitals(configuration))
    lattice = reader.lattice
    rank = try configuration["rank"].integer(in: 1...8)
    if let number = model.particleNumber, rank > number {
      throw configuration["rank"].error(
        expected: "at most the \(number) particles of model.particles", got: "\(rank)")
    }
    closures = try readClosures(configuration["closures"])
    for closure in closures where closure.name == ExactClosure().name {
      guard case .limit(_, let expected) = comparison else {
        guard model.particleNumber == rank else {
          throw configuration["closures"].error(
            expected:
              "the exact closure at the rank of all particles only, model.particles of \(rank) in all",
            got: closure.name)
        }
        continue
      }
      throw configuration["closures"].error(expected: expected, got: closure.name)
    }
    times = try reader.times(configuration["times"])
    storage = try MarginalStorage(
      configuration, onOrbitalsByDefault: Self.isLarge(model, lattice), components: initial.products?.count)
    guard let correlated else {
      (products, fewerProducts) = (try ProductMixture(components: initial.products ?? []), nil)
      return
    }
    let orders = Self.orders(model, rank: rank)
    let tolerance = storage.ruleTolerance
    (products, fewerProducts) = try configuration["initial"].locating { [lattice] in
      let rule = try correlated.mixture(of: orders, on: lattice, tolerance: tolerance)
      return (try correlated.mixture(nodes: rule.nodes + 1), rule.mixture)
    }
  }

  /// Whether the hierarchy of all particles would take more than 1 GiB in full storage, and can be kept on orbitals.
  private static func isLarge(_ model: Model, _ lattice: FourierLattice) -> Bool {
    guard let number = model.particleNumber else { return false }
    return TruncatedHierarchy.peakBytes(model: model, lattice: lattice, rank: number).map { $0 > 1 << 30 }
      ?? true
  }

  /// The marginals (k,ℓ,…) of every rank up to R, in the order of the hierarchy; those of more particles than there are vanish.
  public var orders: [MarginalOrder] { Self.orders(model, rank: rank) }

  private static func orders(_ model: Model, rank: Int) -> [MarginalOrder] {
    (1...rank).flatMap { MarginalOrder.all(ofRank: $0, speciesCount: model.species.count) }.filter { order in
      model.particles.map { zip(order.counts, $0).allSatisfy { $0 <= $1 } } ?? true
    }
  }

  /// The exact solution of a model at N = ∞ with these data, to be followed beside a hierarchy.
  /// - Parameters:
  ///   - products: where they are not all of the data's.
  ///   - ranks: the processes that have its lattices together.
  public func reference(
    of model: Model? = nil, products: ProductMixture? = nil, workers: Workers, ranks: Ranks? = nil
  )
    throws -> ReferenceSolution
  {
    try ReferenceSolution(
      model: model ?? self.model, initial: products ?? self.products, lattice: lattice, until: end,
      workers: workers, ranks: ranks)
  }

  /// Bytes of that solution, and of the one with fewer products where there is one.
  public func referenceBytes(of model: Model? = nil, threads: Int, ranks: Ranks = .single) throws -> Int? {
    Memory.sum(
      try ([products] + (fewerProducts.map { [$0] } ?? [])).map {
        try ReferenceSolution.bytes(
          model: model ?? self.model, initial: $0, lattice: lattice, until: end, threads: threads,
          ranks: ranks)
      })
  }

  /// Bytes of the data's products of one-particle functions, which a hierarchy starts from or is compared with.
  public var tableBytes: Int? {
    ProductTables.bytes(components: products.components.count, lattice: lattice)
  }

  private var end: Double { times.last?.value ?? 0 }

  /// Steps to the last time.
  private var steps: Int { lattice.steps(in: end) ?? 0 }

  /// Refuses so many hierarchies, and references beside them, when they take longer than the configured time.
  /// - Parameters:
  ///   - references: the models at N = ∞ whose exact solutions are followed, one for each time they are.
  ///   - others: hierarchies of another rank or lattice.
  public func limitTime(
    _ configuration: ConfigurationNode, hierarchies: Int, references: [Model],
    others: [(rank: Int, lattice: FourierLattice)] = []
  ) throws {
    var seconds = Double(hierarchies) * work(rank: rank, lattice)
    for other in others { seconds += work(rank: other.rank, other.lattice) }
    for model in references {
      for initial in [products] + (fewerProducts.map { [$0] } ?? []) {
        let work = try ReferenceSolution.work(model: model, initial: initial, lattice: lattice, until: end)
        let flows =
          WorkEstimate.vlasovLattice(lattice, model, steps: Double(steps))
          + (work.finer.map { WorkEstimate.vlasovLattice($0, model, steps: 2 * Double(steps)) } ?? 0)
        seconds += 1e-10 * work.products + Double(initial.components.count) * flows
      }
    }
    try configuration.requireTime(
      seconds: seconds, at: configuration[steps > 10_000 ? "times" : "lattice"],
      "\(steps) steps of \(hierarchies + others.count) hierarchies")
  }

  /// Seconds of a hierarchy.
  private func work(rank: Int, _ lattice: FourierLattice) -> Double {
    let steps = Double(lattice.steps(in: end) ?? 0)
    switch storage {
    case .full: return WorkEstimate.truncatedHierarchy(lattice, model, rank: rank, steps: steps)
    case .orbitals(_, let most):
      return WorkEstimate.orbitalHierarchy(
        lattice, model, rank: rank, orbitals: Double(most), steps: steps)
    }
  }
}
