import CLibraries
import Computing
import Husimi
import ManyBody
import Numerics

extension VlasovLimitStudy {
  /// Means of the Husimi measures over the cells of the refined histogram: for each window and species, q outermost. From
  /// values at the centres, m + (δ²_q m + δ²_p m)/24, to fourth order in the size of a cell; cells wider than a third of the
  /// width over which a window smooths are cut.
  func husimiDensities(_ state: HartreeFock, _ workers: Workers) throws -> [Double] {
    let slater = try state.slaterDeterminant()
    let (columns, rows) = cells
    var densities: [Double] = []
    for window in series.windows {
      // The smoothing: √ħ‖f'‖ in p and, at the least, √ħ/2‖f'‖ in q.
      let width = (q: state.hbar.squareRoot() / 2, p: state.hbar.squareRoot())
      let slope = window.gradientSquaredNorm.squareRoot()
      func cuts(_ step: Double, _ width: Double) throws -> Int {
        try max(
          1,
          checkedCount(
            (3 * step / width).rounded(.up), atMost: 4096, "histogram",
            expected: "cells at most 10³ times as wide as the windows' smoothing, here \(width)"))
      }
      let cut = (
        q: try cuts(grid.period / Double(columns), width.q / slope),
        p: try cuts(grid.momentumStep / Double(refinement), width.p * slope)
      )
      let positions = columns * cut.q
      let step = grid.momentumStep / Double(refinement * cut.p)
      let momenta = (-1...rows * cut.p).map { grid.momentumRange.lowerBound + (Double($0) + 0.5) * step }
      for species in series.model.species.indices {
        // Twice the positions: every second one is the centre of a cell. One row more below and above.
        let husimi = try HusimiGrid(
          of: slater, species: species, window: window, positions: 2 * positions, momenta: momenta,
          workers: workers)
        func m(_ column: Int, _ row: Int) -> Double {
          husimi[momentum: row + 1, position: (2 * column + 1 + 2 * positions) % (2 * positions)]
        }
        func mean(_ i: Int, _ k: Int) -> Double {
          let neighbours = m(i - 1, k) + m(i + 1, k) + m(i, k - 1) + m(i, k + 1)
          return m(i, k) + (neighbours - 4 * m(i, k)) / 24
        }
        for column in 0..<columns {
          for row in 0..<rows {
            var sum = 0.0
            for i in column * cut.q..<(column + 1) * cut.q {
              for k in row * cut.p..<(row + 1) * cut.p { sum += mean(i, k) }
            }
            densities.append(sum / Double(cut.q * cut.p))
          }
        }
      }
    }
    return densities
  }

  /// What the Husimi measures have beyond the histogram, by window and species: the mixtures of f̂² about the momenta ħκn of the
  /// orbitals, no grid.
  func outside(_ state: HartreeFock) throws -> [VlasovLimitRecord.Outside] {
    let slater = try state.slaterDeterminant()
    let (waves, unit) = (slater.waves, slater.hbar * slater.waves.wavenumber)
    let momenta = (-waves.cutoff...waves.cutoff).map { unit * Double($0) }
    let weights = slater.orbitals.map { orbitals in
      (0..<waves.count).map { n in
        (0..<orbitals.count).reduce(0) { $0 + orbitals.rows[$1 * waves.count + n].lengthSquared }
          / Double(orbitals.count)
      }
    }
    return series.windows.flatMap { window in
      let tail = MomentumTail(window)
      return weights.map {
        let beyond = tail.beyond(
          grid.momentumRange.upperBound, momenta: momenta, weights: $0, hbar: slater.hbar)
        return VlasovLimitRecord.Outside(mass: beyond.mass, way: beyond.way)
      }
    }
  }

  /// The largest mass beyond the histogram: with more than a hundredth the histograms are of another measure.
  func outsideFigure(_ state: HartreeFock) throws -> ResolutionFigure {
    ResolutionFigure(
      "mass outside the histogram", time: state.time,
      value: try outside(state).map(\.mass).largest() ?? .nan, limit: 0.01)
  }
}
