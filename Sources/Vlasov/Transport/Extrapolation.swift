// Gragg's modified midpoint rule with Bulirsch and Stoer's extrapolation, in the interaction picture of a step: with y the state
// carried back to the beginning of the step, ẏ = T(−τ) f(T(τ) y), T(τ) free transport,
//
//     y_1 = y_0 + h ẏ(y_0),  y_{j+1} = y_{j−1} + 2h ẏ(y_j),  h = H/n,  n = 2, 4, 6, 8.
//
// y_n has an error in even powers of h, and Σ c_n y_n cancels those up to h⁶:
//
//     c_n = Π_{k ≠ n} n²/(n² − k²):   order 8;   the same of n = 4, 6, 8: order 6.
//
// The difference of the two is the error of the latter, which stands for that of the former. No smoothing step: along the imaginary
// axis, where the force's eigenvalues are, |Σ c_n y_n| ≤ 1 up to z = 3.39 (Lawson's RK4: 2.83; n = 2, 4, 6: 0.5; n = 2, 4, 6, 8, 10:
// 1.4), and the error constant of H⁹ is 1/9!.

/// The numbers of the extrapolated midpoint rule.
package enum Extrapolation {
  /// n
  package static let divisions = [2, 4, 6, 8]
  /// Order of the result, and of what it is compared with.
  package static let (order, comparedOrder) = (8, 6)
  /// Largest z on the imaginary axis.
  package static let stabilityLimit = 3.39

  /// c_n
  package static let weights = weights(of: divisions)
  /// c_n less those of n = 4, 6, 8: of the error.
  package static let differences = zip(weights, [0] + weights(of: Array(divisions.dropFirst()))).map {
    $0 - $1
  }

  private static func weights(of divisions: [Int]) -> [Double] {
    divisions.map { n in
      divisions.reduce(1.0) { $1 == n ? $0 : $0 * Double(n * n) / Double(n * n - $1 * $1) }
    }
  }

  /// All times j/n of a step are multiples of 1/24.
  package static let parts = 24
  /// Which of them there are, 1 aside: j/n, 0 < j ≤ n.
  package static let times = Set(divisions.flatMap { n in (1...n).map { $0 * parts / n } })
}
