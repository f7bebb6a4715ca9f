import ExperimentKit
import ModelConfiguration
import Wasserstein

/// What a Husimi measure is compared with.
enum Reference: String, CaseIterable {
  case vlasov
  case smoothedVlasov = "smoothed-vlasov"
}

/// The configuration: a Hartree–Fock series, the histogram, and what to compare with.
struct Settings {
  let series: HartreeFockSeries
  let grid: PhaseSpaceGrid
  let references: [Reference]
  /// Points a cell is cut into along each axis, for densities and portraits.
  let refinement: Int
  /// Particle numbers and plane waves of the exact states whose factorisation (1.9) is followed; nil: none.
  let factorisation: (particleNumbers: [Int], modes: Int)?
  /// Characteristics of the Vlasov flow: nodes in θ and in p of each species.
  let characteristics: (positions: Int, momenta: Int)

  /// √ħ‖f'‖ and its inverse over the windows and particle numbers: the widths that Husimi measures are smoothed by.
  private var smoothing: (widest: Double, narrowest: Double) {
    let slopes = series.windows.map { $0.gradientSquaredNorm.squareRoot() }
    let hbars = series.particleNumbers.map { 1 / Double($0) }
    return (
      (hbars.max() ?? 1).squareRoot() * (slopes.max() ?? 1),
      (hbars.min() ?? 1).squareRoot() * min(slopes.min() ?? 1, 1 / (2 * (slopes.max() ?? 1)))
    )
  }

  /// Refuses what would take longer than the configured time: the histograms' sub-cells, which follow the windows, their
  /// characteristics, and the distances.
  private func limitTime(_ configuration: ConfigurationNode) throws {
    let (widest, narrowest) = smoothing
    let states = Double(series.windows.count * series.times.count * 2)
    let times = Double(series.times.count)
    // Rows below and above the histogram that the smoothing reaches, and cells of the finest grid in one of the histogram.
    let rows = Double(grid.momenta) + 12 * widest / grid.momentumStep
    func cuts(_ step: Double) -> Double { 2 * max(Double(refinement), min(64, 4 * step / narrowest)) }
    let fine = Double(grid.positions) * cuts(grid.positionStep) * rows * cuts(grid.momentumStep)
    let sampled = Double(grid.cells) * Double(max(256, refinement * refinement))
    let steps = (series.times.last?.value ?? 0) / series.timeStep.value + times
    let modes = 1 + Double(series.interaction.highestMode) / 2
    try configuration.requireTime(
      seconds: times * (fine + sampled) * (40e-9 + 5 * steps * 2e-9 * modes)
        + states * Double(series.particleNumbers.count) * fine * 200e-9
        + 5 * steps * Double(characteristics.positions * characteristics.momenta) * 8e-9 * modes,
      at: configuration["histogram"], "characteristics through \(fine + sampled) cells")
    var husimi = 0.0
    for total in series.particleNumbers {
      let width =
        narrowest * Double(series.particleNumbers.last ?? total).squareRoot() / Double(total).squareRoot()
      let columns =
        Double(grid.positions * refinement) * max(1, 3 * grid.positionStep / (width * Double(refinement)))
      let lines =
        Double(grid.momenta * refinement) * max(1, 3 * grid.momentumStep / (width * Double(refinement)))
      husimi += states * columns * lines * 4 * series.estimatedPoints(total) / 2e10
    }
    try configuration.requireTime(
      seconds: husimi, at: configuration["histogram"], "Husimi measures on cells that follow the windows")
    try configuration.requireTime(
      seconds: WorkEstimate.wassersteinDistance(cells: Double(grid.cells))
        * (3 * times + 3 * states * Double(series.particleNumbers.count * references.count)),
      at: configuration["histogram"], "transport distances")
    if let factorisation {
      let last = series.times.last?.value ?? 0
      let seconds = factorisation.particleNumbers.reduce(0) {
        $0
          + WorkEstimate.exactDynamics(
            series.interaction, particles: [$1 / 2, $1 / 2], masses: series.model.masses,
            modes: factorisation.modes, period: series.period, time: last, times: series.times.count)
      }
      try configuration.requireTime(
        seconds: seconds, at: configuration["factorisation"], "exact dynamics")
    }
  }

  init(_ configuration: ConfigurationNode) throws {
    series = try HartreeFockSeries(configuration)
    let node = configuration["histogram"]
    let positions = try node["q"].integer(in: 1...1024)
    let momenta = try node["p"].integer(in: 1...1024)
    let reach = try node["p-max"].number("a positive number") { $0 > 0 && $0 < 1e6 }
    let period = series.period
    grid = try node.locating {
      try PhaseSpaceGrid(
        positions: positions, momenta: momenta, period: period, momentumRange: -reach.value...reach.value)
    }
    references = try configuration["compare"].choices(
      of: Reference.allCases.map(\.rawValue), default: Reference.allCases.map(\.rawValue)
    ).compactMap(Reference.init)
    refinement = try configuration["refinement"].integer(in: 1...64, default: 8)
    let nodes = configuration["characteristics"]
    characteristics = (
      8 * (try nodes["q"].integer(in: 8...65536, default: 256) / 8),
      try nodes["p"].integer(in: 8...65536, default: 200)
    )
    let exact = configuration["factorisation"]
    if exact.isAbsent {
      exact.recordNull()
      factorisation = nil
    } else {
      let numbers = try exact["particle-numbers"].list(atLeast: 1).map { entry in
        let total = try entry.integer(in: 2...12)
        guard total % 2 == 0 else { throw entry.error(expected: "an even number", got: "\(total)") }
        return total
      }
      let modes = try exact["modes"].integer(in: 1...15)
      guard numbers.allSatisfy({ $0 / 2 <= 2 * modes + 1 }) else {
        throw exact["modes"].error(expected: "at least one plane wave for each particle")
      }
      factorisation = (numbers, modes)
    }
    try limitTime(configuration)
  }
}
