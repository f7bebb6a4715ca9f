import CLibraries
import Husimi
import ManyBody
import Numerics
import PhaseSpace
public import Vlasov
import Wasserstein

/// The Vlasov densities at all times, on the refined histogram and on the wider, finer grid that smoothing starts from.
public struct VlasovReference {
  /// [time][species], cell means on the refined histogram.
  public private(set) var densities: [[VlasovCellMeans]] = []
  /// [time][species], the same from half the samples along each axis.
  private var coarseDensities: [[VlasovCellMeans]] = []
  /// [time][species], cell means on the wider grid.
  private var wide: [[VlasovCellMeans]] = []
  /// [time][species], what lies beyond the histogram.
  private var outside: [[OutsideMass]] = []
  /// [time][species][window][N], the same of the smoothed density.
  private var smoothedOutside: [[[[OutsideMass]]]] = []
  private let study: VlasovLimitStudy
  /// Cells of `wide` in one cell of the histogram, along q and along p.
  private let cuts: (q: Int, p: Int)
  /// Cells of the histogram added above and below.
  private let margin: Int

  /// The densities at the times of the study.
  /// - Throws: `MemoryError`, `ArgumentError` for a histogram that does not fit the windows.
  public init(_ study: VlasovLimitStudy, workers: Workers) throws {
    self.study = study
    let series = study.series
    let grid = study.grid
    let flow = try VlasovCharacteristics(
      model: series.model,
      densities: study.limits(),
      positions: study.characteristics.positions, momenta: study.characteristics.momenta, workers: workers)

    // A window smooths by √ħ‖f'‖ in p and, at the least, √ħ/2‖f'‖ in q. The cells are a quarter of the smallest, the
    // margin is six times the largest.
    let hbars = series.particleNumbers.map { 1 / Double($0) }
    let slopes = series.windows.map { $0.gradientSquaredNorm.squareRoot() }
    let (coarsest, finest) = ((hbars.max() ?? 1).squareRoot(), (hbars.min() ?? 1).squareRoot())
    let (steepest, flattest) = (slopes.max() ?? 1, slopes.min() ?? 1)
    func cuts(_ step: Double, _ deviation: Double) -> Int {
      2 * max(study.refinement / 2, Int(min(64, 4 * step / deviation).rounded(.up)))
    }
    self.cuts = (
      cuts(grid.positionStep, finest / (2 * steepest)), cuts(grid.momentumStep, finest * flattest)
    )
    margin = try checkedCount(
      (6 * coarsest * steepest / grid.momentumStep).rounded(.up), atMost: 1e6, "histogram.p-max",
      expected: "a histogram of cells not 10⁵ times narrower than the windows' smoothing √ħ‖f'‖ = "
        + "\(coarsest * steepest)")

    let refined = try PhaseSpaceGrid(
      positions: grid.positions * study.refinement, momenta: grid.momenta * study.refinement,
      period: grid.period, momentumRange: grid.momentumRange)
    let reach = Double(margin) * grid.momentumStep
    let fine = try PhaseSpaceGrid(
      positions: grid.positions * self.cuts.q, momenta: (grid.momenta + 2 * margin) * self.cuts.p,
      period: grid.period,
      momentumRange: (grid.momentumRange.lowerBound - reach)...(grid.momentumRange.upperBound + reach))
    // At least 16 sub-columns a cell of the histogram.
    let columns = max(2, 16 / study.refinement)
    let limit = grid.momentumRange.upperBound
    let tails = series.windows.map { MomentumTail($0) }
    for time in series.times {
      try flow.advance(to: time.value)
      func means(on cells: PhaseSpaceGrid, _ columns: Int, _ segments: Int) throws -> [VlasovCellMeans] {
        try series.model.species.indices.map {
          try flow.cellMeans($0, on: cells, columns: columns, segments: segments)
        }
      }
      densities.append(try means(on: refined, columns, columns))
      coarseDensities.append(try means(on: refined, columns / 2, columns / 2))
      if study.references.contains(.smoothedVlasov) {
        wide.append(try means(on: fine, 1, 2))
      }
      let nodes = zip(series.model.species.indices, series.model.fractions).map { species, fraction in
        let nodes = flow.nodes(species)
        return (momenta: nodes.momenta, weights: nodes.weights.map { $0 / fraction })
      }
      outside.append(nodes.map { OutsideMass(beyond: limit, momenta: $0.momenta, weights: $0.weights) })
      guard study.references.contains(.smoothedVlasov) else { continue }
      smoothedOutside.append(
        nodes.map { nodes in
          tails.map { tail in
            hbars.map { tail.beyond(limit, momenta: nodes.momenta, weights: nodes.weights, hbar: $0) }
          }
        })
    }
  }

  /// From all that is there, or from half as many samples or cells along each axis: the distance of the two histograms
  /// estimates the error of the coarse one.
  enum Sampling { case full, coarse }

  /// The histogram of species α at a time.
  func histogram(time: Int, species: Int, _ sampling: Sampling = .full) throws -> HeldHistogram {
    let means = sampling == .full ? densities : coarseDensities
    return try HeldHistogram(
      density: means[time][species].values, study: study, species: species, outside: outside[time][species])
  }

  /// The histogram of the density smoothed by a window at ħ = 1/N. A window that is not Gaussian does not smooth a classical
  /// density into a nonnegative one exactly; what falls below zero is set to zero, and counts as a defect.
  func smoothedHistogram(
    time: Int, species: Int, window: Int, number: Int, _ sampling: Sampling = .full
  ) throws -> HeldHistogram {
    let halves = sampling == .full ? 1 : 2
    let cuts = (q: cuts.q / halves, p: cuts.p / halves)
    let means = try wide[time][species].merged(halves)
    let profile = study.series.windows[window]
    let hbar = 1 / Double(study.series.particleNumbers[number])
    let smooth = try means.smoothed(padding: 2 * margin * cuts.p) { xi, eta in
      profile.smoothing(xi: xi, eta: eta, hbar: hbar)
    }
    let grid = study.grid
    var (masses, negative) = ([Double](repeating: 0, count: grid.cells), 0.0)
    let rows = means.grid.momenta
    for column in 0..<(grid.positions * cuts.q) {
      for row in (margin * cuts.p)..<((margin + grid.momenta) * cuts.p) {
        let value = smooth.values[column * rows + row]
        masses[column / cuts.q * grid.momenta + row / cuts.p - margin] += .greatest(0, value)
        negative += .greatest(0, -value)
      }
    }
    let share =
      means.grid.positionStep * means.grid.momentumStep / (2 * .pi * study.series.model.fractions[species])
    return HeldHistogram(
      try PhaseSpaceHistogram(masses, on: grid), share: share, negative: negative * share,
      outside: smoothedOutside[time][species][window][number])
  }
}

extension VlasovLimitStudy {
  /// The phase-space densities that the Slater determinants tend to, of each species.
  func limits() throws -> [VlasovOrbitalLimit] {
    try zip(series.profiles, series.model.fractions).map { profile, fraction in
      try VlasovOrbitalLimit(
        fraction: fraction, amplitude: profile.amplitude, phase: profile.phase, momentum: profile.momentum,
        occupation: profile.occupation == .sea ? .sea : .gaussian, period: series.period)
    }
  }
}
