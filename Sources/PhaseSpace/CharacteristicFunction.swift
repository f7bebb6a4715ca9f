public import Numerics

/// The arguments of one particle: its species α and (ξ, η), ξ dual to p and η dual to q.
public struct PhasePoint: Sendable, Hashable {
  /// Index of the species.
  public var species: Int
  /// ξ, dual to p.
  public var xi: SpaceVector
  /// η, dual to q.
  public var eta: SpaceVector

  /// A particle of species `species` at (ξ,η).
  public init(species: Int, xi: SpaceVector, eta: SpaceVector) {
    self.species = species
    self.xi = xi
    self.eta = eta
  }
}

extension Array where Element == PhasePoint {
  /// The order (k, ℓ, …) of the marginal these arguments belong to.
  public func order(speciesCount: Int) -> MarginalOrder {
    var counts = [Int](repeating: 0, count: speciesCount)
    for point in self { counts[point.species] += 1 }
    return MarginalOrder(counts)
  }
}

/// A hierarchy of characteristic functions (5.1),
///
///     μ^{(k,ℓ)}(ξ_1,η_1,…) = (2π)^{−d(k+ℓ)} ∫ m^{(k,ℓ)} exp i Σ_j (ξ_j·p_j + η_j·q_j),
///
/// as a value at any point. The particles of the argument may stand in any order of the species; inside a
/// species the value is symmetric. On the torus every η is in κZ^d.
///
/// A new one is one method:
///
///     struct Vacuum: CharacteristicFunction {
///       func value(at particles: [PhasePoint]) -> Complex<Double> { particles.isEmpty ? 1 : 0 }
///     }
public protocol CharacteristicFunction: Sendable {
  /// μ^{(k,ℓ)} at these arguments; (k, ℓ) is read off the species of the particles.
  func value(at particles: [PhasePoint]) -> Complex<Double>
}

/// A hierarchy of characteristic functions of which it is known whether it belongs to nonnegative measures, or to positive
/// operators.
public protocol MarginalHierarchy: CharacteristicFunction {
  /// Whether every marginal is known to be a nonnegative measure (ħ = nil), or a positive operator (its Wigner function, ħ).
  func isNonnegative(hbar: Double?) -> Bool
}
