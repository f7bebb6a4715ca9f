public import CLibraries
public import ExperimentKit
public import PhaseSpace

/// What the chosen bounds say at one configured point and time, for the rows of a series.
public struct BoundsAtPoint: Sendable {
  private let results: [(name: String, result: BoundResult)]

  /// Evaluates bounds that are ready.
  public init(_ bounds: [PreparedBound], at point: Point, time: DecimalNumber) throws {
    results = try bounds.map { ($0.name, try $0.result(at: point, time: time)) }
  }

  /// The upper end of the bound of |Δ_L| by this name; nil where there is none.
  public func upper(_ name: String, _ order: Int) -> Double? {
    results.first { $0.name == name }?.result.enclosure(order)?.upper
  }

  /// The least upper end of all bounds of |Δ_L|; nil where there is none.
  public func least(_ order: Int) -> Double? {
    results.compactMap { $0.result.enclosure(order)?.upper }.smallest()
  }

  /// |Δ_L| ≤ every bound? None where no bound says anything.
  /// - Parameters:
  ///   - remainder: |Δ_L|, known up to `budget`.
  ///   - isKnown: whether the budget means something; where it does not, nothing is decided.
  public func verdict(_ order: Int, remainder: Double, budget: Double, isKnown: Bool = true) -> Verdict {
    results.compactMap { $0.result.enclosure(order) }.reduce(.none) { verdict, enclosure in
      verdict.worse(
        isKnown
          ? Verdict(
            remainder: remainder, budget: budget, boundLower: enclosure.lower, boundUpper: enclosure.upper)
          : .undecided)
    }
  }

  /// |Δ_L| ≤ every bound, of enclosures of both? None where no bound says anything.
  public func verdict(_ order: Int, enclosed remainder: ClosedRange<Double>) -> Verdict {
    results.compactMap { $0.result.enclosure(order) }.reduce(.none) { verdict, bound in
      guard bound.lower <= bound.upper else { return verdict.worse(.undecided) }
      return verdict.worse(Verdict(enclosed: remainder, bound: bound.lower...bound.upper))
    }
  }

  /// The least upper end of all bounds of |Δ_L|, and which bound it is; nil where there is none.
  public func leastNamed(_ order: Int) -> (name: String, value: Double)? {
    results.compactMap { entry in entry.result.enclosure(order).map { (entry.name, $0.upper) } }
      .min { $0.1 < $1.1 }
  }

  /// The lower end of every bound of |Δ_L| by its name, null where there is none.
  public func lowerEnds(_ order: Int) -> [(name: String, value: Double?)] {
    results.map { ($0.name, $0.result.enclosure(order)?.lower) }
  }

  /// The upper end of every bound of |Δ_L| by its name, null where there is none.
  public func json(_ order: Int) -> JSONValue {
    .object(results.map { ($0.name, .optional($0.result.enclosure(order)?.upper)) })
  }

  /// Why bounds of |Δ_L| are missing, by their names; nil where none is.
  public func reasons(_ order: Int) -> JSONValue? {
    let reasons = results.compactMap { entry in
      entry.result.reason(order).map { (entry.name, JSONValue.string($0)) }
    }
    return reasons.isEmpty ? nil : .object(reasons)
  }
}
