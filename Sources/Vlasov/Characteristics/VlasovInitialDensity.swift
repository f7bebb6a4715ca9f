// Initial data of the Vlasov equations (1.1) on torus × line, d = 1: densities m_α(q, p) in phase space with
// (2π)^{−1}∫ m_α dq dp = n_α, and nodes of a quadrature of that measure.

import CLibraries

/// Nodes and weights of a measure on phase space: Σ_j w_j δ_{(q_j, p_j)}.
public struct PhaseSpaceQuadrature: Sendable, Hashable {
  /// q_j
  public let positions: [Double]
  /// p_j
  public let momenta: [Double]
  /// w_j; their sum is the mass n_α.
  public let weights: [Double]

  /// - Precondition: three lists of one length.
  public init(positions: [Double], momenta: [Double], weights: [Double]) {
    precondition(
      positions.count == momenta.count && momenta.count == weights.count, "one weight a node")
    self.positions = positions
    self.momenta = momenta
    self.weights = weights
  }

  /// With nodes of weight zero at the origin, to a multiple of `block`.
  package func padded(to block: Int) -> PhaseSpaceQuadrature {
    let rest = [Double](repeating: 0, count: (block - weights.count % block) % block)
    return PhaseSpaceQuadrature(
      positions: positions + rest, momenta: momenta + rest, weights: weights + rest)
  }
}

/// A one-particle density m(q, p) at time zero. A new one is a type with two formulas:
///
///     struct Beam: VlasovInitialDensity {
///       func density(_ q: Double, _ p: Double) -> Double { … }
///       func quadrature(positions: Int, momenta: Int) -> PhaseSpaceQuadrature { … }
///     }
public protocol VlasovInitialDensity: Sendable {
  /// m(q, p); q may be any real number.
  func density(_ q: Double, _ p: Double) -> Double

  /// The mean of m over the segment from (q, p) to (q', p'): what a fine cell holds when it is followed back in time.
  /// By default Simpson's rule; sharp densities know better.
  func mean(from a: (q: Double, p: Double), to b: (q: Double, p: Double)) -> Double

  /// `positions` × `momenta` nodes of (2π)^{−1} m dq dp; weights sum to n_α.
  func quadrature(positions: Int, momenta: Int) -> PhaseSpaceQuadrature
}

extension VlasovInitialDensity {
  public func mean(from a: (q: Double, p: Double), to b: (q: Double, p: Double)) -> Double {
    (density(a.q, a.p) + 4 * density((a.q + b.q) / 2, (a.p + b.p) / 2) + density(b.q, b.p)) / 6
  }
}
