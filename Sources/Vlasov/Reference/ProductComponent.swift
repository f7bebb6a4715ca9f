public import PhaseSpace

/// One product of a mixture at the sites of a lattice, Π_j w_{α_j}(ξ_j, n_j) with its weight, and how far it may be off.
public struct ProductComponent: Sendable {
  /// w_i
  public let weight: Double
  /// w^i_α
  public let table: OneParticleTable
  /// How far the functions of each species may be off.
  public let errors: [OneParticleNorm]

  /// A product and its errors, one a species.
  public init(weight: Double, table: OneParticleTable, errors: [OneParticleNorm]) {
    self.weight = weight
    self.table = table
    self.errors = errors
  }
}

extension [ProductComponent] {
  /// How far the marginal of an order may be off,
  ///
  ///     ‖Σ_i w_i (Π_j (u_j + e_j) − Π_j u_j)‖ ≤ Σ_i |w_i| (Π_j (‖u_j‖ + ‖e_j‖) − Π_j ‖u_j‖),
  ///
  /// in either norm: both are multiplicative over products.
  public func error(of order: MarginalOrder) -> OneParticleNorm {
    reduce(OneParticleNorm(maximum: 0, l2: 0)) { sum, component in
      let norms = component.table.norms
      func product(_ norm: (OneParticleNorm) -> Double) -> Double {
        // The difference of the two products, term by term: no digits are lost where the errors are small.
        var (whole, difference) = (1.0, 0.0)
        for species in order.slots {
          let (u, e) = (norm(norms[species]), norm(component.errors[species]))
          difference = difference * (u + e) + whole * e
          whole *= u
        }
        return component.weight.magnitude * difference
      }
      return sum + OneParticleNorm(maximum: product(\.maximum), l2: product(\.l2))
    }
  }

  /// The largest of all errors, relative to n_α.
  func largestError(fractions: [Double]) -> Double {
    reduce(0) { worst, component in
      zip(component.errors, fractions).reduce(worst) { .greatest($0, $1.0.maximum / $1.1) }
    }
  }
}
