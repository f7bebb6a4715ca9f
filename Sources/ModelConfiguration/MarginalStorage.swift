public import CLibraries
public import ExperimentKit
public import Hierarchy
public import Interaction

/// How an experiment keeps the marginals of a hierarchy: `storage: full` or `storage: orbitals`, with
/// `orbitals: {tolerance, most}`.
public enum MarginalStorage: Sendable {
  /// Every marginal at every site (`TruncatedHierarchy`).
  case full
  /// On shared orbitals (`OrbitalHierarchy`): what they may miss per unit of time, and how many there may be of a species.
  case orbitals(tolerance: DecimalNumber, most: Int)

  /// Reads both keys; full storage where nothing is said.
  /// - Throws: `ConfigurationError` with the key path of what is wrong.
  public init(_ configuration: ConfigurationNode) throws {
    switch try configuration["storage"].choice(of: ["full", "orbitals"], default: "full") {
    case "orbitals":
      let node = configuration["orbitals"]
      let tolerance = try node["tolerance"].positive("a positive number below 1", default: 1e-6)
      guard tolerance.value < 1 else { throw node["tolerance"].error(expected: "a positive number below 1") }
      self = .orbitals(tolerance: tolerance, most: try node["most"].integer(in: 1...200, default: 24))
    default: self = .full
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
  /// The hierarchy of a closure at t = 0, of this model or of another one with its species.
  public func hierarchy(
    of model: Model? = nil, _ closure: any Closure, on storage: MarginalStorage, workers: Workers
  ) throws -> any RankedHierarchy {
    switch storage {
    case .full: try hierarchy(of: model, closure, workers: workers)
    case .orbitals(let tolerance, let most):
      try OrbitalHierarchy(
        model: model ?? self.model, initial: initial, lattice: lattice, rank: rank, closure: closure,
        tolerance: tolerance.value, mostOrbitals: most)
    }
  }

  /// Bytes of that hierarchy.
  public func memory(
    of other: Model? = nil, _ closure: any Closure, on storage: MarginalStorage, threads: Int
  ) throws -> MarginalMemory {
    let model = other ?? self.model
    switch storage {
    case .full:
      let memory = memory(of: model, closure, threads: threads)
      return MarginalMemory(
        state: memory.state, rightSide: memory.rightSide, report: memory.report, distance: memory.distance)
    case .orbitals(_, let most):
      func bytes(_ most: Int) throws -> Int? {
        try OrbitalHierarchy.bytes(
          model: model, lattice: lattice, rank: rank, closure: closure, mostOrbitals: most,
          components: initial.components.count)
      }
      // A distance goes into a basis that holds the reference too, of another hierarchy as many orbitals again.
      let (state, joint, twice) = (
        try bytes(most), try bytes(most + initial.components.count), try bytes(2 * most)
      )
      return MarginalMemory(state: state, rightSide: 0, report: joint, distance: twice)
    }
  }
}
