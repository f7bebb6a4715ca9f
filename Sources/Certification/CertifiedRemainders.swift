public import CLibraries
import Computing

/// What is enclosed at one point and time: μ̄_t, S_1 … S_L, D_0 … D_L and |Δ_1| … |Δ_L|.
public struct CertifiedRemainders: Sendable {
  /// μ̄_t
  public let exact: ComplexBall
  /// D_0 … D_L
  public let terms: [ComplexBall]
  /// S_1 … S_L
  public let partialSums: [ComplexBall]
  /// |Δ_1| … |Δ_L|
  public let remainders: [ClosedRange<Double>]

  /// Two routes to Δ_L, and their intersection:
  ///
  ///     Δ_L = μ̄_t − Σ_{j<L} D_j,            Δ_L = Σ_{j=L}^J D_j + Δ_{J+1},   |Δ_{J+1}| ≤ B
  ///
  /// The first has the floor of the solution's radius; the second needs a bound that applies, and has none. μ̄_t likewise is the
  /// solution, and S_{J+1} ± B.
  /// - Parameters:
  ///   - solution: an enclosure of μ̄_t; nil where there is none.
  ///   - terms: D_0 … D_J
  ///   - tail: B, an upper bound of |Δ_{J+1}|; nil where there is none.
  /// - Throws: `NumericalFailure` where the two have nothing in common: one of them is wrong.
  public init(solution: ComplexBall?, terms: [ComplexBall], tail: Double?) throws {
    let nothing = ComplexBall(Ball(exactly: .infinity), Ball(exactly: .infinity))
    var partialSums: [ComplexBall] = []
    var sum = ComplexBall(Ball(0))
    for term in terms {
      sum = sum + term
      partialSums.append(sum)
    }
    let bySeries = tail.map { sum.widened(by: $0) }
    if let solution, let bySeries, solution.isFinite, !solution.overlaps(bySeries) {
      throw NumericalFailure(
        in: "the certified solution and the certified series", "they have no number in common")
    }
    let candidates = [solution, bySeries].compactMap(\.self).filter(\.isFinite)
    exact = candidates.min { $0.width < $1.width } ?? nothing
    self.terms = terms
    self.partialSums = partialSums.dropLast().map(\.self)
    var remainders: [ClosedRange<Double>] = []
    for order in 1..<terms.count {
      var (lower, upper) = (0.0, Double.infinity)
      var routes: [ComplexBall] = []
      if let solution { routes.append(solution - partialSums[order - 1]) }
      if let tail {
        // From the smallest on, so that nothing is lost.
        let rest = terms[order...].reversed().reduce(ComplexBall(Ball(0))) { $0 + $1 }
        routes.append(rest.widened(by: tail))
      }
      for route in routes where route.isFinite {
        let size = route.magnitude
        lower = max(lower, size.lower)
        upper = min(upper, size.upper)
      }
      guard lower <= upper else {
        throw NumericalFailure(
          in: "the certified remainder Δ_\(order)", "two routes to it have no number in common")
      }
      remainders.append(lower...upper)
    }
    self.remainders = remainders
  }
}

extension ComplexBall {
  /// The larger side of the rectangle.
  var width: Double { max(real.radius, imaginary.radius) }
}
