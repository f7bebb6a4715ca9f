// The linear combination of a stage on a block of a row, real and imaginary parts of all orders alike.

import PhaseSpace

extension LawsonIntegrator {
  /// All orders of a row at the shifted points of a block; zero outside the window.
  private func gather(
    _ row: UnsafeMutablePointer<Double>, into target: UnsafeMutablePointer<Double>, _ range: Range<Int>,
    _ grid: ShiftedGrid, _ points: Int
  ) {
    let length = range.count
    grid.forEachPiece(of: range) { destination, sourceIndex, count in
      for part in 0..<(2 * rows.orders) {
        (target + part * length + destination).update(from: row + part * points + sourceIndex, count: count)
      }
    } outside: { destination, count in
      for part in 0..<(2 * rows.orders) {
        (target + part * length + destination).update(repeating: 0, count: count)
      }
    }
  }

  /// The linear combinations of a stage on one block, reals throughout.
  func combine(
    _ stage: LawsonStage, species: Int, row: Int, range: Range<Int>, grid: ShiftedGrid,
    product: UnsafeMutablePointer<Double>, piece: Int
  ) {
    let h = step
    let points = rows.lattice.pointCount(species)
    let length = range.count
    let offset = rows.offset(species: species, row: row)
    let base = field.scratch + piece * field.scratchPerPiece
    let area = rows.orders * LatticeField.blockPoints * 2
    let (gathered, other) = (base + area, base + 2 * area)
    switch stage {
    case .first: gather(state + offset, into: gathered, range, grid, points)
    case .third:
      gather(state + offset, into: gathered, range, grid, points)
      gather(sum + offset, into: other, range, grid, points)
    case .second, .fourth: break
    }
    // Real and imaginary parts of every order, alike.
    for part in 0..<(2 * rows.orders) {
      let k = product + part * length
      let at = offset + part * points + range.lowerBound
      let (a, b, w, n) = (sum + at, self.stage + at, state + at, next + at)
      switch stage {
      case .first: LawsonStage.first(a, b, from: gathered + part * length, k, count: length, step: h)
      case .second: LawsonStage.second(a, b, w, n, k, count: length, step: h)
      case .third:
        LawsonStage.third(
          a, n, from: other + part * length, gathered + part * length, k, count: length, step: h)
      case .fourth: LawsonStage.fourth(w, a, k, count: length, step: h)
      }
    }
  }
}
