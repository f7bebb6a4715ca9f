// Padé resummation in the coupling: S(λ) = Σ_j λ^j D_j at λ = 1, from finitely many terms with error bars.
//
// Wynn's ε-algorithm: ε_{−1}^{(n)} = 0, ε_0^{(n)} = S_{n+1},  ε_{k+1}^{(n)} = ε_{k−1}^{(n+1)} + 1/(ε_k^{(n+1)} − ε_k^{(n)});
// ε_{2k}^{(n)} is the Padé approximant [n+k/k] (P. Wynn, 1956). Two honest figures go with it: the distance to the
// neighbouring approximants, and the statistical error, by the derivative of the approximant in every term.

import CLibraries
public import Numerics

/// The Padé approximant of highest order from D_0, …, D_J, with what speaks for it.
public struct PadeResummation: Sendable, Hashable {
  /// Degree of the numerator.
  public let numerator: Int
  /// Degree of the denominator.
  public let denominator: Int
  /// The approximant at λ = 1.
  public let value: Complex<Double>
  /// The largest distance to a neighbouring approximant that uses one term less (or the other diagonal).
  public let disagreement: Double
  /// Σ_j |∂value/∂D_j|² σ_j², square root: the statistical error of the value.
  public let standardError: Double
  /// S_{J+1}, the plain partial sum.
  public let partialSum: Complex<Double>

  /// Whether the approximant may be reported as more than a guess: its neighbours agree with it better than the
  /// partial sum's last term, or than three statistical errors.
  public var isConsistent: Bool { disagreement <= .greatest(lastTerm / 2, 3 * standardError) }

  private let lastTerm: Double

  /// - Parameters:
  ///   - terms: D_0, …, D_J with J ≥ 3.
  ///   - standardErrors: σ_0, …, σ_J (zeros for exact terms).
  /// - Returns: nil with fewer terms than four, or when the ε-table breaks down (two equal neighbours).
  public init?(terms: [Complex<Double>], standardErrors: [Double]) {
    guard terms.count >= 4, terms.count == standardErrors.count,
      let table = Self.table(terms)
    else { return nil }
    let highest = terms.count - 1
    let k = highest / 2
    // Even J: [k/k] is the tip. Odd J: [k+1/k], the last entry of its column.
    let column = table[2 * k]
    guard let tip = column.last else { return nil }
    var neighbours: [Complex<Double>] = []
    if column.count > 1 { neighbours.append(column[column.count - 2]) }
    if let before = table[2 * k - 2].last { neighbours.append(before) }
    if table[2 * k - 2].count > 1 { neighbours.append(table[2 * k - 2][table[2 * k - 2].count - 2]) }
    var variance = 0.0
    for j in terms.indices where standardErrors[j] != 0 {
      // The approximant is a rational function of the terms: a central difference of a tenth of the error bar.
      let step = 0.1 * standardErrors[j]
      var (up, down) = (terms, terms)
      up[j] += Complex(step)
      down[j] -= Complex(step)
      guard let a = Self.table(up)?[2 * k].last, let b = Self.table(down)?[2 * k].last else { return nil }
      let slope = (a - b).length / (2 * step)
      variance += slope * slope * standardErrors[j] * standardErrors[j]
    }
    numerator = highest - k
    denominator = k
    value = tip
    disagreement = neighbours.map { ($0 - tip).length }.largest() ?? .infinity
    standardError = variance.squareRoot()
    partialSum = terms.reduce(.zero, +)
    lastTerm = terms[highest].length
    guard value.isFinite, disagreement.isFinite, standardError.isFinite else { return nil }
  }

  /// The columns ε_0, ε_1, …; nil when two neighbours of an odd step coincide.
  private static func table(_ terms: [Complex<Double>]) -> [[Complex<Double>]]? {
    var sums: [Complex<Double>] = []
    for term in terms { sums.append((sums.last ?? .zero) + term) }
    var columns = [sums]
    var before = [Complex<Double>](repeating: .zero, count: sums.count + 1)
    // Up to ε_{2k}, k the largest with 2k ≤ J.
    while columns.count <= (terms.count - 1) / 2 * 2 {
      let current = columns[columns.count - 1]
      var next: [Complex<Double>] = []
      for n in 0..<(current.count - 1) {
        let difference = current[n + 1] - current[n]
        guard difference != .zero else { return nil }
        next.append(before[n + 1] + Complex(1) / difference)
      }
      before = current
      columns.append(next)
    }
    return columns
  }
}
