// A modulated Maxwellian, the density of the `maxwellian` characteristic function:
//
//     m(q, p) = (2πn/Λ) (1 + Σ a cos(κmq + φ)) (2πσ²)^{−1/2} e^{−(p − u)²/2σ²}.
//
// Quadrature: trapezoidal in q (exact for all modes up to half the nodes) and in p over ±9σ (error e^{−40}).

import CLibraries
import Foundation
public import PhaseSpace

/// A Maxwellian in momentum, a trigonometric polynomial in position, in phase space.
public struct VlasovMaxwellian: VlasovInitialDensity, Hashable {
  /// Its characteristic function, divided by n_α.
  public let state: MaxwellianState
  /// n_α.
  public let fraction: Double
  /// Λ.
  public let period: Double

  /// Throws `ArgumentError` unless 0 < n ≤ 1, Λ > 0 and Σ|a| ≤ 1 (a density is not negative).
  public init(_ state: MaxwellianState, fraction: Double, period: Double) throws {
    guard fraction > 0, fraction <= 1, period > 0, period.isFinite else {
      throw ArgumentError(
        "maxwellian", expected: "0 < n ≤ 1 and a positive period", got: "\(fraction), \(period)")
    }
    guard state.isNonnegative(hbar: nil) else {
      throw ArgumentError("modulation", expected: "Σ|amplitude| ≤ 1, a density ≥ 0", got: "more")
    }
    self.state = state
    self.fraction = fraction
    self.period = period
  }

  private var sigma: Double { state.sigma[0] }
  private var drift: Double { state.drift[0] }

  public func density(_ q: Double, _ p: Double) -> Double {
    let x = (p - drift) / sigma
    var wave = 1.0
    for term in state.modulations {
      wave += term.amplitude * cos(2 * .pi * Double(term.mode[0]) / period * q + term.phase)
    }
    return 2 * .pi * fraction / period * wave * exp(-x * x / 2) / (sigma * (2 * Double.pi).squareRoot())
  }

  public func quadrature(positions: Int, momenta: Int) -> PhaseSpaceQuadrature {
    let (dq, dp) = (period / Double(positions), 18 * sigma / Double(momenta))
    var (q, p, w) = ([Double](), [Double](), [Double]())
    for i in 0..<positions {
      for k in 0..<momenta {
        q.append((Double(i) + 0.5) * dq)
        p.append(drift - 9 * sigma + (Double(k) + 0.5) * dp)
        w.append(density(q[q.count - 1], p[p.count - 1]) * dq * dp / (2 * .pi))
      }
    }
    return PhaseSpaceQuadrature(positions: q, momenta: p, weights: w)
  }
}
