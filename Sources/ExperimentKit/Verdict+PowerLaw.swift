public import Computing

extension Verdict {
  /// p ≥ bound? Holds where the whole interval of the fitted power is, violated where none of it is; otherwise undecided, also
  /// where the values show no power (too few above their errors, a change of sign, a NaN). Nothing is decided of values
  /// that vanish as far as is known.
  public init(_ law: PowerLaw, atLeast bound: Double) {
    switch law.finding {
    case .vanishing: self = .none
    case .tooFew, .changesSign, .notFinite: self = .undecided
    case .fitted(let fit):
      self = fit.slopes.lowerBound >= bound ? .holds : fit.slopes.upperBound < bound ? .violated : .undecided
    }
  }
}
