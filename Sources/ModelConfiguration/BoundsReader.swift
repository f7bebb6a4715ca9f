public import CLibraries
public import ExperimentKit
public import Interaction
public import PhaseSpace
public import RemainderBounds

/// The bounds a configuration can name, weakest first. A new one is one line here.
let knownBounds: [any RemainderBound] = [
  PaperBound(), FirstMomentBound(), BranchingBound(), MultiTypeBound(), DataAwareBound(),
]

/// Reads `bounds: [paper, first-moment, branching, multi-type, data-aware]`; all of them where nothing is written.
public struct BoundsReader: Sendable {
  /// The chosen bounds, weakest first.
  public let bounds: [any RemainderBound]

  /// Reads the list. Throws `ConfigurationError` for a name that is no bound.
  public init(_ node: ConfigurationNode) throws {
    let names = knownBounds.map(\.name)
    let chosen = try node.choices(of: names, default: names)
    bounds = knownBounds.filter { chosen.contains($0.name) }
  }

  /// Every bound made ready for a model, its data and a number of orders.
  public func prepared(_ model: Model, initial: any InitialHierarchy, orders: Int) throws -> [PreparedBound] {
    try bounds.map { try PreparedBound($0, model, initial: initial, orders: orders) }
  }

  /// Asks every chosen bound whether its hypotheses hold for this model and these data.
  public func applied(to model: Model, initial: any InitialHierarchy) -> AppliedBounds {
    AppliedBounds(bounds, model, initial: initial)
  }
}

/// Which of the chosen bounds say something about a model and its data, and why the others do not.
public struct AppliedBounds: Sendable {
  /// Those whose hypotheses hold, weakest first.
  public let bounds: [any RemainderBound]
  /// The others, each with the hypothesis that fails.
  public let refused: [(bound: any RemainderBound, hypothesis: String)]
  private let model: Model
  private let initial: any InitialHierarchy

  init(_ chosen: [any RemainderBound], _ model: Model, initial: any InitialHierarchy) {
    self.model = model
    self.initial = initial
    var bounds: [any RemainderBound] = []
    var refused: [(bound: any RemainderBound, hypothesis: String)] = []
    for bound in chosen {
      do {
        try bound.check(model, initial: initial)
        bounds.append(bound)
      } catch {
        refused.append((bound, error.hypothesis))
      }
    }
    self.bounds = bounds
    self.refused = refused
  }

  /// The time up to which each bound that applies converges at all of these points, nil where it always does.
  /// - Throws: `NumericalFailure` for a time that is not a number.
  public func radii(points: [Point]) throws -> [(name: String, time: Double?)] {
    let species = Array(Set(points.joined().map(\.species))).sorted()
    return try bounds.map { bound in
      let time = try bound.convergenceTime(
        model, initial: initial, species: species, as: Double.self)
      if let time, time.isNaN {
        throw NumericalFailure(in: "the convergence time of the bound \(bound.name)", "it is not a number")
      }
      return (bound.name, time)
    }
  }

  /// One line that names the bounds that are left out and why, ended; empty where all apply.
  public var note: String {
    guard !refused.isEmpty else { return "" }
    var hypotheses: [String] = []
    for entry in refused where !hypotheses.contains(entry.hypothesis) { hypotheses.append(entry.hypothesis) }
    let parts = hypotheses.map { hypothesis in
      let names = refused.filter { $0.hypothesis == hypothesis }.map(\.bound.name)
      return names.joined(separator: ", ") + (names.count == 1 ? " requires " : " require ") + hypothesis
    }
    return "bounds left out: " + parts.joined(separator: "; ") + "\n"
  }
}

/// A bound ready to be evaluated at points and times, or the hypothesis that fails everywhere.
public struct PreparedBound: Sendable {
  /// As the configuration names it.
  public let name: String
  private let bound: Result<CertifiedBound, HypothesisError>

  /// A hypothesis that fails is what `result` will say; other errors are thrown.
  public init(_ bound: any RemainderBound, _ model: Model, initial: any InitialHierarchy, orders: Int) throws
  {
    name = bound.name
    do {
      self.bound = .success(try CertifiedBound(bound, model, initial: initial, orders: orders))
    } catch let error as HypothesisError {
      self.bound = .failure(error)
    }
  }

  /// The enclosures at one configured point and time.
  public func result(at point: Point, time: DecimalNumber) throws -> BoundResult {
    do {
      return .values(try bound.get().enclosures(at: point, time: time))
    } catch let error as HypothesisError {
      return .reason("\(error)")
    }
  }
}

/// The enclosures of one bound at one configured point and time, or why there are none.
public enum BoundResult: Sendable {
  /// Of Δ_1, …, Δ_orders.
  case values([Enclosure])
  /// The hypothesis that fails.
  case reason(String)

  /// Enclosure of the bound of Δ_L, nil where it is not finite.
  public func enclosure(_ order: Int) -> Enclosure? {
    guard case .values(let values) = self, values[order - 1].upper.isFinite else { return nil }
    return values[order - 1]
  }

  /// Why there is no bound of Δ_L, nil where there is one.
  public func reason(_ order: Int) -> String? {
    if case .reason(let text) = self { return text }
    return enclosure(order) == nil ? "overflows Float64" : nil
  }
}
