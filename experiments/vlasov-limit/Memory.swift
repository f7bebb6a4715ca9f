import CLibraries
import ExperimentKit
import Husimi
import ManyBody
import Vlasov
import Wasserstein

extension Settings {
  /// All that a run holds: the Vlasov densities of all times, one Hartree–Fock state after the other with its Husimi measures,
  /// then one distance after the other; the exact states of the factorisation at last.
  func memory() throws -> MemoryPlan {
    var plan = MemoryPlan()
    let slopes = series.windows.map { $0.gradientSquaredNorm.squareRoot() }
    let (steepest, flattest) = (slopes.max() ?? 1, slopes.min() ?? 1)
    let finest = 1 / Double(series.particleNumbers.max() ?? 1).squareRoot()
    let coarsest = 1 / Double(series.particleNumbers.min() ?? 1).squareRoot()
    let cells = Memory.product(grid.cells, refinement, refinement)
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

    plan.hold("characteristics", Memory.product(characteristics.positions, characteristics.momenta, 2 * 24))
    // Full and coarse ones, and the wider ones, of two species.
    plan.hold(
      "Vlasov densities",
      Memory.product(2 * series.times.count, Memory.sum(Memory.product(2, cells, 8), wide)))
    plan.phase { plan in
      let refined = Memory.product(cells, samples, samples, 4 * 8)
      plan.hold("characteristics run backwards", Memory.largest([refined, Memory.product(wide, 2 * 4)]))
    }
    try series.hold(in: &plan, record: Memory.product(2 * series.windows.count, cells, 8)) {
      plan, total, points in
      for window in series.windows {
        let slope = window.gradientSquaredNorm.squareRoot()
        let root = 1 / Double(total).squareRoot()
        func cuts(_ step: Double, _ width: Double) -> Int? {
          Int(exactly: max(1, (3 * step / width).rounded(.up)))
        }
        let columns = Memory.product(
          grid.positions, refinement, cuts(grid.positionStep / Double(refinement), root / 2 / slope))
        let rows = Memory.product(
          grid.momenta, refinement, cuts(grid.momentumStep / Double(refinement), root * slope))
        plan.phase { plan in
          plan.hold(
            "density matrix",
            HartreeFockMemory(particles: [total / 2], points: points, highestMode: 0).density)
          guard let columns, let rows = Memory.sum(rows, 2), let positions = Memory.product(2, columns) else {
            plan.hold("Husimi grid", nil)
            return
          }
          plan.hold("Husimi grid", HusimiGrid.bytes(modes: points, positions: positions, momenta: rows))
        }
      }
    }
    let records = Memory.product(series.particleNumbers.count, series.times.count)
    plan.hold("records", Memory.product(records, 2 * series.windows.count, cells, 8))
    let distances = Memory.product(records, 2 * series.windows.count, references.count)
    // Each with its potential, and that of the displacement.
    plan.hold("potentials", Memory.product(distances, 2 * grid.cells, 8))
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
        Memory.product(records, 2 * series.windows.count, cells, 8),
        Memory.product(2 * series.times.count, cells, 8)))
    if let (numbers, modes) = factorisation {
      let waves = try PlaneWaves(cutoff: modes, period: series.period)
      for total in numbers {
        let particles = [total / 2, total / 2]
        let space = FockMemory(modes: waves.count, particles: particles)
        plan.phase { plan in
          plan.hold("basis", space.basis)
          plan.hold("exact state", space.vector())
          plan.phase { $0.hold("matrices in the making", space.hamiltonianInTheMaking(series.interaction)) }
          plan.hold("matrices", space.hamiltonian(series.interaction))
          plan.phase { $0.hold("propagation", Memory.product(4, space.vector())) }
          plan.phase {
            $0.hold(
              "pair measures",
              HusimiCorrelations.bytes(waves: waves, particles: particles, window: series.windows[0]))
          }
        }
      }
    }
    return plan
  }
}
