/// What a numerical comparison with a bound can honestly say.
public enum Verdict: String, Sendable, Hashable, CaseIterable {
  /// There was nothing to decide: no bound applies, or there is no value to compare.
  case none
  /// True, from enclosures: a theorem.
  case proved
  /// True for every value the errors allow.
  case holds
  /// True for some values the errors allow, false for others; or a value, an error or a bound is not a number.
  case undecided
  /// False for every value the errors allow.
  case violated
  /// False, from enclosures.
  case disproved

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

  /// |Δ| ≤ bound, of enclosures of both?
  ///
  ///     proved     if the upper end of |Δ| ≤ the lower end of the bound
  ///     disproved  if the lower end of |Δ| > the upper end of the bound
  ///     undecided  otherwise, also when an end is NaN
  public init(enclosed remainder: ClosedRange<Double>, bound: ClosedRange<Double>) {
    if remainder.upperBound <= bound.lowerBound {
      self = .proved
    } else if remainder.lowerBound > bound.upperBound {
      self = .disproved
    } else {
      self = .undecided
    }
  }

  /// The worse of two verdicts: disproved and violated, then undecided, holds and proved; none says nothing beside any other.
  public func worse(_ other: Verdict) -> Verdict {
    severity < other.severity ? other : self
  }

  /// Whether something that should be true is not.
  public var isFalse: Bool { self == .violated || self == .disproved }

  private var severity: Int {
    switch self {
    case .none: 0
    case .proved: 1
    case .holds: 2
    case .undecided: 3
    case .violated: 4
    case .disproved: 5
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

  /// For the sentence at the end: "240 of 240 proved", "9 of 11 hold, 2 undecided"; verdicts with nothing to decide are not counted.
  public var sentence: String {
    let words: [(Verdict, String)] = [
      (.proved, "proved"), (.holds, "hold"), (.undecided, "undecided"), (.violated, "violated"),
      (.disproved, "disproved"),
    ]
    let found = words.map { ($1, count(of: $0)) }.filter { $0.1 > 0 }
    let all = found.reduce(0) { $0 + $1.1 }
    guard let first = found.first else { return "nothing to decide" }
    return (["\(first.1) of \(all) \(first.0)"] + found.dropFirst().map { "\($0.1) \($0.0)" })
      .joined(separator: ", ")
  }

  /// "12 hold, 1 undecided, 0 violated", and "240 proved, " before or ", 2 none" behind where there are such.
  public var description: String {
    let none = count(of: .none)
    let (proved, disproved) = (count(of: .proved), count(of: .disproved))
    return (proved > 0 ? "\(proved) proved, " : "") + (disproved > 0 ? "\(disproved) disproved, " : "")
      + "\(count(of: .holds)) hold, \(count(of: .undecided)) undecided, \(count(of: .violated)) violated"
      + (none > 0 ? ", \(none) none" : "")
  }
}
