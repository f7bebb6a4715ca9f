// How long the steps of characteristics are about, before any is made: as their series allow, about what the force, 1/√k of its largest
// gradient k over the mass, and thrice what the passage of the fastest node through the shortest wave, take. Where the force is strong the
// fastest node is one that the potential has thrown: p² grows by at most 4m times its range, and p by the force times t.

import Computing
public import Interaction
import PhaseSpace

extension VlasovCharacteristics {
  /// The least over components and species; ∞ where nothing bends them.
  /// - Parameter end: the time until which they move.
  public static func stepEstimate(_ model: Model, _ densities: [[VlasovGaussians]], until end: Double) throws
    -> Double
  {
    let force = try VlasovForce(model.potentials)
    let wave = force.wavenumber * Double(force.highestMode)
    var step = Double.infinity
    for product in densities {
      for (alpha, density) in product.enumerated() {
        let mass = model.masses[alpha]
        let stiffness = model.species.indices.reduce(force.externalLipschitzBound(alpha)) {
          $0 + model.fractions[$1] * force.lipschitzBound(alpha, $1)
        }
        guard stiffness > 0, wave > 0 else { continue }
        // |F| ≤ k/κ and |V| ≤ k/κ², of coefficients that are all at the lowest mode.
        let strongest = stiffness / force.wavenumber
        let thrown = Double.least(
          strongest * end, (4 * mass * strongest / force.wavenumber).squareRoot())
        let passage = 3 * mass / (wave * (density.largestMomentum + thrown))
        step = .least(step, .least((mass / stiffness).squareRoot(), passage))
      }
    }
    return step
  }
}
