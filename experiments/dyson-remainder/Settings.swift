import CLibraries
import DysonSeries
import ExperimentKit
import Interaction
import ModelConfiguration
import PhaseSpace

struct Settings {
  let base: SeriesReader
  let initial: ProductMixture
  let times: [DecimalNumber]
  let study: DysonRemainder

  var model: Model { base.model }
  var points: [Point] { base.points }
  var orders: Int { base.orders }

  init(_ configuration: ConfigurationNode) throws {
    base = try SeriesReader(configuration, orders: 200)
    let (model, orders) = (base.model, base.orders)
    initial = try InitialReader(configuration["initial"], model: model).hierarchy
    let lattice = try LatticeReader(configuration["lattice"], model: model)
    times = try lattice.times(configuration["times"])
    let last = times[times.count - 1].value
    let steps = lattice.lattice.steps(in: last) ?? 0
    let lattices = try DysonRemainder.lattices(model, lattice.lattice, times: times.map(\.value))
    let seconds = lattices.reduce(0) {
      $0 + WorkEstimate.vlasovLattice($1, model, steps: last / $1.timeStep, orders: orders)
    }
    try configuration.requireTime(
      seconds: seconds * Double(initial.components.count),
      at: configuration[steps > 10_000 ? "times" : "lattice"],
      "\(steps) steps of \(orders) orders on three lattices")
    study = try DysonRemainder(
      model: model, initial: initial, lattice: lattice.lattice,
      times: times.map(\.value), points: base.points, orders: orders)
  }

  /// All that a run holds: the lattices, then what is found on them.
  func memory(threads: Int) -> MemoryPlan {
    var plan = MemoryPlan()
    let rows = Memory.product(points.count, times.count, orders)
    plan.hold("samples", study.sampleBytes)
    plan.phase { $0.hold("lattices", study.bytes(threads: threads)) }
    plan.hold("rows", Memory.product(rows, ExperimentRun.bytesOfRow + 64 * base.bounds.bounds.count))
    return plan
  }
}
