// The actual remainder Δ_L μ̄_t = μ̄_t − S_L (5.4) on the Fourier lattice, with an error budget.

import CLibraries
public import Interaction
public import PhaseSpace

/// Computes S_L, D_L, the exact solution and |Δ_L| for L = 1 … orders at given times and points, each with an error.
///
/// The error of a value is the sum of five parts. The first three are observed changes, doubled, the largest of the time itself,
/// of the two common times of all lattices before it, and of half those at neighbouring points, one particle's mode moved by one
/// (a change may cross zero where the error does not):
///
/// - time step: its change when Δt (and with it Δξ) is refined, by 3/2, 5/3, 8/5 or 3 as the times allow (`StepRefinement`);
/// - modes and window together: its change with n_max + 2m_V modes and a window wider by half;
/// - interpolation: the change from ten to eight nodes at points off the grid;
/// - what the wider lattice does not hold either (`DysonBudget`, `DriftingTail`): data that drift in from beyond its window and
///   data beyond its modes, as far as they act on the value; |w| at its edge and in its highest modes, where they are more than
///   half of what the configured lattice has there: no difference of the two says then how much is missing;
/// - rounding: 64 ε of what is added up.
///
/// A study whose lattices do not hold what it needs thus has errors as large as what is missing, and the figures of
/// resolution of its lattices say so too.
///
/// The two other lattices cost about four times the configured one (with a refinement by 3, eleven times). Each of the three is
/// a run of its own (`start`), one after another in memory; the rows are made of the records of all three (`rows`).
public struct DysonRemainder: Sendable {
  /// Species, potentials and kernel.
  public let model: Model
  /// The data at t = 0; a mixture is the sum of its components' products.
  public let initial: ProductMixture
  /// The configured lattice; the budget comes from two others made from it.
  public let lattice: FourierLattice
  /// Ascending, multiples of the time step.
  public let times: [Double]
  /// Where the marginals are evaluated.
  public let points: [Point]
  /// The largest L.
  public let orders: Int

  /// The configured lattice; one of a finer time step; one of 2m_V modes more and a window wider by half.
  let lattices: [FourierLattice]
  /// The points, and after them their neighbours.
  let sampled: [Point]
  /// Of each point the numbers of its neighbours among those.
  let neighbours: [[Int]]
  /// By how much the time step is refined.
  let refinement: StepRefinement

  /// - Parameters:
  ///   - times: multiples of Δt, increasing.
  /// - Throws: `ArgumentError` for times off the grid or points outside the window; `HypothesisError` at finite N.
  public init(
    model: Model, initial: ProductMixture, lattice: FourierLattice, times: [Double],
    points: [Point], orders: Int
  ) throws {
    guard model.particles == nil else { throw HypothesisError("the Dyson series (5.3)", requires: "N = ∞") }
    try model.potentials.requireNoExternal("the Dyson series (5.3)")
    guard (1...1000).contains(orders) else {
      throw ArgumentError("orders", expected: "an integer from 1 to 1000", got: "\(orders)")
    }
    for time in times where lattice.steps(in: time) == nil {
      throw ArgumentError("times", expected: "multiples of the time step", got: "\(time)")
    }
    for (index, point) in points.enumerated() {
      guard let reason = try Self.reason(against: point, model, lattice, times) else { continue }
      throw ArgumentError("points[\(index)].\(reason.key)", expected: reason.expected, got: reason.got)
    }
    self.model = model
    self.initial = initial
    self.lattice = lattice
    self.times = times
    self.points = points
    self.orders = orders
    (sampled, neighbours) = try Self.withNeighbours(points, model, lattice, times)
    refinement = StepRefinement(steps: times.map { lattice.steps(in: $0) ?? 0 })
    lattices = try Self.lattices(model, lattice, times: times)
  }

  /// A lattice and the two that are made from it for these times, in the order of `Grid`.
  /// - Throws: `ArgumentError` when they would be too large.
  public static func lattices(_ model: Model, _ lattice: FourierLattice, times: [Double]) throws
    -> [FourierLattice]
  {
    let refinement = StepRefinement(steps: times.map { lattice.steps(in: $0) ?? 0 })
    return [
      lattice, try lattice.refined(steps: refinement.new, per: refinement.old),
      try lattice.enlarged(modes: 2 * max(1, model.potentials.highestMode), window: 1.5),
    ]
  }
}
