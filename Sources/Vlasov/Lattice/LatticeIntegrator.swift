// What moves a Vlasov lattice by Δt: Lawson's RK4 where the shifts of its steps are whole, the extrapolated midpoint rule where Δξ is
// chosen by itself.

import CLibraries
import Computing
import PhaseSpace

/// An integrator of one lattice's field.
protocol LatticeIntegrator: AnyObject {
  /// Advances by Δt.
  /// - Throws: `NumericalFailure` when a density is not finite; what the ranks throw.
  func advance() throws

  /// What it knows of its steps; nil where every step is Δt and its error is not estimated.
  var control: StepControl? { get set }
}

extension LawsonIntegrator {
  var control: StepControl? {
    get { nil }
    set {}
  }
}

/// Which integrator a lattice has.
enum LatticeIntegration {
  static func of(_ field: LatticeField) -> any LatticeIntegrator {
    field.rows.lattice.hasWholeShifts ? LawsonIntegrator(field) : ExtrapolationIntegrator(field)
  }

  /// States it holds besides w.
  static func buffers(_ lattice: FourierLattice) -> Int {
    lattice.hasWholeShifts ? LawsonIntegrator.buffers : ExtrapolationIntegrator.buffers
  }

  /// Doubles it holds; nil on overflow.
  /// - Parameter state: those of w.
  static func doubles(of lattice: FourierLattice, state: Int?, orders: Int, threads: Int) -> Int? {
    let own = lattice.hasWholeShifts ? 0 : ExtrapolationIntegrator.tables(lattice, orders, threads)
    return Memory.sum(Memory.product(state, buffers(lattice)), own)
  }
}
