// The multi-type majorant (Papers/branching-majorant.md): each species and every |η| with its own weight,
//
//     m_α b_α″ = λ Σ_β ν_{αβ} ∫ |V̂_{αβ}(η)||η| e^{|η|(b_α + b_β)} dη,   b_α(0) = b_α′(0) = 0,
//     |Δ_L| ≤ mass · [λ^L] exp Σ_j m_{α_j} { (b_{α_j}/t)|ξ_j| + (b_{α_j}′ − b_{α_j}/t)|ξ_j − η_j t/m_{α_j}| },
//
// solved as a power series b_α = Σ_j λ^j c_{α,j} t^{2j}, all c ≥ 0. The mass is n_1^k n_2^ℓ and ν_{αβ} = n_β; at finite N
// (Papers/finite-n.md) the mass is (N_1)_k (N_2)_ℓ/N^{k+ℓ} and ν_{αβ} = (N_β − δ_{αβ})/N.

public import CLibraries
public import Interaction

/// The multi-type branching majorant, the sharpest of those that know only the mass of the data. Cost O(S² n L²) with n values of |η| on the torus,
/// O(S² L³) on R^d.
public struct MultiTypeBound: MassBound {
  public let name = "multi-type"
  public let label = "the multi-type majorant"

  /// The bound has no parameters.
  public init() {}

  public func evaluator<Scalar: RealScalar>(_ model: Model, orders: Int, as _: Scalar.Type)
    throws(ArgumentError) -> BoundEvaluator<Scalar>
  {
    let constants = InteractionConstants<Scalar>(model)
    let series: [[Scalar]] = try Self.series(model, orders: orders)
    return { point, time in
      majorantCoefficients(
        { series[$0] }, mass: { constants.mass($0) }, constants: constants, point: point, time: time,
        orders: orders)
    }
  }

  /// c_{α,j} of b_α = Σ_j λ^j c_{α,j} t^{2j}, j = 0 … orders, for every species.
  public static func series<Scalar: RealScalar>(_ model: Model, orders: Int) throws(ArgumentError)
    -> [[Scalar]]
  {
    let constants = InteractionConstants<Scalar>(model)
    let species = Array(model.species.indices)
    // One integral per unordered pair, at index [least][greatest − least].
    var integrals: [[ExponentialIntegral<Scalar>]] = []
    for alpha in species {
      var row: [ExponentialIntegral<Scalar>] = []
      for beta in alpha..<species.count {
        row.append(try ExponentialIntegral(constants, alpha, beta, orders: orders))
      }
      integrals.append(row)
    }
    var c = species.map { _ in [Scalar](repeating: Scalar(0), count: orders + 1) }
    for j in 1..<(orders + 1) {
      for alpha in species {
        var sum = Scalar(0)
        for beta in species {
          let (least, greatest) = (min(alpha, beta), max(alpha, beta))
          sum += constants.partners(alpha, beta) * integrals[least][greatest - least].coefficient(j - 1)
        }
        c[alpha][j] = sum / (Scalar(2 * j * (2 * j - 1)) * constants.mass(alpha))
      }
      for alpha in species {
        for beta in alpha..<species.count {
          integrals[alpha][beta - alpha].extend { c[alpha][$0] + c[beta][$0] }
        }
      }
    }
    return c
  }
}
