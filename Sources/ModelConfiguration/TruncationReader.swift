public import CLibraries
public import ExperimentKit
public import Hierarchy
public import Interaction
public import PhaseSpace
public import Vlasov

/// Reads what experiments with truncated hierarchies share: `model`, `initial`, `lattice`, `rank`, `closures`, `times`.
public struct TruncationReader {
  /// The model at N = ∞.
  public let model: Model
  /// The data at t = 0.
  public let initial: ProductMixture
  /// The modes and ξ grids of every particle.
  public let lattice: FourierLattice
  /// R
  public let rank: Int
  /// What stands in for the marginals of rank R + 1, one hierarchy each.
  public let closures: [any Closure]
  /// When they are compared.
  public let times: [DecimalNumber]

  /// - Parameters:
  ///   - particles: what is expected of `model.particles`, where it is given: "null: why".
  ///   - closures: what is expected of the closures when the exact one is among them: "no exact closure: why".
  /// - Throws: `ConfigurationError` with the key path of what is wrong.
  public init(_ configuration: ConfigurationNode, particles: String, closures noExact: String) throws {
    model = try ModelReader(configuration["model"], readsExternal: true).model
    guard model.particles == nil else {
      throw configuration["model"]["particles"].error(expected: particles)
    }
    initial = try InitialReader(configuration["initial"], model: model).hierarchy
    let reader = try LatticeReader(
      configuration["lattice"], model: model, states: initial.components.map(\.states),
      times: try readTimes(configuration["times"]))
    lattice = reader.lattice
    rank = try configuration["rank"].integer(in: 1...8)
    closures = try readClosures(configuration["closures"])
    for closure in closures where closure.name == "exact" {
      throw configuration["closures"].error(expected: noExact, got: closure.name)
    }
    times = try reader.times(configuration["times"])
  }

  /// The marginals (k,ℓ,…) of every rank up to R, in the order of the hierarchy.
  public var orders: [MarginalOrder] {
    (1...rank).flatMap { MarginalOrder.all(ofRank: $0, speciesCount: model.species.count) }
  }

  /// The hierarchy of a closure at t = 0, of this model or of another one with its species.
  public func hierarchy(of model: Model? = nil, _ closure: any Closure, workers: Workers) throws
    -> TruncatedHierarchy
  {
    try TruncatedHierarchy(
      model: model ?? self.model, initial: initial, lattice: lattice, rank: rank, closure: closure,
      workers: workers)
  }

  /// Bytes of that hierarchy.
  public func memory(of model: Model? = nil, _ closure: any Closure, threads: Int) -> TruncatedHierarchyMemory
  {
    TruncatedHierarchy.memory(
      model: model ?? self.model, lattice: lattice, rank: rank, closure: closure, threads: threads)
  }

  /// Bytes of the data's products of one-particle functions, which a hierarchy starts from or is compared with.
  public var tableBytes: Int? {
    ProductTables.bytes(components: initial.components.count, lattice: lattice)
  }

  /// The exact solution of a model at N = ∞ with these data, to be followed beside a hierarchy.
  public func reference(of model: Model? = nil, workers: Workers) throws -> ReferenceSolution {
    try ReferenceSolution(
      model: model ?? self.model, initial: initial, lattice: lattice, until: end, workers: workers)
  }

  /// Bytes of that solution.
  public func referenceBytes(of model: Model? = nil, threads: Int) throws -> Int? {
    try ReferenceSolution.bytes(
      model: model ?? self.model, initial: initial, lattice: lattice, until: end, threads: threads)
  }

  private var end: Double { times.last?.value ?? 0 }

  /// Steps to the last time.
  private var steps: Int { lattice.steps(in: end) ?? 0 }

  /// Refuses so many hierarchies, and references beside them, when they take longer than the configured time.
  /// - Parameters:
  ///   - references: the models at N = ∞ whose exact solutions are followed, one for each time they are.
  ///   - storage: how the hierarchies are kept.
  public func limitTime(
    _ configuration: ConfigurationNode, hierarchies: Int, references: [Model],
    on storage: MarginalStorage = .full
  ) throws {
    var seconds = Double(hierarchies)
    switch storage {
    case .full: seconds *= WorkEstimate.truncatedHierarchy(lattice, model, rank: rank, steps: Double(steps))
    case .orbitals(_, let most):
      seconds *= WorkEstimate.orbitalHierarchy(
        lattice, model, rank: rank, orbitals: Double(most), steps: Double(steps))
    }
    for model in references {
      let work = try ReferenceSolution.work(model: model, initial: initial, lattice: lattice, until: end)
      let flows =
        WorkEstimate.vlasovLattice(lattice, model, steps: Double(steps))
        + (work.finer.map { WorkEstimate.vlasovLattice($0, model, steps: 2 * Double(steps)) } ?? 0)
      seconds += 1e-10 * work.products + Double(initial.components.count) * flows
    }
    try configuration.requireTime(
      seconds: seconds, at: configuration[steps > 10_000 ? "times" : "lattice"],
      "\(steps) steps of \(hierarchies) hierarchies")
  }
}
