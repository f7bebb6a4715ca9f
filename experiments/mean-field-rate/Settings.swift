import CLibraries
import ExperimentKit
import Interaction
import ModelConfiguration
import PhaseSpace
import Studies

/// The configuration: fermions for each entry of `particle-numbers`, and hierarchies for each of `hierarchy.particle-numbers`.
struct Settings {
  /// One comparison, at the times it comes to.
  typealias Entry = (comparison: any MeanFieldComparison, times: [DecimalNumber])

  let entries: [Entry]
  let times: [DecimalNumber]
  let points: [Point]

  init(_ configuration: ConfigurationNode) throws {
    let node = configuration["model"]
    let numbers = try configuration["particle-numbers"].list(atLeast: 1)
    let model = try readModel(node, particleNumbers: numbers, readsHbar: true)
    guard model.geometry.dimension == 1, model.geometry.kappa != nil else {
      throw node.error(expected: "one dimension and a torus", got: "another geometry")
    }
    guard model.species.count <= 4 else { throw node["species"].error(expected: "at most four species") }
    points = try PointsReader(configuration["points"], model: model).points
    for (index, point) in points.enumerated() where point.count > 3 {
      throw try configuration["points"].list()[index].error(
        expected: "at most three particles, of which exact states have reduced densities")
    }
    times = try readTimes(configuration["times"])
    entries =
      try Self.fermions(configuration, numbers, model, points, times)
      + Self.hierarchies(configuration["hierarchy"], model, points, times)
    try configuration.requireTime(
      seconds: try entries.reduce(0) {
        try $0 + $1.comparison.seconds(to: $1.times.last?.value ?? 0, times: $1.times.count)
      }, at: configuration["times"], "exact dynamics, hierarchies and lattices")
  }

  private static func fermions(
    _ configuration: ConfigurationNode, _ numbers: [ConfigurationNode], _ model: Model, _ points: [Point],
    _ times: [DecimalNumber]
  ) throws -> [Entry] {
    let profiles = try readOrbitals(configuration["orbitals"], model: model)
    let modes = try configuration["modes"].integer(in: 2...31)
    let lattice = configuration["lattice"]
    let timeStep = try lattice["time-step"].positive(default: 0.05)
    let latticeModes = try lattice["modes"].integer(in: 2...10_000, default: 2 * modes)
    for (index, time) in times.enumerated()
    where !isMultiple(time, of: timeStep) || time.value / timeStep.value > 1e7 {
      throw try configuration["times"].list()[index].error(
        expected: "a multiple of \(lattice["time-step"].path) (\(timeStep.text)), at most 10⁷ steps")
    }
    return try models(numbers, of: model, atMost: 64).map { finite in
      let system = try configuration["modes"].locating {
        try FermionSystem(model: finite, modes: modes, profiles: profiles)
      }
      let fermions = try lattice.locating {
        try MeanFieldFermions(
          system: system, points: points, modes: latticeModes, timeStep: timeStep,
          last: times.last?.value ?? 0)
      }
      return (fermions, times)
    }
  }

  /// At the times that are multiples of the hierarchy's own step.
  private static func hierarchies(
    _ node: ConfigurationNode, _ model: Model, _ points: [Point], _ times: [DecimalNumber]
  ) throws -> [Entry] {
    guard !node.isAbsent else {
      node.recordNull()
      return []
    }
    let initial = try InitialReader(node["initial"], model: model).hierarchy
    let reader = try LatticeReader(node["lattice"], model: model)
    let own = times.filter {
      isMultiple($0, of: reader.timeStep) && reader.lattice.steps(in: $0.value) != nil
    }
    return try models(try node["particle-numbers"].list(atLeast: 1), of: model, atMost: 1_000_000_000).map {
      finite in
      let hierarchy = try node.locating {
        try MeanFieldHierarchy(finite, initial: initial, lattice: reader.lattice, points: points)
      }
      return (hierarchy, own)
    }
  }

  /// The model with each of these numbers of particles.
  private static func models(_ numbers: [ConfigurationNode], of model: Model, atMost largest: Int) throws
    -> [Model]
  {
    var models: [Model] = []
    for entry in numbers {
      let total = try readParticleNumber(entry, of: model, atMost: largest)
      guard !models.contains(where: { $0.particleNumber == total }) else {
        throw entry.error(expected: "each particle number once")
      }
      guard let finite = try entry.locating({ try model.with(particleNumber: total) }) else {
        throw entry.error(expected: "whole numbers of particles")
      }
      models.append(finite)
    }
    return models
  }

  /// As the decimals are written.
  private static func isMultiple(_ time: DecimalNumber, of step: DecimalNumber) -> Bool {
    (Rational(time) / Rational(step)).isInteger
  }

  /// All that a run holds: the states of one comparison after another, and the records.
  func memory(threads: Int) throws -> MemoryPlan {
    var plan = MemoryPlan()
    for (comparison, times) in entries {
      try plan.phase {
        try comparison.hold(
          in: &$0, times: times.count, moves: times.contains { $0.value > 0 }, threads: threads)
      }
    }
    plan.hold("rows", Memory.product(entries.count, times.count, points.count, 2 * ExperimentRun.bytesOfRow))
    return plan
  }

  /// The printed tables are of the first time, the last and two between.
  func isShown(_ time: DecimalNumber) -> Bool {
    let places = Set([0, times.count / 3, 2 * times.count / 3, times.count - 1])
    return times.enumerated().contains { places.contains($0) && $1 == time }
  }
}
