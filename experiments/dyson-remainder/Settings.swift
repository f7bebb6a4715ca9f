import CLibraries
import DysonSeries
import ExperimentKit
import Interaction
import ModelConfiguration
import PhaseSpace

struct Settings {
  /// How the solution and the terms are computed.
  enum Method {
    case nodes(DysonNodes)
    case lattice(DysonRemainder)
  }

  let base: SeriesReader
  let initial: ProductMixture
  let times: [DecimalNumber]
  let method: Method
  let certified: Certified?

  var model: Model { base.model }
  var points: [Point] { base.points }
  var orders: Int { base.orders }

  init(_ configuration: ConfigurationNode) throws {
    base = try SeriesReader(configuration, orders: 200)
    initial = try InitialReader(configuration["initial"], model: base.model).hierarchy
    let obstacle = DysonNodes.obstacle(base.model, initial)
    let chosen = try configuration["method"].choice(
      of: ["nodes", "lattice"], default: obstacle == nil ? "nodes" : "lattice")
    guard chosen == "nodes" else {
      (times, method) = try Self.onLattice(configuration, base, initial)
      certified = try Certified(configuration, base, initial, times: times)
      return
    }
    if let obstacle {
      throw configuration["method"].error(expected: "lattice: nodes require \(obstacle)", got: "'nodes'")
    }
    // Where one is written it is read, for the other method.
    if !configuration["lattice"].isAbsent {
      _ = try LatticeReader(configuration["lattice"], model: base.model)
    }
    times = try readTimes(configuration["times"])
    let study = try DysonNodes(
      model: base.model, initial: initial, times: times.map(\.value), points: base.points, orders: base.orders
    )
    try configuration.requireTime(
      seconds: WorkEstimate.nodes(products: study.work), at: configuration["times"],
      "\(base.orders) orders on the nodes that the last time needs")
    method = .nodes(study)
    certified = try Certified(configuration, base, initial, times: times)
  }

  private static func onLattice(
    _ configuration: ConfigurationNode, _ base: SeriesReader, _ initial: ProductMixture
  ) throws -> ([DecimalNumber], Method) {
    let (model, orders) = (base.model, base.orders)
    let lattice = try LatticeReader(configuration["lattice"], model: model)
    let times = try lattice.times(configuration["times"])
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
    let study = try DysonRemainder(
      model: model, initial: initial, lattice: lattice.lattice,
      times: times.map(\.value), points: base.points, orders: orders)
    return (times, .lattice(study))
  }

  /// All that a run holds: the nodes or the lattices, then what is found.
  /// - Parameter ranks: the processes that have a lattice together; the memory is that of this one.
  func memory(threads: Int, ranks: Ranks) -> MemoryPlan {
    var plan = MemoryPlan()
    let rows = Memory.product(points.count, times.count, orders)
    switch method {
    case .nodes(let study):
      plan.hold("samples", study.sampleBytes)
      plan.phase { $0.hold("nodes", study.bytes) }
    case .lattice(let study):
      plan.hold("samples", study.sampleBytes)
      plan.phase { $0.hold("lattices", study.bytes(threads: threads, ranks: ranks)) }
    }
    if let certified {
      plan.phase { $0.hold("balls", certified.bytes) }
      plan.hold("certificate", Memory.product(points.count, times.count, orders + 3, 8 * 220))
    }
    plan.hold("rows", Memory.product(rows, ExperimentRun.bytesOfRow + 64 * base.bounds.bounds.count))
    return plan
  }
}
