// How fast the standard error of a Dyson term falls: measured with n trees for growing n, n^{−1/2} for pseudo-random points
// and faster for Sobol points, as the slope of log σ against log n.

public import Computing
public import DysonSeries

/// Numbers of samples, and the orders whose standard error is measured with them by both samplers.
public struct SamplingConvergence: Sendable, Hashable {
  /// j
  public let orders: [Int]
  /// n, increasing.
  public let samples: [Int]

  /// A study of these orders with these numbers of samples.
  public init(orders: [Int], samples: [Int]) {
    (self.orders, self.samples) = (orders, samples)
  }

  /// What is to be measured, in the order sampler, j, samples.
  public var measurements: [(sampler: DysonTrees.Sampler, order: Int, samples: Int)] {
    lines.flatMap { line in samples.map { (line.sampler, line.order, $0) } }
  }

  private var lines: [(sampler: DysonTrees.Sampler, order: Int)] {
    DysonTrees.Sampler.allCases.flatMap { sampler in orders.map { (sampler, $0) } }
  }

  /// The standard errors of one order and sampler.
  public struct Curve: Sendable {
    /// The sampler that was asked for.
    public let sampler: DysonTrees.Sampler
    /// j
    public let order: Int
    /// The estimates, by growing numbers of samples.
    public let terms: [DysonTrees.Term]
    /// Of log σ against log n.
    public let law: PowerLaw
  }

  /// The curves of which all measurements are there, in their order.
  ///
  /// A standard error from R scramblings is itself known to 1/√(2(R − 1)) of it: σ̂²(R − 1)/σ² is a χ² of R − 1 degrees of
  /// freedom. Twice that is the error of a point.
  /// - Parameters:
  ///   - found: the first of the `measurements`, as many as there are.
  ///   - scramblings: R
  public func curves(_ found: [DysonTrees.Term], scramblings: Int) -> [Curve] {
    let spread = 2 / (2 * Double(scramblings - 1)).squareRoot()
    return lines.enumerated().prefix(found.count / samples.count).map { index, line in
      let terms = Array(found[index * samples.count..<(index + 1) * samples.count])
      return Curve(
        sampler: line.sampler, order: line.order, terms: terms,
        law: PowerLaw(
          sizes: terms.map { Double($0.samples) }, values: terms.map(\.standardError),
          errors: terms.map { spread * $0.standardError }))
    }
  }
}
