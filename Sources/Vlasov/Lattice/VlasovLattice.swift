public import CLibraries
public import Interaction
public import Numerics
public import PhaseSpace

/// The one-particle functions w^α(ξ,n) of all species on the Fourier lattice, in the Schrödinger picture, and
/// their evolution:
///
///     nonperturbative:  ∂_t w = (η/m)·∇_ξ w + Σ_m F(m) κ_ħ(κm·ξ) w(ξ,n+m)                (1.1), N = ∞
///     perturbative:     w = Σ_j λ^j w_j,  the same with Σ_{a+b=j−1} F_b(m) … w_a           orders of (5.3)
///
/// with F_b^α(m) = Σ_β v_{αβ,m} ρ̂_b^β(−m), ρ̂_b^β(n) = w_b^β(0,n) and w^α(0,0) = n_α; the full equation may have external
/// potentials, F^α(m) + u_{α,m}. The Moyal kernel makes it
/// the Hartree (Wigner) equation. On a lattice of whole shifts transport is exact, and the force is integrated by Lawson's RK4, error
/// O(Δt⁴). With a chosen Δξ transport is by sixteen-point interpolation, and the integrator the extrapolated midpoint rule, error
/// O(Δt⁸), or as many steps of it in Δt as keep a tolerance.
///
/// Cost of a step with L orders: sixteen streams of the state and 4 × (8 L²·pairs) flops per stored point.
public final class VlasovLattice {
  /// How orders in the coupling are kept.
  public enum Coupling: Sendable, Hashable {
    /// One function, the full nonlinear equation.
    case nonperturbative
    /// L orders w_0 … w_{L−1} of the expansion in the coupling.
    case perturbative(orders: Int)

    var orders: Int {
      if case .perturbative(let orders) = self { orders } else { 1 }
    }
  }

  /// Species, potentials and kernel; N = ∞.
  public let model: Model
  /// The modes and ξ grids, one for each species.
  public let lattice: FourierLattice
  /// The full equation, or how many orders of its expansion in the coupling.
  public let coupling: Coupling
  /// Steps of Δt made so far.
  public internal(set) var steps = 0
  let field: LatticeField
  let integrator: any LatticeIntegrator
  /// The data against the lattice; nil for a lattice that starts from another one.
  package let data: DataOnLattice?
  /// Whether |w| ≤ n_α is known: nonnegative data, or with the Moyal kernel states.
  let isNonnegative: Bool
  /// Whether it is the ranks', however many they are, and not each one's.
  let isDivided: Bool
  /// What was seen along the way.
  lazy var watch = LatticeWatch(self)

  /// The lattice at t = 0 with w^α = n_α f_α, f_α of mass 1; higher orders vanish.
  ///
  /// - Parameter ranks: the processes that have the flow together, each a block of its modes (Ranks/LatticeShare.swift): all of them make it,
  ///   and move it together; nil where each process has it by itself, as many as there are.
  /// - Throws: `HypothesisError` at finite N, and for orders in an external potential; `ArgumentError` for a wrong number of states or orders;
  ///   `MemoryError` before anything is allocated.
  public init(
    model: Model, states: [any OneParticleState], lattice: FourierLattice, coupling: Coupling,
    workers: Workers, ranks: Ranks? = nil
  ) throws {
    guard model.particles == nil else {
      throw HypothesisError("the Vlasov equation (1.1)", requires: "N = ∞")
    }
    guard states.count == model.species.count else {
      throw ArgumentError(
        "states", expected: "one for each of \(model.species.count) species", got: "\(states.count)")
    }
    guard (1...10_000).contains(coupling.orders) else {
      throw ArgumentError("orders", expected: "an integer from 1 to 10000", got: "\(coupling.orders)")
    }
    if coupling != .nonperturbative {
      try model.potentials.requireNoExternal("the expansion (5.3) in the coupling")
    }
    self.model = model
    self.lattice = lattice
    self.coupling = coupling
    field = try LatticeField(
      model: model, lattice: lattice, orders: coupling.orders,
      isPerturbative: coupling != .nonperturbative, workers: workers, ranks: ranks ?? .single)
    isDivided = ranks != nil
    integrator = LatticeIntegration.of(field)
    let kappa = lattice.kappa
    data = try DataOnLattice(
      states.map { state in { state.value(xi: $0, eta: $1.vector * kappa) } },
      leaves: states.map { $0.leafWeights(as: Double.self) }, model: model, lattice: lattice)
    isNonnegative = states.allSatisfy { $0.isNonnegative(hbar: model.kernel.hbar) }
    for (species, state) in states.enumerated() {
      let fraction = model.fractions[species]
      for row in 0..<field.rows.rowsPerSpecies {
        let mode = field.rows.mode(ofRow: row)
        if let highest = state.highestMode, mode.maximumNorm > highest { continue }
        field.set(species: species, order: 0, mode: mode) { point in
          state.value(xi: lattice.xi(point, species: species), eta: mode.vector * lattice.kappa)
            .multiplied(by: fraction)
        }
      }
    }
    field.refreshState()
  }

  /// A perturbative lattice that restarts the expansion from the present state of a flow, time zero now: the
  /// successive intervals at the end of the proof of Proposition 5.1. Ranks have it together as they have the flow.
  public init(restarting flow: VlasovLattice, orders: Int, workers: Workers) throws {
    try flow.model.potentials.requireNoExternal("the expansion (5.3) in the coupling")
    model = flow.model
    lattice = flow.lattice
    coupling = .perturbative(orders: orders)
    field = try LatticeField(
      model: model, lattice: lattice, orders: orders, isPerturbative: true, workers: workers,
      ranks: flow.field.rows.share.ranks)
    isDivided = flow.isDivided
    integrator = LatticeIntegration.of(field)
    (data, isNonnegative) = (nil, false)
    for species in model.species.indices {
      for row in 0..<field.rows.rowsPerSpecies {
        let mode = field.rows.mode(ofRow: row)
        field.set(species: species, order: 0, mode: mode) { point in
          flow.gridValue(species: species, order: 0, mode: mode, point: point)
        }
      }
    }
    field.refreshState()
  }

  /// Bytes a lattice will hold: four buffers of the state (six with a chosen Δξ), the work arrays of every thread, the tables of the force; nil where
  /// they overflow.
  /// - Parameter ranks: the processes that have it together; the bytes are those of this one.
  public static func bytes(
    model: Model, lattice: FourierLattice, coupling: Coupling, threads: Int, ranks: Ranks = .single
  ) -> Int? {
    LatticeField.bytes(
      model: model, lattice: lattice, orders: coupling.orders, threads: threads, ranks: ranks)
  }

  /// L
  public var orders: Int { coupling.orders }

  /// One step of Δt.
  /// - Throws: `NumericalFailure` when a density is no longer finite.
  package func step() throws {
    do {
      try integrator.advance()
    } catch let error as NumericalFailure {
      throw NumericalFailure(in: "\(error.place), after t = \(time)", error.observed)
    }
    steps += 1
  }

  /// w_j^α at a mode and a grid point; zero outside the modes or the window. Of a lattice that several ranks have, `values(at:)` is asked
  /// for what others may have.
  public func gridValue(species: Int, order: Int, mode: ModeIndex, point: ModeIndex) -> Complex<Double> {
    if mode[0] < 0 {
      let mirror = gridValue(species: species, order: order, mode: mode.negated, point: point.negated)
      return mirror.conjugate
    }
    guard let row = field.rows.row(of: mode), let index = lattice.pointOffset(point, species: species)
    else {
      return .zero
    }
    return field.value(species: species, row: row, order: order, index: index)
  }

  /// w_j^α as a marginal of one particle of species α, full storage.
  public func marginal(species: Int, order: Int = 0) throws(MemoryError) -> Marginal {
    var counts = [Int](repeating: 0, count: model.species.count)
    counts[species] = 1
    var marginal = try Marginal(zeroOn: lattice, order: MarginalOrder(counts))
    var index = 0
    var values = marginal.values
    marginal.forEachIndex { modes, points in
      values[index] = gridValue(species: species, order: order, mode: modes[0], point: points[0])
      index += 1
    }
    marginal.values = values
    return marginal
  }

  /// Bytes of the state and the stage buffers.
  public var stateBytes: Int { (1 + LatticeIntegration.buffers(lattice)) * 8 * field.rows.count }

  /// Bytes that this rank sends to others in every right side.
  package var haloBytes: Int { field.halo.bytes }
}
