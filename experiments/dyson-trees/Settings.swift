import CLibraries
import DysonSeries
import ExperimentKit
import Interaction
import ModelConfiguration
import PhaseSpace

/// The configuration of a run.
struct Settings {
  let model: Model
  let initial: any InitialHierarchy
  let times: [DecimalNumber]
  let configuredPoints: [Point]
  let orders: Int
  let samples: Int
  let sampler: DysonTrees.Sampler
  let scramblings: Int
  let bounds: BoundsReader
  let convergence: Convergence?

  let points: [[PhasePoint]]

  init(_ configuration: ConfigurationNode) throws {
    let modelNode = configuration["model"]
    let model = try ModelReader(modelNode).model
    guard model.particles == nil else {
      throw modelNode["particles"].error(expected: "null: the Dyson series is a statement at N = ∞")
    }
    self.model = model
    initial = try InitialHierarchyReader(configuration["initial"], model: model).hierarchy
    times = try readTimes(configuration["times"])
    configuredPoints = try PointsReader(configuration["points"], model: model).points
    points = try configuredPoints.map { try $0.arguments(in: model.geometry) }
    orders = try configuration["orders"].integer(in: 1...32)
    scramblings = try configuration["scramblings"].integer(in: 32...4096, default: 32)
    samples = try configuration["samples"].integer(in: scramblings...1_000_000_000_000)
    guard samples / scramblings <= 1 << 30 else {
      throw configuration["samples"].error(
        expected: "at most 2³⁰ trees for each of the \(scramblings) scramblings")
    }
    guard configuredPoints.count * times.count < 1 << 31 else {
      throw configuration["points"].error(expected: "fewer than 2³¹ points × times")
    }
    let names = DysonTrees.Sampler.allCases.map(\.rawValue)
    let name = try configuration["sampler"].choice(of: names, default: DysonTrees.Sampler.sobol.rawValue)
    sampler = DysonTrees.Sampler(rawValue: name) ?? .sobol
    bounds = try BoundsReader(configuration["bounds"])
    let study = configuration["convergence"]
    for (index, point) in configuredPoints.enumerated() {
      // Every scrambling takes at least the reflections of one point.
      let trees = Double(max(samples, scramblings << 5))
      var seconds = 0.0
      for order in 1...orders {
        seconds += WorkEstimate.trees(order: order, particles: point.count, samples: trees)
      }
      try configuration.requireTime(
        seconds: seconds * Double(times.count * configuredPoints.count),
        at: configuration["samples"], "trees at \(configuredPoints.count) points like points[\(index)]")
    }
    convergence = study.isAbsent ? nil : try Convergence(study, orders: orders, least: scramblings)
    if let convergence {
      let trees = convergence.orders.reduce(0) { sum, order in
        convergence.samples.reduce(sum) {
          $0 + WorkEstimate.trees(order: order, particles: configuredPoints[0].count, samples: Double($1))
        }
      }
      try configuration.requireTime(seconds: 2 * trees, at: study["samples"], "trees")
    }
  }
}
