import Numerics

/// The power p of |v| ≈ C hᵖ from values v_i ± δ_i at sizes h_i, with its error; or why the values have none.
///
/// log|v| is fitted against log h by a `LineFit`. Only values that are known to a factor of two, |v| > 2δ, enter: what lies
/// below its own error has no logarithm, and a line through the logarithms of noise has the slope of the noise. Of the
/// others log|v| is known to −log(1 − δ/|v|), the longer side of the interval. Values that change sign where they are
/// known are no power: they pass through zero in between.
///
///     PowerLaw(sizes: [1, 0.5, 0.25], values: [3e-2, 7.4e-3, 1.9e-3], errors: [1e-4, 1e-4, 1e-4]).slope     // 1.99
public struct PowerLaw: Sendable, Hashable {
  /// What the values say.
  public enum Finding: Sendable, Hashable {
    /// A line through the logarithms.
    case fitted(LineFit)
    /// No value is above its error: they vanish as far as is known.
    case vanishing
    /// Fewer than two sizes at which a value is above its error.
    case tooFew
    /// Values above their errors have both signs.
    case changesSign
    /// A value or an error is NaN or infinite.
    case notFinite
  }

  /// What the values say.
  public let finding: Finding

  /// Fits a power.
  /// - Parameters:
  ///   - sizes: h_i > 0; in any order.
  ///   - values: v_i, as many.
  ///   - errors: δ_i ≥ 0, as many: how far a value may be off; nil where only rounding is known.
  public init(sizes: [Double], values: [Double], errors: [Double]? = nil) {
    let given = errors ?? [Double](repeating: 0, count: values.count)
    precondition(
      sizes.count == values.count && values.count == given.count, "as many sizes as values and errors")
    guard (sizes + values + given).allSatisfy(\.isFinite), sizes.allSatisfy({ $0 > 0 }) else {
      finding = .notFinite
      return
    }
    let known = values.indices.filter { values[$0].magnitude > 2 * given[$0] }
    guard !known.isEmpty else {
      finding = .vanishing
      return
    }
    guard Set(known.map { values[$0].sign }).count == 1 else {
      finding = .changesSign
      return
    }
    let fit = LineFit(
      x: known.map { Double.log(sizes[$0]) }, y: known.map { Double.log(values[$0].magnitude) },
      errors: known.map { -Double.log(onePlus: -given[$0] / values[$0].magnitude) })
    finding = fit.map { .fitted($0) } ?? .tooFew
  }

  /// p, nil where there is none.
  public var slope: Double? {
    guard case .fitted(let fit) = finding else { return nil }
    return fit.slope
  }

  /// How far p may be off, see `LineFit`.
  public var slopeError: Double? {
    guard case .fitted(let fit) = finding else { return nil }
    return fit.slopeError
  }

  /// Why there is no power; nil where there is one.
  public var reason: String? {
    switch finding {
    case .fitted: nil
    case .vanishing: "no value above its error"
    case .tooFew: "fewer than two values above their errors"
    case .changesSign: "the values change sign"
    case .notFinite: "a value is missing or not finite"
    }
  }
}
