// Continuation of the series past its radius (end of the proof of Proposition 5.1): the hierarchy is autonomous in the
// Schrödinger picture, so the series may start anew from w_s, for the remaining time t − s:
//
//     μ̄_t(ξ,η) = Σ_j D_j[w_s](ξ − ηs/m, η; t − s),      ξ − ηs/m the point in the interaction picture of time t − s.
//
// For factorised data and mixtures on the torus w_s is the Vlasov flow on the lattice; for other data there is no such
// solution to start from.

public import CLibraries
public import Interaction
public import Numerics
public import PhaseSpace
import Vlasov

/// The state w_s of a Vlasov flow as the initial hierarchy of a restarted series:
/// w_s^{(k,ℓ)} = Σ_i w_i Π_j w_s^{i,α_j}(ξ_j, η_j), over its mass n_1^k n_2^ℓ, interpolated in ξ from the lattice.
///
/// Outside the lattice's window the value is not known: it is NaN there, and a term that needs it fails.
/// `@unchecked Sendable`: the flow is only read; do not advance it while this hierarchy is in use.
public struct FlowState: InitialHierarchy, @unchecked Sendable {
  private let flow: VlasovSolution
  private let geometry: PhaseSpaceGeometry
  private let initial: ProductMixture
  private let hbar: Double?
  private let inverseFractions: [Double]

  /// - Parameters:
  ///   - flow: at time s.
  ///   - initial: the data the flow started from, whose nonnegativity it keeps.
  public init(_ flow: VlasovSolution, model: Model, initial: ProductMixture) {
    self.flow = flow
    geometry = model.geometry
    hbar = model.kernel.hbar
    inverseFractions = model.fractions.map { 1 / $0 }
    self.initial = initial
  }

  public func value(at particles: [PhasePoint]) -> Complex<Double> {
    var sum = Complex<Double>.zero
    for (weight, lattice) in flow.components {
      var product = Complex(weight)
      for particle in particles {
        guard let mode = geometry.mode(of: particle.eta, tolerance: 1e-6),
          let value = lattice.interpolated(
            species: particle.species, order: 0, mode: mode, xi: particle.xi)
        else { return Complex(.nan, .nan) }
        product *= value.multiplied(by: inverseFractions[particle.species])
      }
      sum += product
    }
    return sum
  }

  /// The flow carries nonnegative measures (classical kernel), or positive operators (its own ħ), to such.
  public func isNonnegative(hbar: Double?) -> Bool { hbar == self.hbar && initial.isNonnegative(hbar: hbar) }

  public func totalWeight<Scalar: RealScalar>(as type: Scalar.Type) -> Scalar {
    initial.totalWeight(as: type)
  }

  /// The point (ξ,η) of the interaction picture of time t in that of time t − s.
  public func restarted(_ particles: [PhasePoint], masses: [Double]) -> [PhasePoint] {
    particles.map { particle in
      PhasePoint(
        species: particle.species,
        xi: particle.xi - particle.eta * (flow.time / masses[particle.species]), eta: particle.eta)
    }
  }
}
