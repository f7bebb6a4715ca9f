public import CLibraries
import Computing
public import Interaction
public import Numerics
public import PhaseSpace

/// The exact solution of the infinite hierarchy (1.8) for factorised data, m_{1,t}^{⊗k} ⊗ m_{2,t}^{⊗ℓ} with (1.1)
/// (Theorem 1.2), and for mixtures: the same mixture of Vlasov solutions. Not a series: the nonlinear equation.
public final class VlasovSolution: LatticeMixture {
  /// w_i and the nonperturbative solution of each component.
  public let components: [(weight: Double, lattice: VlasovLattice)]

  /// - Parameter ranks: the processes that have the solution together, as of `VlasovLattice`.
  /// - Throws: `HypothesisError` at finite N, `ArgumentError`, `MemoryError`.
  public init(
    model: Model, initial: ProductMixture, lattice: FourierLattice, workers: Workers, ranks: Ranks? = nil
  ) throws {
    components = try initial.components.map { component in
      (
        component.weight,
        try VlasovLattice(
          model: model, states: component.states, lattice: lattice, coupling: .nonperturbative,
          workers: workers, ranks: ranks)
      )
    }
  }

  /// μ̄_t^{(k,ℓ)} at a point in the interaction picture.
  /// - Throws: `ArgumentError` for a point that has left the window.
  public func value(at point: Point, nodes: Int = 10) throws(ArgumentError) -> Complex<Double> {
    let sites = try components[0].lattice.sites(of: point)
    var total = Complex<Double>.zero
    for (weight, lattice) in components {
      var product = Complex(weight)
      for (particle, mode) in sites {
        product *= try lattice.interactionValue(order: 0, at: particle, mode: mode, nodes: nodes)
      }
      total += product
    }
    return total
  }

  /// The same at points; all ranks that have the solution ask for the same ones.
  /// - Throws: `ArgumentError` for a point that has left the window; what the ranks throw.
  package func values(at points: [Point], nodes: Int) throws -> [Complex<Double>] {
    let sites = try points.map { try components[0].lattice.sites(of: $0) }
    var totals = [Complex<Double>](repeating: .zero, count: points.count)
    for (weight, lattice) in components {
      var values = try lattice.interactionValues(at: Array(sites.joined()), nodes: nodes)[...]
      for (index, sites) in sites.enumerated() {
        totals[index] += values.prefix(sites.count).reduce(Complex(weight)) { $0 * $1[0] }
        values = values.dropFirst(sites.count)
      }
    }
    return totals
  }
}
