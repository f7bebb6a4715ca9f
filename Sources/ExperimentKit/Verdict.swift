/// What a numerical comparison with a bound can honestly say.
public enum Verdict: String, Sendable, Hashable, CaseIterable {
  /// True for every value the errors allow.
  case holds
  /// True for some values the errors allow, false for others.
  case undecided
  /// False for every value the errors allow.
  case violated

  /// |Δ| ≤ bound? The bound is known to lie in [lower, upper], |Δ| within ± `budget` of `remainder`.
  ///
  ///     holds      if |Δ| + budget ≤ lower
  ///     violated   if |Δ| − budget > upper
  ///     undecided  otherwise (also when something is NaN)
  public init(remainder: Double, budget: Double, boundLower lower: Double, boundUpper upper: Double) {
    if remainder + budget <= lower {
      self = .holds
    } else if remainder - budget > upper {
      self = .violated
    } else {
      self = .undecided
    }
  }

  /// The worse of two verdicts: violated, then undecided, then holds.
  public func worse(_ other: Verdict) -> Verdict {
    if self == .violated || other == .violated { return .violated }
    return self == .undecided || other == .undecided ? .undecided : .holds
  }
}

/// How many verdicts there were of each kind.
public struct VerdictTally: Sendable, Hashable, CustomStringConvertible {
  private var counts: [Verdict: Int] = [:]

  /// No verdicts yet.
  public init() {}

  /// Counts a verdict.
  public mutating func add(_ verdict: Verdict) { counts[verdict, default: 0] += 1 }

  /// How many there were of this kind.
  public func count(of verdict: Verdict) -> Int { counts[verdict] ?? 0 }

  /// The worst of them; holds when there was none.
  public var worst: Verdict { counts.keys.reduce(.holds) { $0.worse($1) } }

  /// "12 hold, 1 undecided, 0 violated"
  public var description: String {
    "\(count(of: .holds)) hold, \(count(of: .undecided)) undecided, \(count(of: .violated)) violated"
  }
}
