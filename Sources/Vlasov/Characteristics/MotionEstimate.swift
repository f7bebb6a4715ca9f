// What characteristics will do, before any is moved: how long their steps are about and how often the force turns them. A step is as
// long as its series allows: about what the force, 1/√k of its largest gradient k over the mass, and thrice what the passage of the fastest
// node through the shortest wave, take. Where the force is strong the fastest node is one that the potential has thrown: p² grows by at
// most 4m times its range, and p by the force times t.

import Computing
import Interaction
import PhaseSpace

/// An estimate of the motion of nodes, from the data and the potentials alone.
package struct MotionEstimate: Sendable {
  /// The least step over components and species; ∞ where nothing bends the nodes.
  package let step: Double
  /// Turns √(k/m) t/2π in the strongest force. After some of them filaments are finer than the first nodes.
  package let turns: Double

  /// - Parameters:
  ///   - momenta: the largest |p| of each product and species.
  ///   - end: the time until which the nodes move.
  package init(_ model: Model, momenta: [[Double]], until end: Double) throws {
    let force = try VlasovForce(model.potentials)
    let wave = force.wavenumber * Double(force.highestMode)
    var (step, fastest) = (Double.infinity, 0.0)
    for product in momenta {
      for (alpha, momentum) in product.enumerated() {
        let mass = model.masses[alpha]
        let stiffness = model.species.indices.reduce(force.externalLipschitzBound(alpha)) {
          $0 + model.fractions[$1] * force.lipschitzBound(alpha, $1)
        }
        guard stiffness > 0, wave > 0 else { continue }
        // |F| ≤ k/κ and |V| ≤ k/κ², as if all coefficients were at the lowest mode.
        let strongest = stiffness / force.wavenumber
        let thrown = Double.least(strongest * end, (4 * mass * strongest / force.wavenumber).squareRoot())
        let passage = 3 * mass / (wave * (momentum + thrown))
        step = .least(step, .least((mass / stiffness).squareRoot(), passage))
        fastest = .greatest(fastest, (stiffness / mass).squareRoot())
      }
    }
    self.step = step
    turns = fastest * end / (2 * .pi)
  }

  /// That of nodes of sums of Gaussians.
  package init(_ model: Model, _ densities: [[VlasovGaussians]], until end: Double) throws {
    try self.init(model, momenta: densities.map { $0.map(\.largestMomentum) }, until: end)
  }

  /// Steps to a time, at least one.
  package func steps(to time: Double) -> Double { (time / step).rounded(.up) + 1 }

  /// Whether refinements are to be reckoned with.
  package var isViolent: Bool { !(turns <= 1) }
}
