import CLibraries
import DysonSeries
import ExperimentKit
import Interaction
import ModelConfiguration
import PhaseSpace
import Studies

struct Settings {
  let base: SeriesReader
  let initial: any InitialHierarchy
  let times: [DecimalNumber]
  /// (ξ_i, η_i) of the particles of every point.
  let particles: [[PhasePoint]]
  let samples: Int
  let sampler: DysonTrees.Sampler
  let scramblings: Int
  let convergence: SamplingConvergence?

  var model: Model { base.model }
  var points: [Point] { base.points }
  var orders: Int { base.orders }

  init(_ configuration: ConfigurationNode) throws {
    base = try SeriesReader(configuration, orders: 32, atFiniteN: true)
    let (model, points, orders) = (base.model, base.points, base.orders)
    initial = try InitialHierarchyReader(configuration["initial"], model: model).hierarchy
    times = try readTimes(configuration["times"])
    particles = try points.map { try $0.arguments(in: model.geometry) }
    scramblings = try configuration["scramblings"].integer(in: 32...4096, default: 32)
    samples = try configuration["samples"].integer(in: scramblings...1_000_000_000_000)
    guard samples / scramblings <= 1 << 30 else {
      throw configuration["samples"].error(
        expected: "at most 2³⁰ trees for each of the \(scramblings) scramblings")
    }
    guard points.count * times.count < 1 << 31 else {
      throw configuration["points"].error(expected: "fewer than 2³¹ points × times")
    }
    let names = DysonTrees.Sampler.allCases.map(\.rawValue)
    let name = try configuration["sampler"].choice(of: names, default: DysonTrees.Sampler.sobol.rawValue)
    sampler = DysonTrees.Sampler(rawValue: name) ?? .sobol
    for (index, point) in points.enumerated() {
      // Every scrambling takes at least the reflections of one point.
      let trees = Double(max(samples, scramblings << 5))
      let seconds = (1...orders).reduce(0.0) {
        $0 + WorkEstimate.trees(order: $1, particles: point.count, samples: trees)
      }
      try configuration.requireTime(
        seconds: seconds * Double(times.count * points.count),
        at: configuration["samples"], "trees at \(points.count) points like points[\(index)]")
    }
    let study = configuration["convergence"]
    convergence = study.isAbsent ? nil : try SamplingConvergence(study, orders: orders, least: scramblings)
    try configuration.requireTime(seconds: work(measurements), at: study["samples"], "trees")
  }

  /// All that a run holds: the trees of one term at a time on every thread, and the terms found.
  func memory(threads: Int) -> MemoryPlan {
    var plan = MemoryPlan()
    let rows = Memory.product(points.count, times.count, orders)
    plan.hold("terms", Memory.product(rows, 8, ExperimentRun.bytesOfFigure))
    plan.phase {
      $0.hold(
        "trees",
        DysonTrees.bytes(
          model, order: orders, particles: points.map(\.count).max() ?? 1, scramblings: scramblings,
          threads: threads))
    }
    // Six arrays of a number a term, and the bounds; rows of thirty columns, half as many again as is usual.
    let row = ExperimentRun.bytesOfRow * 3 / 2 + 64 * (6 + base.bounds.bounds.count)
    plan.hold("rows", Memory.product(rows, row))
    return plan
  }
}
