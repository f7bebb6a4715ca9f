import Computing
import ExperimentKit
import Husimi
import ManyBody
import ModelConfiguration
import Vlasov
import Wasserstein

extension VlasovLimitStudy {
  /// √ħ‖f'‖ and its inverse over the windows and particle numbers: the widths that Husimi measures are smoothed by.
  private var smoothing: (widest: Double, narrowest: Double) {
    let slopes = series.windows.map { $0.gradientSquaredNorm.squareRoot() }
    let hbars = series.particleNumbers.map { 1 / Double($0) }
    return (
      (hbars.max() ?? 1).squareRoot() * (slopes.max() ?? 1),
      (hbars.min() ?? 1).squareRoot() * min(slopes.min() ?? 1, 1 / (2 * (slopes.max() ?? 1)))
    )
  }

  /// Seconds of what is done when all records are there: characteristics and distances.
  /// - Throws: as `work`.
  public var workAfterRecords: Double {
    get throws {
      let parts = try work()
      return parts[0].seconds + parts[2].seconds
    }
  }

  /// Seconds of what follows the histogram: its sub-cells, which follow the windows, their characteristics, and the distances.
  /// - Throws: `ArgumentError` for orbitals without a limit, `HypothesisError` for potentials without modes.
  public func work() throws -> [(seconds: Double, what: String)] {
    let (widest, narrowest) = smoothing
    let states = Double(series.windows.count * series.times.count * series.model.species.count)
    let times = Double(series.times.count)
    // Rows below and above the histogram that the smoothing reaches, and cells of the finest grid in one of the histogram.
    let rows = Double(grid.momenta) + 12 * widest / grid.momentumStep
    func cuts(_ step: Double) -> Double { 2 * max(Double(refinement), min(64, 4 * step / narrowest)) }
    let fine = Double(grid.positions) * cuts(grid.positionStep) * rows * cuts(grid.momentumStep)
    let sampled = Double(grid.cells) * Double(max(256, refinement * refinement))
    // Back from every time, at least a step for each of those before: 4 J² flops a mode, some 3·10⁻⁷ s.
    let reach = grid.momentumRange.upperBound + 6 * widest
    let last = series.times.last?.value ?? 0
    let motion = try MotionEstimate(
      series.model, momenta: [limits().map { Double.greatest(reach, $0.largestMomentum) }], until: last)
    let steps = motion.steps(to: last) + times
    let modes = Double(max(1, series.interaction.highestMode))
    let species = Double(series.model.species.count)
    var husimi = 0.0
    for total in series.particleNumbers {
      let width =
        narrowest * Double(series.particleNumbers.last ?? total).squareRoot() / Double(total).squareRoot()
      let columns =
        Double(grid.positions * refinement)
        * max(1, 3 * grid.positionStep / (width * Double(refinement)))
      let lines =
        Double(grid.momenta * refinement)
        * max(1, 3 * grid.momentumStep / (width * Double(refinement)))
      husimi += states * columns * lines * 4 * series.estimatedPoints(total) / 2e10
    }
    return [
      (
        species * times * (fine + sampled) * (40e-9 + steps * 3e-7 * modes)
          + states * Double(series.particleNumbers.count) * fine * 200e-9
          + species * steps * Double(characteristics.positions * characteristics.momenta) * 3e-7 * modes,
        "characteristics through \(fine + sampled) cells"
      ),
      (husimi, "Husimi measures on cells that follow the windows"),
      (
        WorkEstimate.wassersteinDistance(cells: Double(grid.cells))
          * (3 * times + 3 * states * Double(series.particleNumbers.count * references.count)),
        "transport distances"
      ),
    ]
  }

  /// Seconds of the pair measures of the exact states, of every two species at every time: Z²M² products.
  public var correlationSeconds: Double { exactStates.reduce(0) { $0 + correlationSeconds(of: $1) } }

  /// The same of one state.
  func correlationSeconds(of system: FermionSystem) -> Double {
    let points = (try? PlaneWaves(cutoff: system.modes, period: system.period)).flatMap {
      HusimiCorrelations.points(waves: $0, hbar: system.hbar, window: series.windows[0])
    }
    let (z, m) = (points.map(Double.init) ?? .infinity, Double(2 * system.modes + 1))
    let species = Double(system.particles.count)
    return Double(series.times.count) * species * (species + 1) / 2 * 8 * z * z * m * m / 5e9
  }
}
