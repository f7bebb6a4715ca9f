import CLibraries
import Computing
import Husimi
import PhaseSpace

/// A lattice of which only the Husimi measure is shown, the inverse transform of a_ħ(ξ, κn) w(ξ, n), and the density modes w(0, n).
///
/// Where particles have discrete momenta |w| comes back for ever in ξ, and the classical flow fills every mode there: the lattice's
/// own figures are large at the ends although nothing of it is seen. What is shown of them:
///
/// - what the ends lose travels inwards at κn_max/m, so that it comes to ξ_max − κn_max t/m at most, where a_ħ weighs it;
/// - what lies beyond the highest mode would be weighed by a_ħ(0, κn_max) or less;
/// - the force in a step grows like ξ; where a_ħ has ended, at `reach`, nobody looks.
final class ShownLattice: Evolution {
  private let moving: any Evolution
  private let lattice: FourierLattice
  private let window: any Window
  private let hbar: Double
  private let reach: Double

  init(_ moving: any Evolution, on lattice: FourierLattice, window: any Window, hbar: Double, reach: Double) {
    self.moving = moving
    self.lattice = lattice
    self.window = window
    self.hbar = hbar
    self.reach = reach
  }

  var time: Double { moving.time }

  func advance(to time: Double, afterStep: () throws -> Void) throws {
    try moving.advance(to: time, afterStep: afterStep)
  }

  func save(to sink: some StateSink) { moving.save(to: sink) }

  func restore(_ state: SavedState) throws { try moving.restore(state) }

  /// The figures of the lattice, each times its weight in what is shown.
  func resolution() throws -> [ResolutionFigure] {
    let extent = lattice.xiExtents.smallest() ?? 0
    let top = lattice.kappa * Double(lattice.modes)
    let travel = top * time / (lattice.masses.smallest() ?? 1)
    let edge = window.smoothing(xi: .greatest(0, extent - travel), eta: 0, hbar: hbar).magnitude
    let highest = window.smoothing(xi: 0, eta: top, hbar: hbar).magnitude
    return try moving.resolution().map { figure in
      let weight =
        figure.name.contains("edge of the ξ window")
        ? edge
        : figure.name.contains("highest modes")
          ? highest : figure.name.contains("in a step") ? .least(1, reach / extent) : 1
      return ResolutionFigure(
        weight == 1 ? figure.name : "\(figure.name), as far as it is shown", time: figure.time,
        value: figure.value * weight, limit: figure.limit)
    }
  }
}
