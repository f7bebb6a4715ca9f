/// What users look for in a hierarchy at one time, by contraction of the marginals of one and two particles, never by expanding one.
public struct HierarchyObservables: Sendable, Codable {
  /// Per species.
  public let species: [SpeciesObservables]
  /// Per pair of species α ≤ β.
  public let pairs: [PairObservables]

  /// Σ_α ∫ p m^α per axis, conserved without external potentials.
  public var momentum: [Double] {
    (species.first?.momentum.indices ?? 0..<0).map { axis in species.reduce(0) { $0 + $1.momentum[axis] } }
  }

  /// Kinetic, external and interaction energy of all species and pairs: conserved by the hierarchy at rank ≥ 2 under closures that
  /// keep contraction, and by the exact one.
  public var energy: Double {
    species.reduce(0) { $0 + $1.kineticEnergy + $1.externalEnergy }
      + pairs.reduce(0) { $0 + $1.interactionEnergy }
  }

  /// Σ_{α ≤ β} of the correlation energies; nil at rank 1.
  public var correlationEnergy: Double? {
    pairs.reduce(0.0) { sum, pair in sum.flatMap { sum in pair.correlationEnergy.map { sum + $0 } } }
  }
}

extension ObservedMarginals {
  /// The observables at the present time. Cost: a few values a mode and pair; with a grid, one value for each mode and point.
  /// - Parameter grid: per pair (α,β), where its relative density is wanted; nil for none.
  public func observables(on grid: (Int, Int) -> RelativeGrid? = { _, _ in nil }) -> HierarchyObservables {
    HierarchyObservables(
      species: model.species.indices.map { observables(of: $0) },
      pairs: model.species.indices.flatMap { alpha in
        model.species.indices[alpha...].map { observables(of: alpha, $0, grid: grid(alpha, $0)) }
      })
  }
}
