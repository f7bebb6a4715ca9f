// Casimirs: what the flow of phase space keeps of a density, in L²,
//
//     C^{(k,ℓ)} = (2π)^{−d(k+ℓ)} ∫ (m^{(k,ℓ)})² dq dp = Λ^{−d(k+ℓ)} ‖w^{(k,ℓ)}‖₂²,     ‖w‖₂ = (Π_i Δξ_i^d Σ|w|²)^{1/2}.
//
// Conserved are: at N = ∞ that of one particle, for data that are a product and a closure that keeps it (Vlasov's and, with the Moyal
// kernel, Hartree's equation); at finite N with the exact closure that of all N particles (Liouville; with the Moyal kernel the purity
// Tr γ²). Of correlated data no marginal below N keeps it: cross terms between the components of a mixture change.

import PhaseSpace

extension RankedHierarchy {
  /// C^{(k,ℓ)} per order.
  public var casimirs: [Double] {
    zip(orders, norms).map { order, norm in
      let volume = lattice.kappa / (2 * .pi)
      return (0..<(order.rank * lattice.dimension)).reduce(norm * norm) { product, _ in product * volume }
    }
  }
}

extension TruncatedHierarchy {
  /// ‖w^{o}‖₂ per order. Cost: one pass over the state.
  public var norms: [Double] {
    var sums = orders.map { _ in 0.0 }
    for row in layout.rows {
      let w = current + row.offset
      var square = 0.0
      for i in 0..<(2 * size(row)) { square += w[i] * w[i] }
      sums[row.order] += Double(row.multiplicity) * square
    }
    return zip(orders, sums).map { order, sum in
      order.slots.reduce(sum) { product, species in
        (0..<lattice.dimension).reduce(product) { product, _ in product * lattice.spacing(species) }
      }.squareRoot()
    }
  }
}
