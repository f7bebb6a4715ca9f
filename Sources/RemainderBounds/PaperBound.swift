// The bound after (5.10), masses 1:
//
//     |Δ_L| ≤ (4 vol_d B^d A)^L · Π_{i=0}^{L−1} ((C + D|t|)(k+ℓ) + [i>0](k+ℓ+i) B|t|) · |t|^L / L!
//
// with A = sup|ηV̂|, B = sup|η| on supp V̂, C = max|ξ_j|, D = max|η_j|; for atoms max_{αβ} Σ_m |κm||v_m| replaces
// vol_d B^d A. Convergence time as printed τ = (8 vol_d B^{d+1} A)^{−1/2} (d = 3: (2⁵πB⁴A/3)^{−1/2}); the product
// itself converges up to √2 τ.

public import CLibraries
public import Interaction

/// The paper's bound, after (5.10). Cost O(L).
public struct PaperBound: MassBound {
  public let name = "paper"
  public let label = "the bound after (5.10)"

  /// The bound has no parameters.
  public init() {}

  public func checkOwnHypotheses(_ model: Model) throws(HypothesisError) {
    // As written: a mass whose Double is 1 may differ from 1.
    guard model.species.allSatisfy({ $0.mass.integer == 1 }) else {
      throw HypothesisError(label, requires: "all masses equal to 1")
    }
  }

  public func evaluator<Scalar: RealScalar>(_ model: Model, orders: Int, as _: Scalar.Type)
    throws(ArgumentError) -> BoundEvaluator<Scalar>
  {
    let constants = InteractionConstants<Scalar>(model)
    let kappa = model.geometry.kappa(as: Scalar.self)
    let fourfold = Scalar(4) * (try constants.paperRate())
    let bandlimit = try constants.bandlimit()
    return { point, time in
      let t = time.magnitude
      let distance = point.reduce(Scalar(0)) { Scalar.maximum($0, $1.distance()) }
      let drift = point.reduce(Scalar(0)) { Scalar.maximum($0, $1.drift(kappa: kappa)) }
      let start = (distance + drift * t) * Scalar(point.count)
      var value = Scalar(1)
      return (0..<orders).map { i in
        let growth = i > 0 ? Scalar(point.count + i) * bandlimit * t : Scalar(0)
        value = value * (fourfold * t) * (start + growth) / Scalar(i + 1)
        return value
      }
    }
  }

  public func convergenceTime<Scalar: RealScalar>(_ model: Model, species: [Int], as _: Scalar.Type)
    throws(ArgumentError) -> Scalar?
  {
    let constants = InteractionConstants<Scalar>(model)
    let product = (try constants.paperRate()) * (try constants.bandlimit())
    return product.upper == 0 ? nil : Scalar(1) / (Scalar(8) * product).squareRoot()
  }
}
