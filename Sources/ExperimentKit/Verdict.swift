/// What a numerical comparison with a bound can honestly say.
public enum Verdict: String, Sendable, Hashable, CaseIterable {
  /// There was nothing to decide: no bound applies, or there is no value to compare.
  case none
  /// True for every value the errors allow.
  case holds
  /// True for some values the errors allow, false for others; or a value, an error or a bound is not a number.
  case undecided
  /// False for every value the errors allow.
  case violated

  /// |Δ| ≤ bound? The bound is known to lie in [lower, upper], |Δ| within ± `budget` of `remainder`.
  ///
  ///     holds      if |Δ| + budget ≤ lower
  ///     violated   if |Δ| − budget > upper
  ///     undecided  otherwise, also when one of the four is NaN, or |Δ| or its error infinite: an overflow says nothing
  public init(remainder: Double, budget: Double, boundLower lower: Double, boundUpper upper: Double) {
    if !remainder.isFinite || !budget.isFinite || lower.isNaN || upper.isNaN {
      self = .undecided
    } else if remainder + budget <= lower {
      self = .holds
    } else if remainder - budget > upper {
      self = .violated
    } else {
      self = .undecided
    }
  }

  /// The worse of two verdicts: violated, then undecided, then holds; none says nothing beside any other.
  public func worse(_ other: Verdict) -> Verdict {
    severity < other.severity ? other : self
  }

  private var severity: Int {
    switch self {
    case .none: 0
    case .holds: 1
    case .undecided: 2
    case .violated: 3
    }
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

  /// The worst of them; none when there was none.
  public var worst: Verdict { counts.keys.reduce(.none) { $0.worse($1) } }

  /// "12 hold, 1 undecided, 0 violated", and ", 2 none" where there are such.
  public var description: String {
    let none = count(of: .none)
    return "\(count(of: .holds)) hold, \(count(of: .undecided)) undecided, \(count(of: .violated)) violated"
      + (none > 0 ? ", \(none) none" : "")
  }
}
