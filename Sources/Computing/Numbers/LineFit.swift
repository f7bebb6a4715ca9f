/// The straight line through points whose heights have errors, and how well its slope is known.
///
///     y_i = a + b x_i + e_i + s_i,     |e_i| ≤ σ_i given,     s_i a scatter of unknown variance τ²
///
/// The errors are those of the measurement. The scatter is what else keeps the points off a line: chance, or that what is
/// measured is no exact line. b minimises Σ w_i (y_i − a − b x_i)² with w_i = 1/(σ_i² + τ²); τ² is the least for which the
/// minimum is at most n − 2 (R. C. Paule and J. Mandel, J. Res. NBS 87 (1982) 377): zero where the errors explain the
/// scatter, the usual residual variance where the errors are zero. b is linear in the heights,
///
///     b = Σ c_i y_i,     c_i = w_i (x_i − x̄) / Σ w (x − x̄)²,     x̄ = Σ w x / Σ w,
///
/// so that it is off by at most
///
///     Σ |c_i| σ_i  +  t_{n−2} τ (Σ c_i²)^{1/2},
///
/// whatever the signs of the errors of measurement, and with 95 % for the scatter (`studentQuantile`). Two points lie on a
/// line: they show no scatter, and the error is that of the heights alone.
///
///     LineFit(x: [0, 1, 2], y: [1, 3.1, 5], errors: [0.2, 0.2, 0.2])?.slope      // 2 ± 0.2
public struct LineFit: Sendable, Hashable {
  /// b
  public let slope: Double
  /// The half-width of the interval around b.
  public let slopeError: Double
  /// τ
  public let scatter: Double
  /// n
  public let count: Int

  /// Fits a line. Cost: some hundred passes through the points.
  /// - Parameters:
  ///   - x: the abscissae.
  ///   - y: the heights, as many.
  ///   - errors: σ_i ≥ 0, as many; nil for none. None is taken as smaller than the rounding of its height.
  /// - Returns: nil unless two abscissae differ and all is finite.
  public init?(x: [Double], y: [Double], errors: [Double]? = nil) {
    let given = errors ?? [Double](repeating: 0, count: x.count)
    precondition(x.count == y.count && x.count == given.count, "as many abscissae as heights and errors")
    guard (x + y + given).allSatisfy(\.isFinite), let first = x.first, x.contains(where: { $0 != first })
    else { return nil }
    let height = y.reduce(0) { Double.maximum($0, $1.magnitude) }
    let rounding = Double.ulpOfOne * (height > 0 ? height : 1)
    let sigma = given.map { Double.maximum($0, rounding) }
    let degrees = Double(x.count - 2)

    func line(_ variance: Double) -> (line: WeightedLine, excess: Double) {
      // Relative to the largest weight, which would overflow for errors near rounding.
      let least = sigma.reduce(.infinity) { Double.minimum($0, $1 * $1 + variance) }
      let line = WeightedLine(x, y, weights: sigma.map { least / ($0 * $0 + variance) })
      let squares = zip(sigma, line.residuals).reduce(0) {
        $0 + $1.1 * $1.1 / ($1.0 * $1.0 + variance)
      }
      return (line, squares - degrees)
    }

    var best = line(0).line
    var variance = 0.0
    if degrees > 0, line(0).excess > 0 {
      // The sum falls with τ², and at the variance of the unweighted residuals it is below n − 2.
      let flat = WeightedLine(x, y, weights: [Double](repeating: 1, count: x.count))
      var low = 0.0
      variance = flat.residuals.reduce(0) { $0 + $1 * $1 } / degrees
      for _ in 0..<60 {
        let middle = (low + variance) / 2
        if line(middle).excess > 0 { low = middle } else { variance = middle }
      }
      best = line(variance).line
    }
    count = x.count
    slope = best.slope
    scatter = variance.squareRoot()
    let systematic = zip(best.coefficients, sigma).reduce(0) { $0 + $1.0.magnitude * $1.1 }
    let squares = best.coefficients.reduce(0) { $0 + $1 * $1 }
    slopeError =
      systematic
      + (variance > 0
        ? studentQuantile(0.95, degrees: x.count - 2) * scatter * squares.squareRoot() : 0)
    guard slope.isFinite, slopeError.isFinite else { return nil }
  }

  /// The slopes that the points allow.
  public var slopes: ClosedRange<Double> { slope - slopeError...slope + slopeError }
}

/// The line through points with weights.
private struct WeightedLine {
  let slope: Double
  /// c_i, of which the slope is Σ c_i y_i.
  let coefficients: [Double]
  let residuals: [Double]

  init(_ x: [Double], _ y: [Double], weights: [Double]) {
    let total = weights.reduce(0, +)
    let meanX = zip(weights, x).reduce(0) { $0 + $1.0 * $1.1 } / total
    let meanY = zip(weights, y).reduce(0) { $0 + $1.0 * $1.1 } / total
    let spread = zip(weights, x).reduce(0) { $0 + $1.0 * ($1.1 - meanX) * ($1.1 - meanX) }
    let coefficients = zip(weights, x).map { $0 * ($1 - meanX) / spread }
    let slope = zip(coefficients, y).reduce(0) { $0 + $1.0 * ($1.1 - meanY) }
    (self.slope, self.coefficients) = (slope, coefficients)
    residuals = zip(x, y).map { $1 - meanY - slope * ($0 - meanX) }
  }
}
