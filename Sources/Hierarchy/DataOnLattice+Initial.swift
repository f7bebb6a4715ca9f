// The data of a hierarchy against its lattice, one particle of each species.

import Interaction
import Numerics
import PhaseSpace
import Vlasov

extension DataOnLattice {
  /// Data of all orders, by those of one particle.
  /// - Throws: `NumericalFailure` when the eigenvalues of a Weyl matrix do not converge.
  init(_ initial: any InitialHierarchy, model: Model, lattice: FourierLattice) throws {
    try self.init({ initial.value(at: [$0]) }, products: initial.products, model: model, lattice: lattice)
  }

  /// The same from a value for one particle, of mass 1; of a mixture it is known how large it is at its modes.
  init(
    _ value: @escaping @Sendable (PhasePoint) -> Complex<Double>, products: [ProductMixture.Component]?,
    model: Model, lattice: FourierLattice
  ) throws {
    let kappa = lattice.kappa
    let functions: [Function] = model.species.indices.map { species in
      { value(PhasePoint(species: species, xi: $0, eta: $1.vector * kappa)) }
    }
    let leaves = model.species.indices.map { species in
      products?.reduce([] as [LeafWeight<Double>]?) { known, product in
        guard let known, let own = product.states[species].leafWeights(as: Double.self) else { return nil }
        return known + own.map { LeafWeight(mode: $0.mode, weight: product.weight.magnitude * $0.weight) }
      }
    }
    try self.init(functions, leaves: leaves, model: model, lattice: lattice)
  }
}
