// K(t) of Proposition 5.1, in the interaction picture μ̄_t(ξ,η) = w_t(ξ − ηt/m_α, η):
//
//     (K(t)μ̄)^{(k,ℓ)}(ξ_1,η_1,…) = Σ_i Σ_β ∫dη V̂_{α_iβ}(η) κ_ħ(η·(ξ_i − η_i t/m_i))
//                                   μ̄^{(k,ℓ)+e_β}(…, ξ_i + ηt/m_i, η_i + η, …; −ηt/m_β, −η)
//
// (paper: masses 1, κ(x) = x, the four branches α, β ∈ {1,2}). N = ∞.

import CLibraries
public import Numerics
public import PhaseSpace

/// K(t) of Proposition 5.1 as a value that can be applied, pointwise or on a lattice.
public struct InteractionOperator: Sendable {
  /// Species, potentials and kernel.
  public let model: Model
  /// t in K(t).
  public let time: Double
  let quadratures: [[FrequencyQuadrature]]

  /// - Parameter radialPoints, angularPoints: the quadrature in η on R^d (`FrequencyQuadrature`).
  /// - Throws: `HypothesisError` at finite N, where K(t) lacks the same-marginal term.
  public init(_ model: Model, time: Double, radialPoints: Int = 24, angularPoints: Int = 24) throws {
    guard model.particles == nil else {
      throw HypothesisError("K(t) of Proposition 5.1", requires: "N = ∞")
    }
    try model.potentials.requireNoExternal("K(t) of Proposition 5.1")
    self.model = model
    self.time = time
    self.quadratures = try model.species.indices.map { alpha in
      try model.species.indices.map { beta in
        try FrequencyQuadrature(
          model.potentials, alpha, beta, radialPoints: radialPoints, angularPoints: angularPoints)
      }
    }
  }

  /// K(t)F as a characteristic function; a value costs (k+ℓ)·S·(quadrature nodes) values of F.
  public func applied<F: CharacteristicFunction>(to function: F) -> InteractionImage<F> {
    InteractionImage(operator: self, function: function)
  }
}

/// K(t)F, evaluated when asked.
public struct InteractionImage<F: CharacteristicFunction>: CharacteristicFunction {
  let `operator`: InteractionOperator
  let function: F

  public func value(at particles: [PhasePoint]) -> Complex<Double> {
    let model = `operator`.model
    let t = `operator`.time
    var sum = Complex<Double>.zero
    for (i, parent) in particles.enumerated() {
      let parentMass = model.masses[parent.species]
      let position = parent.xi - parent.eta * (t / parentMass)
      for beta in model.species.indices {
        let childMass = model.masses[beta]
        for node in `operator`.quadratures[parent.species][beta].nodes {
          let force = node.weight * model.kernel(node.eta.dot(position))
          if force == 0 { continue }
          var moved = particles
          moved[i].xi += node.eta * (t / parentMass)
          moved[i].eta += node.eta
          moved.append(
            PhasePoint(species: beta, xi: node.eta * (-t / childMass), eta: SpaceVector.zero - node.eta))
          sum += function.value(at: moved).multiplied(by: force)
        }
      }
    }
    return sum
  }
}
