/// What a numerical comparison with a bound can honestly say.
public enum Verdict: String, Sendable, Hashable, CaseIterable {
  case holds
  case undecided
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
