// The cells of phase space on torus × line, d = 1: q mod Λ in N_q cells, p in [p_min, p_max] in N_p cells. Histograms, cell means
// and their distances all stand on it, row-major, q outermost: cell (i, k) is element i·N_p + k.

import CLibraries

/// Equal cells on (q mod Λ, p).
public struct PhaseSpaceGrid: Sendable, Hashable, CustomStringConvertible {
  /// Number N_q of cells around the torus.
  public let positions: Int
  /// Number N_p of cells along the momentum axis.
  public let momenta: Int
  /// Λ, the period of q.
  public let period: Double
  /// [p_min, p_max].
  public let momentumRange: ClosedRange<Double>

  /// "28 × 28 cells of [0, 6.28) × [-1.2, 1.2]"
  public var description: String {
    "\(positions) × \(momenta) cells of [0, \(period)) × [\(momentumRange.lowerBound), \(momentumRange.upperBound)]"
  }

  /// N_q × N_p cells of size Λ/N_q × (p_max − p_min)/N_p.
  ///
  /// Throws `ArgumentError` unless the counts are positive, the lengths positive and finite.
  public init(positions: Int, momenta: Int, period: Double, momentumRange: ClosedRange<Double>) throws {
    guard positions > 0, momenta > 0, let cells = Memory.product(positions, momenta), cells < 1 << 28 else {
      throw ArgumentError("histogram", expected: "1 … 2²⁸ cells", got: "\(positions) × \(momenta)")
    }
    guard period > 0, period.isFinite else {
      throw ArgumentError("period", expected: "a positive length", got: "\(period)")
    }
    let extent = momentumRange.upperBound - momentumRange.lowerBound
    guard extent > 0, extent.isFinite else {
      throw ArgumentError(
        "momentum range", expected: "a bounded interval",
        got: "[\(momentumRange.lowerBound), \(momentumRange.upperBound)]")
    }
    self.positions = positions
    self.momenta = momenta
    self.period = period
    self.momentumRange = momentumRange
  }

  /// N_q·N_p.
  public var cells: Int { positions * momenta }
  /// Λ/N_q.
  public var positionStep: Double { period / Double(positions) }
  /// (p_max − p_min)/N_p.
  public var momentumStep: Double {
    (momentumRange.upperBound - momentumRange.lowerBound) / Double(momenta)
  }

  /// q of the centres of the cells: (i + ½)Λ/N_q.
  public var positionCentres: [Double] { (0..<positions).map { (Double($0) + 0.5) * positionStep } }
  /// p of the centres of the cells: p_min + (k + ½)(p_max − p_min)/N_p.
  public var momentumCentres: [Double] {
    (0..<momenta).map { momentumRange.lowerBound + (Double($0) + 0.5) * momentumStep }
  }
}
