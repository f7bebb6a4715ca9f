// An impulse: w at an instant becomes another function, of which the steps that follow know nothing. What it puts beyond the modes or
// the window is not there any more, as after a step, and is seen where it stands just before (`LatticeWatch`).

package import Numerics
package import PhaseSpace

extension VlasovLattice {
  /// Puts another function in the place of w^α, mode by mode and point by point; `value` reads w as it was, of all modes at that point.
  ///
  /// All modes of some points and of their mirror images are brought together at a time, from whichever rank has them.
  /// Cost: a value of every point of the modes n_1 ≥ 0; `impulseBytes`.
  /// - Throws: what the ranks throw.
  package func replace(
    species: Int,
    with value: (_ mode: ModeIndex, _ point: Int, _ w: (ModeIndex) -> Complex<Double>) -> Complex<Double>
  ) throws {
    let (rows, points) = (field.rows, lattice.pointCount(species))
    let half = (points + 1) / 2
    let width = Self.impulseWidth(lattice, species: species)
    for start in stride(from: 0, to: half, by: width) {
      let firsts = Array(start..<min(half, start + width))
      let places = firsts + firsts.map { points - 1 - $0 }
      let before = PointColumns(
        try rows.share.ranks.gather(
          rows.computed.flatMap { row in
            let line = field.line(species: species, row: row, order: 0)
            return places.flatMap { [line[$0], line[points + $0]] }
          }), width: places.count, lattice)
      for row in rows.computed {
        let (mode, at) = (rows.mode(ofRow: row), field.state + rows.offset(species: species, row: row))
        for (place, point) in places.enumerated() {
          let number = value(mode, point) { before.value($0, place) }
          (at[point], at[points + point]) = (number.real, number.imaginary)
        }
      }
    }
    try field.refreshGhosts(of: field.state)
  }

  /// Points that are brought together at a time, without their mirror images.
  private static func impulseWidth(_ lattice: FourierLattice, species: Int) -> Int {
    max(1, min((lattice.pointCount(species) + 1) / 2, (1 << 19) / lattice.modeCount))
  }

  /// Bytes that `replace` holds beside the lattice: all modes n_1 ≥ 0 at some points, gathered and as they are given.
  package static func impulseBytes(_ lattice: FourierLattice, species: Int) -> Int {
    4 * 16 * 2 * impulseWidth(lattice, species: species) * (lattice.modeCount / 2 + 1)
  }
}

/// All modes at some points, which stand with their mirror images behind them.
private struct PointColumns {
  private let numbers: [Double]
  private let width: Int
  private let lattice: FourierLattice

  /// - Parameter numbers: of the modes n_1 ≥ 0 in their order, each `width` complex numbers.
  init(_ numbers: [Double], width: Int, _ lattice: FourierLattice) {
    (self.numbers, self.width, self.lattice) = (numbers, width, lattice)
  }

  /// w(ξ,n) at a place; w(ξ,n) = conj w(−ξ,−n).
  func value(_ mode: ModeIndex, _ place: Int) -> Complex<Double> {
    guard mode.maximumNorm <= lattice.modes else { return .zero }
    guard mode[0] >= 0 else {
      return value(mode.negated, place < width / 2 ? place + width / 2 : place - width / 2).conjugate
    }
    var row = mode[0]
    for axis in 1..<3 where axis < lattice.dimension {
      row = row * lattice.modesPerAxis + mode[axis] + lattice.modes
    }
    let at = 2 * (row * width + place)
    return Complex(numbers[at], numbers[at + 1])
  }
}
