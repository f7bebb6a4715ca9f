// The branching majorant in closed form (Papers/branching-majorant.md): with ω = √(λMB/m_*),
//
//     b(t) = −(1/B) log cos ωt,
//     |Δ_L| ≤ mass · [λ^L] exp m_* Σ_j { (b/t)|ξ_j| + (b′ − b/t)|ξ_j − η_j t/m_{α_j}| },
//
// convergence time T* = (π/2) √(m_*/(MB)).

public import CLibraries
public import Interaction

/// The closed-form branching majorant, any masses. Cost O(L²).
public struct BranchingBound: MassBound {
  public let name = "branching"
  public let label = "the branching majorant"

  /// The bound has no parameters.
  public init() {}

  public func evaluator<Scalar: RealScalar>(_ model: Model, orders: Int, as _: Scalar.Type)
    throws(ArgumentError) -> BoundEvaluator<Scalar>
  {
    let constants = InteractionConstants<Scalar>(model)
    let series: [Scalar] = Self.series(
      rate: try constants.branchingRate(), bandlimit: try constants.bandlimit(), mass: constants.leastMass,
      orders: orders)
    let least = constants.leastMass
    return { point, time in
      majorantCoefficients(
        { _ in series }, mass: { _ in least }, constants: constants, point: point, time: time, orders: orders)
    }
  }

  /// c_j of b = Σ_j λ^j c_j t^{2j} = −(1/B) log cos(t√(λMB/m)), from b″ = (λM/m) e^{2Bb}, valid also for B = 0.
  public static func series<Scalar: RealScalar>(rate: Scalar, bandlimit: Scalar, mass: Scalar, orders: Int)
    -> [Scalar]
  {
    var c = [Scalar](repeating: Scalar(0), count: orders + 1)
    let twice = Scalar(2) * bandlimit
    // e = exp(2Bb) is built along with b: e_i needs c_1 … c_i.
    var e = c
    e[0] = Scalar(1)
    for j in 1..<(orders + 1) {
      c[j] = rate / mass * e[j - 1] / Scalar(2 * j * (2 * j - 1))
      var sum = Scalar(0)
      for k in 1...j { sum += Scalar(k) * twice * c[k] * e[j - k] }
      e[j] = sum / Scalar(j)
    }
    return c
  }

  public func convergenceTime<Scalar: RealScalar>(_ model: Model, species: [Int], as _: Scalar.Type)
    throws(ArgumentError) -> Scalar?
  {
    let constants = InteractionConstants<Scalar>(model)
    let product = (try constants.branchingRate()) * (try constants.bandlimit())
    return product.upper == 0 ? nil : Scalar.pi / Scalar(2) * (constants.leastMass / product).squareRoot()
  }
}
