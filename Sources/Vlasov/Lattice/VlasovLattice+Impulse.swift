// An impulse: w at an instant becomes another function, of which the steps that follow know nothing. What it puts beyond the modes or
// the window is not there any more, as after a step, and is seen where it stands just before (`LatticeWatch`).

package import Numerics
package import PhaseSpace

extension VlasovLattice {
  /// Puts another function in the place of w^α, mode by mode and point by point; `value` reads w as it was.
  ///
  /// Cost: a value of every point of the modes n_1 ≥ 0, and one copy of the species' rows.
  package func replace(
    species: Int, with value: (_ mode: ModeIndex, _ point: ModeIndex) -> Complex<Double>
  ) {
    let rows = field.rows
    let modes = (rows.firstComputedRow..<rows.rowsPerSpecies).map { rows.mode(ofRow: $0) }
    let points = (0..<lattice.pointCount(species)).map { lattice.point(at: $0, species: species) }
    let made = modes.map { mode in points.map { value(mode, $0) } }
    for (mode, line) in zip(modes, made) {
      field.set(species: species, order: 0, mode: mode) { point in
        lattice.pointOffset(point, species: species).map { line[$0] } ?? .zero
      }
    }
    field.refreshState()
  }
}
