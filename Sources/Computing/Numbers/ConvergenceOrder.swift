import Numerics

/// Convergence orders measured from errors that are known as they stand; where they are known to an error only, see ``PowerLaw``.
public enum ConvergenceOrder {
  /// The local orders log(e_i/e_{i+1}) / log(h_i/h_{i+1}) between consecutive step sizes.
  /// - Throws: `ArgumentError` unless there are at least two pairs of positive finite numbers.
  public static func local(steps: [Double], errors: [Double]) throws(ArgumentError) -> [Double] {
    try check(steps, errors)
    return (1..<steps.count).map { i in
      Double.log(errors[i - 1] / errors[i]) / Double.log(steps[i - 1] / steps[i])
    }
  }

  /// The slope of the least-squares line of log e against log h.
  /// - Throws: `ArgumentError` unless there are at least two pairs of positive finite numbers.
  public static func fitted(steps: [Double], errors: [Double]) throws(ArgumentError) -> Double {
    try check(steps, errors)
    let fit = LineFit(x: steps.map { Double.log($0) }, y: errors.map { Double.log($0) })
    return fit?.slope ?? .nan
  }

  private static func isFit(_ steps: [Double], _ errors: [Double]) -> Bool {
    steps.count >= 2 && steps.count == errors.count
      && (steps + errors).allSatisfy({ $0 > 0 && $0.isFinite }) && Set(steps).count == steps.count
  }

  private static func check(_ steps: [Double], _ errors: [Double]) throws(ArgumentError) {
    guard isFit(steps, errors) else {
      throw ArgumentError(
        "errors", expected: "at least two positive errors at different positive steps",
        got: "\(steps) and \(errors)")
    }
  }
}
