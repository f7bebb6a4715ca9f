// The multi-type majorant (Papers/branching-majorant.md): each species and every |η| with its own weight,
//
//     m_α b_α″ = λ Σ_β n_β ∫ |V̂_{αβ}(η)||η| e^{|η|(b_α + b_β)} dη,   b_α(0) = b_α′(0) = 0,
//     |Δ_L| ≤ n_1^k n_2^ℓ [λ^L] exp Σ_j m_{α_j} { (b_{α_j}/t)|ξ_j| + (b_{α_j}′ − b_{α_j}/t)|ξ_j − η_j t/m_{α_j}| },
//
// solved as a power series b_α = Σ_j λ^j c_{α,j} t^{2j}, all c ≥ 0. With ∫|V̂||η| e^{|η|s} = Σ_q M^{q+1} s^q/q!.

public import CLibraries
public import Interaction

/// The multi-type branching majorant, the sharpest of the four. Cost O(S² L³).
public struct MultiTypeBound: RemainderBound {
  public let name = "multi-type"
  public let label = "the multi-type majorant"

  public init() {}

  public func values<Scalar: RealScalar>(_ model: Model, at point: [BoundParticle], time: Scalar, orders: Int)
    throws(ArgumentError) -> [Scalar]
  {
    let constants = InteractionConstants<Scalar>(model)
    let series: [[Scalar]] = try Self.series(model, orders: orders)
    return majorantCoefficients(
      { series[$0] }, mass: { constants.mass($0) }, constants: constants, point: point, time: time,
      orders: orders)
  }

  /// c_{α,j} of b_α = Σ_j λ^j c_{α,j} t^{2j}, j = 0 … orders, for every species.
  public static func series<Scalar: RealScalar>(_ model: Model, orders: Int) throws(ArgumentError)
    -> [[Scalar]]
  {
    let constants = InteractionConstants<Scalar>(model)
    let species = Array(model.species.indices)
    // ∫|V̂||η|^{q+1}/q!, the coefficients of s^q.
    var moments: [[[Scalar]]] = []
    for alpha in species {
      var row: [[Scalar]] = []
      for beta in species {
        var list: [Scalar] = []
        var factorial = Scalar(1)
        for q in 0..<max(1, orders) {
          if q > 0 { factorial = factorial * Scalar(q) }
          list.append((try constants.moment(q + 1, alpha, beta)) / factorial)
        }
        row.append(list)
      }
      moments.append(row)
    }
    var c = species.map { _ in [Scalar](repeating: Scalar(0), count: orders + 1) }
    // powers[α][β][q] = the series of (b_α + b_β)^q, known up to λ^{j−1} at step j.
    var powers = species.map { _ in
      species.map { _ in
        (0..<max(1, orders)).map { q in
          var series = [Scalar](repeating: Scalar(0), count: orders + 1)
          if q == 0 { series[0] = Scalar(1) }
          return series
        }
      }
    }
    for j in 1..<(orders + 1) {
      for alpha in species {
        var sum = Scalar(0)
        for beta in species {
          // (b_α + b_β)^q starts at λ^q.
          for q in 0..<j {
            sum += constants.fraction(beta) * moments[alpha][beta][q] * powers[alpha][beta][q][j - 1]
          }
        }
        c[alpha][j] = sum / (Scalar(2 * j * (2 * j - 1)) * constants.mass(alpha))
      }
      for alpha in species {
        for beta in species {
          for q in 1..<max(2, orders) where q < powers[alpha][beta].count && q <= j {
            var sum = Scalar(0)
            for i in 1...j { sum += (c[alpha][i] + c[beta][i]) * powers[alpha][beta][q - 1][j - i] }
            powers[alpha][beta][q][j] = sum
          }
        }
      }
    }
    return c
  }
}
