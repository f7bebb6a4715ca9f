public import CLibraries
public import ExperimentKit
public import Hierarchy
public import Interaction
public import PhaseSpace

/// How an experiment keeps the marginals of a hierarchy: `storage: full` or `storage: orbitals`, with
/// `orbitals: {tolerance, most}`.
public enum MarginalStorage: Sendable {
  /// Every marginal at every site (`TruncatedHierarchy`).
  case full
  /// On shared orbitals (`OrbitalHierarchy`): what they may miss per unit of time, and how many there may be of a species.
  case orbitals(tolerance: DecimalNumber, most: Int)

  /// Reads both keys.
  /// - Parameters:
  ///   - onOrbitals: where nothing is said; else full storage.
  ///   - components: products that the data are made of, which orbitals must be as many as.
  /// - Throws: `ConfigurationError` with the key path of what is wrong.
  public init(
    _ configuration: ConfigurationNode, onOrbitalsByDefault onOrbitals: Bool, components: Int?
  ) throws {
    let names = ["full", "orbitals"]
    switch try configuration["storage"].choice(of: names, default: names[onOrbitals ? 1 : 0]) {
    case "orbitals":
      let node = configuration["orbitals"]
      let tolerance = try node["tolerance"].positive("a positive number below 1", default: 1e-6)
      guard tolerance.value < 1 else { throw node["tolerance"].error(expected: "a positive number below 1") }
      let most = try node["most"].integer(in: 1...200, default: 24)
      if let components, most < components {
        throw node["most"].error(expected: "at least the number of components, \(components)")
      }
      self = .orbitals(tolerance: tolerance, most: most)
    default: self = .full
    }
  }

  /// Whether `storage: orbitals` stands there.
  static func asksForOrbitals(_ configuration: ConfigurationNode) -> Bool {
    configuration["storage"].says("orbitals")
  }

  /// How far a mixture may be from correlated data: a tenth of what orbitals may miss, 10⁻⁷ in full storage.
  var ruleTolerance: Double {
    switch self {
    case .full: 1e-7
    case .orbitals(let tolerance, _): tolerance.value / 10
    }
  }

  /// "full" or "orbitals".
  public var name: String {
    switch self {
    case .full: "full"
    case .orbitals: "orbitals"
    }
  }
}

/// Bytes of a hierarchy, whichever way it is kept; nil where they overflow.
public struct MarginalMemory: Sendable {
  /// The marginals, or orbitals and cores in all stages.
  public let state: Int?
  /// The compiled right side of full storage; 0 on orbitals, which hold it with the state.
  public let rightSide: Int?
  /// While a report is made, in addition.
  public let report: Int?
  /// While the distance to another hierarchy is taken, in addition.
  public let distance: Int?
}

extension TruncationReader {
  /// The hierarchy of a closure at t = 0: of another model with these species, of another rank or on another lattice where one is
  /// given.
  /// - Parameter ranks: the processes that have what orbitals need together; full storage each of them has.
  public func hierarchy(
    of model: Model? = nil, _ closure: any Closure, rank: Int? = nil, on lattice: FourierLattice? = nil,
    workers: Workers, ranks: Ranks = .single
  ) throws -> any RankedHierarchy {
    switch storage {
    case .full:
      try TruncatedHierarchy(
        model: model ?? self.model, initial: initial, lattice: lattice ?? self.lattice,
        rank: rank ?? self.rank,
        closure: closure, workers: workers)
    case .orbitals(let tolerance, let most):
      try OrbitalHierarchy(
        model: model ?? self.model, initial: initial, lattice: lattice ?? self.lattice,
        rank: rank ?? self.rank,
        closure: closure, tolerance: tolerance.value, mostOrbitals: most, workers: workers, ranks: ranks)
    }
  }

  /// Bytes of that hierarchy.
  public func memory(
    of model: Model? = nil, _ closure: any Closure, rank: Int? = nil, on lattice: FourierLattice? = nil,
    threads: Int, ranks: Ranks = .single
  ) throws -> MarginalMemory {
    let (model, rank, lattice) = (model ?? self.model, rank ?? self.rank, lattice ?? self.lattice)
    switch storage {
    case .full:
      let memory = TruncatedHierarchy.memory(
        model: model, lattice: lattice, rank: rank, closure: closure, threads: threads)
      return MarginalMemory(
        state: memory.state, rightSide: memory.rightSide, report: memory.report, distance: memory.distance)
    case .orbitals(_, let most):
      // Correlated data start from as many products as reach the tolerance, and are compared with one node more.
      let components = (fewerProducts ?? products).components.count
      let memory = try OrbitalHierarchy.memory(
        model: model, lattice: lattice, rank: rank, closure: closure, mostOrbitals: most,
        components: components, reference: products.components.count, threads: threads, ranks: ranks)
      return MarginalMemory(
        state: memory.state, rightSide: 0, report: memory.report, distance: memory.distance)
    }
  }
}
