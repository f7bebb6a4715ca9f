// Dobrushin's stability inequality for S species in the 1-Wasserstein distance of the Euclidean metric on (q mod Λ, p),
// derived in Papers/dobrushin.md. D_α(t) = W1 of the normalised densities of species α of two solutions of (1.1):
//
//     D(t) ≤ e^{|t| A} D(0),     A_{αβ} = ½(1/m_α + a_α) δ_{αβ} + n_β L_{αβ},
//     L_{αβ} = sup|V''_{αβ}|,    a_α = Σ_β n_β L_{αβ},
//
// entry by entry, and max D(t) ≤ e^{C|t|} max D(0) with C = max_α (1/(2m_α) + 3a_α/2). L is replaced by its bound
// Σ_m (κm)²|v_m|. Throws HypothesisError for the Moyal kernel and for finite N.

import CLibraries
public import Interaction

/// How fast two solutions of the Vlasov equations can part.
public struct DobrushinStability: Sendable, Hashable {
  /// A.
  public let rates: [[Double]]

  /// The rates of a model: one dimension, torus.
  public init(_ model: Model) throws {
    guard model.kernel.hbar == nil, model.particles == nil else {
      throw HypothesisError("Dobrushin's inequality", requires: "the classical kernel and N = ∞")
    }
    try model.potentials.requireNoExternal("Dobrushin's inequality, as it is written here,")
    let force = try VlasovForce(model.potentials)
    let (masses, fractions) = (model.masses, model.fractions)
    let species = 0..<force.speciesCount
    rates = species.map { a in
      let pulls = species.map { fractions[$0] * force.lipschitzBound(a, $0) }
      let own = (1 / masses[a] + pulls.reduce(0, +)) / 2
      return species.map { pulls[$0] + ($0 == a ? own : 0) }
    }
  }

  /// C: the largest row sum of A.
  public var constant: Double { rates.map { $0.reduce(0, +) }.largest() ?? 0 }

  /// Upper bounds of D_α(t) from upper bounds of D_α(0), rounded up.
  ///
  /// A ≥ 0, so the series of e^{tA} has nonnegative terms; it is cut where the rest is below 10⁻¹⁶ of the sum, and the
  /// rest, at most a geometric series, is added. Throws `NumericalFailure` on overflow.
  public func bound(_ initial: [Double], time: Double) throws -> [Double] {
    guard initial.count == rates.count, initial.allSatisfy({ $0 >= 0 && $0.isFinite }), time.isFinite else {
      throw ArgumentError(
        "distances", expected: "\(rates.count) finite distances ≥ 0 and a finite time",
        got: "\(initial), \(time)")
    }
    let t = time.magnitude
    var (sum, term) = (initial, initial)
    var order = 0
    repeat {
      order += 1
      term = rates.map { row in
        zip(row, term).reduce(0) { $0 + $1.0 * $1.1 } * t / Double(order)
      }
      for index in sum.indices { sum[index] += term[index] }
      guard sum.allSatisfy(\.isFinite) else {
        throw NumericalFailure(in: "Dobrushin's inequality", "e^{tA} overflows at t = \(time)")
      }
    } while Double(order) < 2 * constant * t || (term.largest() ?? 0) > 1e-17 * (sum.largest() ?? 0)
    // Terms halve from here on, in the largest entry: the rest is at most the last largest term. Rounding: 4 operations
    // a term and order.
    let rest = term.largest() ?? 0
    let rounding = 1 + Double(order) * Double(4 + 2 * rates.count) * 0x1p-53
    return sum.map { (($0 + rest) * rounding).nextUp }
  }
}
