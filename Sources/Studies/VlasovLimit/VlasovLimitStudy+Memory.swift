public import CLibraries
import ExperimentKit
import Husimi
import ManyBody
import Vlasov
import Wasserstein

extension VlasovLimitStudy {
  /// All that a run holds: one Hartree–Fock state after the other with its Husimi measures, the exact states of the
  /// factorisation, then the Vlasov densities of all times and one distance after the other.
  public func memory() throws -> MemoryPlan {
    var plan = MemoryPlan()
    let slopes = series.windows.map { $0.gradientSquaredNorm.squareRoot() }
    let (steepest, flattest) = (slopes.max() ?? 1, slopes.min() ?? 1)
    let finest = 1 / Double(series.particleNumbers.max() ?? 1).squareRoot()
    let coarsest = 1 / Double(series.particleNumbers.min() ?? 1).squareRoot()
    let species = series.model.species.count
    let cells = Memory.product(grid.cells, refinement, refinement)
    let densities = Memory.product(species, cells, 8)
    // The grid that smoothing starts from, as `VlasovReference` makes it.
    func cuts(_ step: Double, _ deviation: Double) -> Int {
      2 * max(refinement / 2, Int(min(64, 4 * step / deviation).rounded(.up)))
    }
    let cut = (
      q: cuts(grid.positionStep, finest / (2 * steepest)), p: cuts(grid.momentumStep, finest * flattest)
    )
    let margin = Int(exactly: (6 * coarsest * steepest / grid.momentumStep).rounded(.up))
    let wideColumns = Memory.product(grid.positions, cut.q)
    let wideRows = Memory.product(Memory.sum(grid.momenta, Memory.product(2, margin)), cut.p)
    let isSmoothed = references.contains(.smoothedVlasov)
    let wide = isSmoothed ? Memory.product(wideColumns, wideRows, 8) : 0
    let samples = max(2, 16 / refinement)

    try series.hold(in: &plan, record: Memory.product(series.windows.count, densities)) {
      plan, total, points in
      for window in series.windows {
        plan.phase { plan in
          plan.hold(
            "density matrix",
            HartreeFockMemory(particles: series.particles(total), points: points, highestMode: 0).density)
          plan.hold("Husimi grid", husimiBytes(window, total, modes: points))
        }
      }
    }
    for system in exactStates {
      plan.phase { plan in
        system.holdStart(in: &plan)
        system.holdExact(in: &plan)
        plan.hold(
          "pair measures",
          (try? PlaneWaves(cutoff: system.modes, period: system.period)).flatMap {
            HusimiCorrelations.bytes(
              waves: $0, particles: system.particles, hbar: system.hbar, window: series.windows[0])
          })
      }
    }
    plan.hold(
      "characteristics", Memory.product(characteristics.positions, characteristics.momenta, species * 24))
    // The nodes of all species with their weights, when it is seen what lies beyond the histogram.
    plan.phase {
      $0.hold(
        "characteristics", Memory.product(characteristics.positions, characteristics.momenta, species * 48))
    }
    // Full and coarse ones, and the wider ones.
    plan.hold(
      "Vlasov densities",
      Memory.product(
        series.times.count, Memory.sum(Memory.product(2, densities), Memory.product(species, wide))))
    plan.phase { plan in
      let refined = Memory.product(cells, samples, samples, 4 * 8)
      plan.hold("characteristics run backwards", Memory.largest([refined, Memory.product(wide, 2 * 4)]))
    }
    let records = Memory.product(series.particleNumbers.count, series.times.count)
    let distances = Memory.product(records, species * series.windows.count, references.count)
    plan.phase { $0.hold("transport", transportBytes(cells: grid.cells)) }
    plan.phase { plan in
      guard isSmoothed else { return }
      guard let wideColumns, let wideRows, let padding = Memory.product(2, margin, cut.p) else {
        plan.hold("smoothing", nil)
        return
      }
      plan.hold(
        "smoothing",
        VlasovCellMeans.smoothingBytes(positions: wideColumns, momenta: wideRows, padding: padding))
    }
    plan.hold("rows", Memory.product(distances, ExperimentRun.bytesOfRow))
    // The arrays of data.h5 are made of the records and the densities.
    plan.hold(
      "results",
      Memory.sum(
        Memory.product(records, series.windows.count, densities),
        Memory.product(series.times.count, densities)))
    return plan
  }

  /// The grid of Husimi values whose means are taken: `husimiDensities`.
  private func husimiBytes(_ window: any Window, _ total: Int, modes: Int) -> Int? {
    let (slope, root) = (window.gradientSquaredNorm.squareRoot(), 1 / Double(total).squareRoot())
    func cuts(_ step: Double, _ width: Double) -> Int? {
      Int(exactly: max(1, (3 * step / width).rounded(.up)))
    }
    let columns = Memory.product(
      grid.positions, refinement, cuts(grid.positionStep / Double(refinement), root / 2 / slope))
    let rows = Memory.product(
      grid.momenta, refinement, cuts(grid.momentumStep / Double(refinement), root * slope))
    guard let positions = Memory.product(2, columns), let rows = Memory.sum(rows, 2) else { return nil }
    return HusimiGrid.bytes(modes: modes, positions: positions, momenta: rows)
  }
}
