// What interpolation leaves out of the marginals where Δξ is chosen: as of a flow (InterpolationMeasure.swift in Vlasov), along the grid
// of the last particle of every row. Marginals are symmetric inside a species, and every species is the last of some marginal.

import Computing
import PhaseSpace
import Vlasov

extension TruncatedHierarchy {
  /// Adds the step that is to come, over the largest |w| of the marginal, the worst of all. Cost: 32 flops a number.
  func watchInterpolation() {
    guard !lattice.hasWholeShifts else { return }
    var (missed, largest) = (orders.map { _ in 0.0 }, orders.map { _ in 0.0 })
    for row in layout.rows {
      let slots = orders[row.order].slots
      let species = slots[slots.count - 1]
      let lines = slots.dropLast().reduce(2) { $0 * lattice.pointCount($1) }
      let values = current + row.offset
      for i in 0..<(lines * lattice.pointCount(species)) {
        largest[row.order] = .greatest(largest[row.order], values[i].magnitude)
      }
      missed[row.order] = .greatest(
        missed[row.order], InterpolationMeasure.difference(values, lattice, species: species, lines: lines))
    }
    interpolation += zip(missed, largest).reduce(0) { $1.0 == 0 ? $0 : .greatest($0, $1.0 / $1.1) }
  }

  /// The figure of it, where Δξ is chosen.
  func interpolationFigures() -> [ResolutionFigure] {
    stepper.control.map { [$0.interpolationFigure(interpolation, at: time)] } ?? []
  }
}
