// The Dyson series (5.3) of factorised data on the Fourier lattice, N = ∞:
//
//     D_j^{(k,ℓ)}(t) = [λ^j] Π_i w^{α_i}(ξ_i − η_i t/m_i, η_i; λ),   S_L = Σ_{j<L} D_j,   Δ_L = μ̄_t − S_L,
//
// because the solution of the hierarchy with coupling λ is the product of Vlasov solutions. The one-particle
// jets w_j come from `VlasovLattice`; D_j of (k,ℓ) is their Cauchy product.

public import CLibraries
import Computing
public import Interaction
public import Numerics
public import PhaseSpace
public import Vlasov

/// The Dyson terms of factorised data or a mixture: one perturbative lattice per component.
public final class DysonJets: LatticeMixture {
  /// w_i and the jets of each component.
  public let components: [(weight: Double, lattice: VlasovLattice)]

  /// L: terms D_0 … D_{L−1}.
  public let orders: Int

  /// - Parameter ranks: the processes that have the jets together, as of `VlasovLattice`.
  /// - Throws: `HypothesisError` at finite N, `ArgumentError`, `MemoryError`.
  public init(
    model: Model, initial: ProductMixture, lattice: FourierLattice, orders: Int, workers: Workers,
    ranks: Ranks? = nil
  ) throws {
    self.orders = orders
    components = try initial.components.map { component in
      (
        component.weight,
        try VlasovLattice(
          model: model, states: component.states, lattice: lattice, coupling: .perturbative(orders: orders),
          workers: workers, ranks: ranks)
      )
    }
  }

  /// The series restarted from the present state of a nonperturbative solution (continuation, end of the proof
  /// of Proposition 5.1).
  public init(restarting flow: VlasovSolution, orders: Int, workers: Workers) throws {
    self.orders = orders
    components = try flow.components.map {
      ($0.weight, try VlasovLattice(restarting: $0.lattice, orders: orders, workers: workers))
    }
  }

  /// D_0 … D_{L−1} at a point, a Cauchy product of one-particle jets, summed over the components.
  /// - Throws: `ArgumentError` for a point that has left the window.
  public func terms(at point: Point, nodes: Int = 10) throws(ArgumentError) -> [Complex<Double>] {
    let sites = try components[0].lattice.sites(of: point)
    var total = [Complex<Double>](repeating: .zero, count: orders)
    for (weight, lattice) in components {
      var jets: [[Complex<Double>]] = []
      for (particle, mode) in sites {
        var jet: [Complex<Double>] = []
        for order in 0..<orders {
          jet.append(try lattice.interactionValue(order: order, at: particle, mode: mode, nodes: nodes))
        }
        jets.append(jet)
      }
      add(jets, times: weight, to: &total)
    }
    return total
  }

  /// The same at points; all ranks that have the jets ask for the same ones.
  /// - Throws: `ArgumentError` for a point that has left the window; what the ranks throw.
  func terms(at points: [Point], nodes: Int) throws -> [[Complex<Double>]] {
    let sites = try points.map { try components[0].lattice.sites(of: $0) }
    var totals = points.map { _ in [Complex<Double>](repeating: .zero, count: orders) }
    for (weight, lattice) in components {
      var jets = try lattice.interactionValues(at: Array(sites.joined()), nodes: nodes)[...]
      for (index, sites) in sites.enumerated() {
        add(jets.prefix(sites.count), times: weight, to: &totals[index])
        jets = jets.dropFirst(sites.count)
      }
    }
    return totals
  }

  /// Adds a component's product.
  private func add(
    _ jets: some Sequence<[Complex<Double>]>, times weight: Double, to total: inout [Complex<Double>]
  ) {
    var product = [Complex<Double>](repeating: .zero, count: orders)
    product[0] = Complex(weight)
    for jet in jets { product = Self.cauchyProduct(product, jet) }
    for j in 0..<orders { total[j] += product[j] }
  }

  /// [λ^j] of the product of two series, j < L.
  static func cauchyProduct(_ a: [Complex<Double>], _ b: [Complex<Double>]) -> [Complex<Double>] {
    a.indices.map { j in
      (0...j).reduce(Complex<Double>.zero) { $0 + a[$1] * b[j - $1] }
    }
  }
}
