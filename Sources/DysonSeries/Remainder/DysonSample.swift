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

  /// Δ_1 … Δ_L from ten nodes.
  var remainders: [Complex<Double>] { Self.remainders(exact, terms) }
  /// The same from eight.
  var coarseRemainders: [Complex<Double>] { Self.remainders(coarseExact, coarseTerms) }

  var isFinite: Bool {
    exact.isFinite && coarseExact.isFinite && terms.allSatisfy(\.isFinite)
      && coarseTerms.allSatisfy(\.isFinite)
  }

  private static func remainders(_ exact: Complex<Double>, _ terms: [Complex<Double>]) -> [Complex<Double>] {
    var rest = exact
    return terms.dropLast().map { term in
      rest -= term
      return rest
    }
  }
}
