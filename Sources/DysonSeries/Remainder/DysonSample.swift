public import Numerics

/// What one lattice says about the solution and its series at one point and time, by ten and by eight interpolation nodes.
public struct DysonSample: Sendable, Hashable, Codable {
  /// μ̄_t
  public let exact: Complex<Double>
  /// D_0 … D_L
  public let terms: [Complex<Double>]
  /// μ̄_t from eight nodes.
  public let coarseExact: Complex<Double>
  /// D_0 … D_L from eight nodes.
  public let coarseTerms: [Complex<Double>]

  /// All that is made of them, from ten nodes and from eight.
  var values: DysonValues { DysonValues(exact: exact, terms: terms) }
  var coarseValues: DysonValues { DysonValues(exact: coarseExact, terms: coarseTerms) }

  var isFinite: Bool {
    exact.isFinite && coarseExact.isFinite && terms.allSatisfy(\.isFinite)
      && coarseTerms.allSatisfy(\.isFinite)
  }
}

/// μ̄, D_0 … D_L, S_1 … S_L and Δ_1 … Δ_L.
struct DysonValues {
  let exact: Complex<Double>
  let terms: [Complex<Double>]
  let partialSums: [Complex<Double>]
  let remainders: [Complex<Double>]

  init(exact: Complex<Double>, terms: [Complex<Double>]) {
    (self.exact, self.terms) = (exact, terms)
    var (sum, rest) = (Complex<Double>.zero, exact)
    var (partialSums, remainders): ([Complex<Double>], [Complex<Double>]) = ([], [])
    for term in terms.dropLast() {
      sum += term
      rest -= term
      partialSums.append(sum)
      remainders.append(rest)
    }
    (self.partialSums, self.remainders) = (partialSums, remainders)
  }

  /// |· − ·| of each.
  func distances(to other: DysonValues) -> DysonErrors {
    func lengths(_ path: KeyPath<DysonValues, [Complex<Double>]>) -> [Double] {
      zip(self[keyPath: path], other[keyPath: path]).map { ($0 - $1).length }
    }
    return DysonErrors(
      exact: (exact - other.exact).length, terms: lengths(\.terms), partialSums: lengths(\.partialSums),
      remainders: lengths(\.remainders))
  }
}

/// An error of μ̄, D_0 … D_L, S_1 … S_L and Δ_1 … Δ_L.
public struct DysonErrors: Sendable, Hashable {
  /// Of μ̄_t.
  public let exact: Double
  /// Of D_0 … D_L.
  public let terms: [Double]
  /// Of S_1 … S_L.
  public let partialSums: [Double]
  /// Of Δ_1 … Δ_L.
  public let remainders: [Double]

  /// Error by error.
  func combined(_ other: DysonErrors, _ operation: (Double, Double) -> Double) -> DysonErrors {
    func all(_ path: KeyPath<DysonErrors, [Double]>) -> [Double] {
      zip(self[keyPath: path], other[keyPath: path]).map(operation)
    }
    return DysonErrors(
      exact: operation(exact, other.exact), terms: all(\.terms), partialSums: all(\.partialSums),
      remainders: all(\.remainders))
  }
}
