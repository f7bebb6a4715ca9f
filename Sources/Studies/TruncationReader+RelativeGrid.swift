// Where the relative density of two particles is given: the same places for all pairs, closures and times.

public import Hierarchy
public import ModelConfiguration
import Numerics
import PhaseSpace

extension TruncationReader {
  /// Momenta up to the largest relative mean of the data and five times their widest relative spread, u = p_1 − (Δξ_β/Δξ_α) p_2, of
  /// all pairs; nil in d > 1 and at rank 1.
  public var relativeGrid: RelativeGrid? {
    guard lattice.dimension == 1, rank >= 2 else { return nil }
    let spread = model.species.indices.map { momentumSpread(of: $0) }
    var reach = 0.0
    for alpha in spread.indices {
      for beta in spread.indices[alpha...] {
        let share = lattice.spacing(beta) / lattice.spacing(alpha)
        let variance = spread[alpha].variance + share * share * spread[beta].variance
        let mean = spread[alpha].mean.magnitude + share * spread[beta].mean.magnitude
        reach = Double.maximum(reach, mean + 5 * variance.squareRoot())
      }
    }
    return reach.isFinite && reach > 0 ? RelativeGrid(lattice, reach: reach) : nil
  }

  /// Mean and variance of the momentum of a species at t = 0, by differences at ξ = ±0.01: a grid asks for no more.
  private func momentumSpread(of species: Int) -> (mean: Double, variance: Double) {
    let h = 0.01
    let value = initial.value(at: [PhasePoint(species: species, xi: SpaceVector(components: [h]), eta: .zero)]
    )
    let mean = value.imaginary / h
    return (mean, Double.maximum(0, 2 * (1 - value.real) / (h * h) - mean * mean))
  }
}
