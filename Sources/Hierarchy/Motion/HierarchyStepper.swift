// What moves a truncated hierarchy by Δt: Lawson's RK4 where the shifts of its steps are whole, the extrapolated midpoint rule where Δξ
// is chosen by itself.

import CLibraries
import Computing
import Interaction
import Numerics
import PhaseSpace
import Vlasov

/// An integrator with the state it moves.
protocol HierarchyStepper: AnyObject {
  /// All marginals as they lie.
  var state: UnsafeMutablePointer<Double> { get }

  /// Advances by Δt.
  /// - Throws: `NumericalFailure` where the error of a step is not finite, or none keeps the tolerance.
  func advance() throws

  /// What it knows of its steps; nil where every step is Δt and its error is not estimated.
  var control: StepControl? { get set }
}

extension TruncatedHierarchyStepper: HierarchyStepper {
  var control: StepControl? {
    get { nil }
    set {}
  }
}

/// z of a step of Δt for the marginals, from a state as it lies.
struct HierarchyForces {
  let layout: TruncatedHierarchyLayout
  let stability: ForceStability

  init(_ model: Model, _ layout: TruncatedHierarchyLayout) {
    self.layout = layout
    stability = ForceStability(model: model, lattice: layout.lattice)
  }

  /// Per marginal, the sum over its particles and pairs.
  func perOrder(_ state: UnsafePointer<Double>) -> [Double] {
    let mean = layout.lattice.masses.indices.map { alpha in
      stability.mean(alpha) { species, mode in
        guard let read = layout.read(species: [species], modes: [mode]) else { return .zero }
        return Complex(state[read.base], Double(read.sign) * state[read.base + read.imaginaryOffset])
      }
    }
    return layout.orders.map { order in stability.sum(order.slots, mean: mean) }
  }

  /// The largest of all marginals.
  func largest(_ state: UnsafePointer<Double>) -> Double {
    perOrder(state).reduce(0, Double.greatest)
  }
}
