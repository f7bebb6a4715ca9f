import CLibraries
import Husimi
import ManyBody
import Numerics
import Vlasov
import Wasserstein

/// Means of the Husimi measures over the cells of the refined histogram: for each window and species, q outermost. From
/// values at the centres, m + (δ²_q m + δ²_p m)/24, to fourth order in the size of a cell; cells wider than a third of the
/// width over which a window smooths are cut.
func husimiDensities(_ state: HartreeFock, _ settings: Settings, _ workers: Workers) throws -> [Double] {
  try state.orthonormalize()
  let slater = try state.slaterDeterminant()
  let grid = settings.grid
  let columns = grid.positions * settings.refinement
  let rows = grid.momenta * settings.refinement
  var densities: [Double] = []
  for window in settings.series.windows {
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
      p: try cuts(grid.momentumStep / Double(settings.refinement), width.p * slope)
    )
    let positions = columns * cut.q
    let step = grid.momentumStep / Double(settings.refinement * cut.p)
    let momenta = (-1...rows * cut.p).map { grid.momentumRange.lowerBound + (Double($0) + 0.5) * step }
    for species in 0..<2 {
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

/// The Vlasov densities at all times, on the refined histogram and on the wider, finer grid that smoothing starts from.
struct VlasovReference {
  /// [time][species], cell means on the refined histogram.
  private(set) var densities: [[VlasovCellMeans]] = []
  /// [time][species], the same from half the samples along each axis.
  private var coarseDensities: [[VlasovCellMeans]] = []
  /// [time][species], cell means on the wider grid.
  private var wide: [[VlasovCellMeans]] = []
  private let settings: Settings
  /// Cells of `wide` in one cell of the histogram, along q and along p.
  private let cuts: (q: Int, p: Int)
  /// Cells of the histogram added above and below.
  private let margin: Int

  init(_ settings: Settings, workers: Workers) throws {
    self.settings = settings
    let series = settings.series
    let grid = settings.grid
    let flow = try VlasovCharacteristics(
      model: series.model,
      densities: zip(series.profiles, series.model.fractions).map { profile, fraction in
        try VlasovOrbitalLimit(
          fraction: fraction, amplitude: profile.amplitude, phase: profile.phase, momentum: profile.momentum,
          occupation: profile.occupation == .sea ? .sea : .gaussian, period: series.period)
      },
      positions: settings.characteristics.positions, momenta: settings.characteristics.momenta,
      largestStep: series.timeStep.value, workers: workers)

    // A window smooths by √ħ‖f'‖ in p and, at the least, √ħ/2‖f'‖ in q. The cells are a quarter of the smallest, the
    // margin is six times the largest.
    let hbars = series.particleNumbers.map { 1 / Double($0) }
    let slopes = series.windows.map { $0.gradientSquaredNorm.squareRoot() }
    let (coarsest, finest) = ((hbars.max() ?? 1).squareRoot(), (hbars.min() ?? 1).squareRoot())
    let (steepest, flattest) = (slopes.max() ?? 1, slopes.min() ?? 1)
    func cuts(_ step: Double, _ deviation: Double) -> Int {
      2 * max(settings.refinement / 2, Int(min(64, 4 * step / deviation).rounded(.up)))
    }
    self.cuts = (
      cuts(grid.positionStep, finest / (2 * steepest)), cuts(grid.momentumStep, finest * flattest)
    )
    margin = try checkedCount(
      (6 * coarsest * steepest / grid.momentumStep).rounded(.up), atMost: 1e6, "histogram.p-max",
      expected: "a histogram of cells not 10⁵ times narrower than the windows' smoothing √ħ‖f'‖ = "
        + "\(coarsest * steepest)")

    let refined = try VlasovCells(
      positions: grid.positions * settings.refinement, momenta: grid.momenta * settings.refinement,
      period: grid.period, momentumRange: grid.momentumRange)
    let reach = Double(margin) * grid.momentumStep
    let fine = try VlasovCells(
      positions: grid.positions * self.cuts.q, momenta: (grid.momenta + 2 * margin) * self.cuts.p,
      period: grid.period,
      momentumRange: (grid.momentumRange.lowerBound - reach)...(grid.momentumRange.upperBound + reach))
    // At least 16 sub-columns a cell of the histogram.
    let columns = max(2, 16 / settings.refinement)
    for time in series.times {
      try flow.advance(to: time.value)
      func means(on cells: VlasovCells, _ columns: Int, _ segments: Int) throws -> [VlasovCellMeans] {
        try (0..<2).map { try flow.cellMeans($0, on: cells, columns: columns, segments: segments) }
      }
      densities.append(try means(on: refined, columns, columns))
      coarseDensities.append(try means(on: refined, columns / 2, columns / 2))
      if settings.references.contains(.smoothedVlasov) {
        wide.append(try means(on: fine, 1, 2))
      }
    }
  }

  /// From all that is there, or from half as many samples or cells along each axis: the distance of the two histograms
  /// estimates the error of the coarse one.
  enum Sampling { case full, coarse }

  /// The histogram of species α at a time.
  func histogram(time: Int, species: Int, _ sampling: Sampling = .full) throws -> PhaseSpaceHistogram {
    let means = sampling == .full ? densities : coarseDensities
    return try PhaseSpaceHistogram(
      density: means[time][species].values, refinement: settings.refinement, on: settings.grid)
  }

  /// The histogram of the density smoothed by a window at ħ. A window that is not Gaussian does not smooth a classical
  /// density into a nonnegative one exactly; what falls below zero is set to zero.
  func smoothedHistogram(
    time: Int, species: Int, window: any Window, hbar: Double, _ sampling: Sampling = .full
  ) throws -> PhaseSpaceHistogram {
    let halves = sampling == .full ? 1 : 2
    let cuts = (q: cuts.q / halves, p: cuts.p / halves)
    let means = try wide[time][species].merged(halves)
    let smooth = try means.smoothed(padding: 2 * margin * cuts.p) { xi, eta in
      window.smoothing(xi: xi, eta: eta, hbar: hbar)
    }
    let grid = settings.grid
    var masses = [Double](repeating: 0, count: grid.cells)
    let rows = means.grid.momenta
    for column in 0..<(grid.positions * cuts.q) {
      for row in (margin * cuts.p)..<((margin + grid.momenta) * cuts.p) {
        masses[column / cuts.q * grid.momenta + row / cuts.p - margin] += .greatest(
          0, smooth.values[column * rows + row])
      }
    }
    return try PhaseSpaceHistogram(masses, on: grid)
  }
}
