// The first-moment bound: the paper's proof with the sum over β weighted by ν_{αβ} and ∫|η||V̂| for A times the
// volume (Papers/branching-majorant.md),
//
//     |Δ_L| ≤ mass · M^L Π_{i=0}^{L−1} ((k+ℓ)(C + D|t|/m_*) + 2iB|t|/m_*) |t|^L / L!,
//
// convergence time (2MB/m_*)^{−1/2}.

public import CLibraries
public import Interaction
import PhaseSpace

/// The first-moment bound, any masses. Cost O(L).
public struct FirstMomentBound: MassBound {
  public let name = "first-moment"
  public let label = "the first-moment bound"

  /// The bound has no parameters.
  public init() {}

  public func evaluator<Scalar: RealScalar>(_ model: Model, orders: Int, as _: Scalar.Type)
    throws(ArgumentError) -> BoundEvaluator<Scalar>
  {
    let constants = InteractionConstants<Scalar>(model)
    let kappa = model.geometry.kappa(as: Scalar.self)
    let leastMass = constants.leastMass
    let rate = try constants.branchingRate()
    let bandlimit = try constants.bandlimit()
    return { point, time in
      let t = time.magnitude
      let scaled = t / leastMass
      let distance = point.reduce(Scalar(0)) { Scalar.maximum($0, $1.distance()) }
      let drift = point.reduce(Scalar(0)) { Scalar.maximum($0, $1.drift(kappa: kappa)) }
      let start = (distance + drift * scaled) * Scalar(point.count)
      var value = massBound(constants, point)
      return (0..<orders).map { i in
        value = value * (rate * t) * (start + Scalar(2 * i) * bandlimit * scaled) / Scalar(i + 1)
        return value
      }
    }
  }

  public func convergenceTime<Scalar: RealScalar>(_ model: Model, species: [Int], as _: Scalar.Type)
    throws(ArgumentError) -> Scalar?
  {
    let constants = InteractionConstants<Scalar>(model)
    let product = (try constants.branchingRate()) * (try constants.bandlimit())
    return product.upper == 0 ? nil : (constants.leastMass / (Scalar(2) * product)).squareRoot()
  }
}

/// The mass of the marginal of a point, which bounds |μ|: n_1^k n_2^ℓ, at finite N (N_1)_k (N_2)_ℓ/N^{k+ℓ}.
func massBound<Scalar: RealScalar>(_ constants: InteractionConstants<Scalar>, _ point: Point)
  -> Scalar
{
  constants.mass(of: point.order(speciesCount: constants.model.species.count))
}
