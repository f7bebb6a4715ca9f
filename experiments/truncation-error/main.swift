// Hierarchies truncated at rank R against the exact solution: the Vlasov product (Hartree, with the Moyal kernel) for
// factorised data, the same mixture of products for mixtures. Errors per closure, time and marginal.

import CLibraries
import ExperimentKit
import Hierarchy
import Interaction
import ModelConfiguration
import Numerics
import PhaseSpace

struct Settings {
  let model: Model
  let initial: ProductMixture
  let lattice: FourierLattice
  let rank: Int
  let closures: [any Closure]
  let times: [DecimalNumber]
  let steps: [Int]

  init(_ configuration: ConfigurationNode) throws {
    model = try ModelReader(configuration["model"]).model
    guard model.particles == nil else {
      throw configuration["model"]["particles"].error(
        expected: "null: the exact reference, a mixture of Vlasov products, is one at N = ∞")
    }
    initial = try InitialReader(configuration["initial"], model: model).hierarchy
    let reader = try LatticeReader(configuration["lattice"], model: model)
    lattice = reader.lattice
    rank = try configuration["rank"].integer(in: 1...8)
    closures = try readClosures(configuration["closures"])
    for closure in closures where closure.name == "exact" {
      throw configuration["closures"].error(expected: "no exact closure at N = ∞", got: closure.name)
    }
    times = try reader.times(configuration["times"])
    steps = times.compactMap { reader.lattice.steps(in: $0.value) }
    let count = Double(steps.last ?? 0)
    let seconds =
      Double(closures.count) * WorkEstimate.truncatedHierarchy(lattice, model, rank: rank, steps: count)
      + Double(initial.components.count) * WorkEstimate.vlasovLattice(lattice, model, steps: count)
    try configuration.requireTime(
      seconds: seconds, at: configuration[count > 10_000 ? "times" : "lattice"],
      "\(steps.last ?? 0) steps of \(closures.count) hierarchies")
  }

  var orders: [MarginalOrder] {
    (1...rank).flatMap { MarginalOrder.all(ofRank: $0, speciesCount: model.species.count) }
  }
}

/// The exact solution at all times, and the pair correlation of the first two particles of different species in it.
struct Reference {
  var tables: [ProductTables] = []
  /// c_m per time, m = 0 … n_max.
  var correlations: [[Complex<Double>]] = []
  /// Why there is nothing at the later times.
  private(set) var failure: NumericalFailure?

  init(_ settings: Settings, _ run: ExperimentRun) throws {
    let flows = try settings.initial.components.map { component in
      (
        weight: component.weight,
        lattice: try VlasovLattice(
          model: settings.model, states: component.states, lattice: settings.lattice,
          coupling: .nonperturbative,
          workers: run.workers)
      )
    }
    for target in settings.steps {
      do {
        for flow in flows {
          try flow.lattice.advance(steps: target - flow.lattice.steps) { try run.checkInterruption() }
        }
      } catch let error as NumericalFailure {
        // The times before are compared all the same.
        guard !tables.isEmpty else { throw error }
        failure = error
        break
      }
      tables.append(try ProductTables(flows))
      let other = settings.model.species.count > 1 ? 1 : 0
      correlations.append(
        (0...settings.lattice.modes).map { n in
          let mode = ModeIndex(n, 0, 0)
          var (pair, first, second) = (Complex<Double>.zero, Complex<Double>.zero, Complex<Double>.zero)
          for (weight, flow) in flows {
            let a = flow.gridValue(species: 0, order: 0, mode: mode, point: .zero)
            let b = flow.gridValue(species: other, order: 0, mode: mode.negated, point: .zero)
            pair += (a * b).multiplied(by: weight)
            first += a.multiplied(by: weight)
            second += b.multiplied(by: weight)
          }
          return pair - first * second
        })
    }
  }
}

/// The numbers of one closure at one time, flat so that a checkpoint holds them to the bit.
struct Record {
  static let reportNames = [
    "highestCumulant", "contractionDefect", "massDefect", "symmetryDefect", "realityDefect", "momentum",
    "kineticEnergy", "potentialEnergy", "energy", "largestRatio", "densityMinimum", "densityMaximum",
    "densityRinging",
  ]
  var numbers: [Double]

  init(_ numbers: [Double]) { self.numbers = numbers }

  init(_ hierarchy: TruncatedHierarchy, _ reference: ProductTables) throws {
    numbers = hierarchy.orders.flatMap { order in
      let distance = hierarchy.distance(order, to: reference)
      return [distance.maximum, distance.l2, distance.referenceMaximum]
    }
    guard numbers.allSatisfy(\.isFinite) else {
      throw NumericalFailure(
        in: "\(hierarchy.closure.name) at t = \(hierarchy.time)", "an error that is not finite")
    }
    let report = try hierarchy.report()
    numbers += [
      report.highestCumulant, report.contractionDefect, report.massDefect, report.symmetryDefect,
      report.realityDefect, report.momentum[0], report.kineticEnergy, report.potentialEnergy, report.energy,
      report.largestRatio, report.densityRange?.lowerBound ?? .nan, report.densityRange?.upperBound ?? .nan,
      report.densityRinging ?? .nan, Double(report.violations.count),
    ]
    let other = hierarchy.model.species.count > 1 ? 1 : 0
    for n in 0...hierarchy.lattice.modes {
      let mode = ModeIndex(n, 0, 0)
      let first = hierarchy.value(species: [0], modes: [mode], points: [.zero])
      let second = hierarchy.value(species: [other], modes: [mode.negated], points: [.zero])
      let pair =
        hierarchy.rank < 2
        ? first * second
        : hierarchy.value(species: [0, other], modes: [mode, mode.negated], points: [.zero, .zero])
      let correlation = pair - first * second
      numbers += [correlation.real, correlation.imaginary]
    }
  }

  static func size(_ settings: Settings) -> Int {
    3 * settings.orders.count + reportNames.count + 1 + 2 * (settings.lattice.modes + 1)
  }
}

Experiment.main(
  "truncation-error", defaults: PackageResources.default_yaml,
  references: [
    "J. D. Lawson, Generalized Runge-Kutta processes for stable systems with large Lipschitz constants, SIAM J. Numer. Anal. 4 (1967)."
  ],
  dependsOnThreads: false, configure: Settings.init
) { settings, run in
  try run.require(settings.memory(threads: run.threads))
  let total = settings.steps.last ?? 0
  var records: [Record] = []
  let size = Record.size(settings)
  var resumed = try run.loadCheckpoint()
  if let saved = resumed {
    // Taken after a step of one hierarchy: all times before it are recorded.
    let (closure, step) = try saved.step(in: 1...max(1, settings.closures.count * (total + 1) - 1))
      .quotientAndRemainder(dividingBy: total + 1)
    guard step > 0 else { throw saved.error("its step, \(saved.step), is between two hierarchies") }
    let times = closure * settings.times.count + settings.steps.count { $0 < step }
    // Where a report has no density its figures are no numbers.
    let distances = 3 * settings.orders.count
    let numbers = try saved.array("records", count: times * size, mayBeNaN: { $0 % size >= distances })
    records = (0..<times).map { Record(Array(numbers[$0 * size..<($0 + 1) * size])) }
  }
  let reference = try Reference(settings, run)
  run.keepRows(remedy: "a smaller lattice.time-step, fewer times") { run in
    guard !records.isEmpty else { return nil }
    let missing = settings.closures.count * settings.times.count - records.count
    let padding = [Record](repeating: Record([Double](repeating: .nan, count: size)), count: missing)
    Results(settings: settings, reference: reference, records: records + padding, finished: records.count)
      .add(to: run)
    let (closure, times) = records.count.quotientAndRemainder(dividingBy: settings.times.count)
    let rows = FinishedRows(times, of: settings.times)
    return FinishedRows(
      "\(closure) of \(settings.closures.count) closures, and \(rows.description) of \(settings.closures[closure].name)",
      after: rows.after, before: rows.before)
  }
  let progress = run.progress("truncated hierarchies", total: total * settings.closures.count)
  for (index, closure) in settings.closures.enumerated() {
    guard records.count < (index + 1) * settings.times.count else { continue }
    let hierarchy = try TruncatedHierarchy(
      model: settings.model, initial: settings.initial, lattice: settings.lattice, rank: settings.rank,
      closure: closure, workers: run.workers)
    if let saved = resumed {
      try saved.fitting {
        try hierarchy.restore(try saved.array("state"), steps: saved.step % (total + 1))
      }
      try saved.finish()
    }
    resumed = nil
    for (time, target) in settings.steps.enumerated()
    where records.count < index * settings.times.count + time + 1 {
      if time >= reference.tables.count, let failure = reference.failure { throw failure }
      try hierarchy.advance(steps: target - hierarchy.steps) {
        progress.update(index * total + hierarchy.steps)
        try run.safePoint(step: index * (total + 1) + hierarchy.steps) { writer in
          writer.write("records", records.flatMap(\.numbers))
          hierarchy.withState { writer.write("state", $0) }
        }
      }
      records.append(try Record(hierarchy, reference.tables[time]))
    }
  }
  progress.finish()
  Results(settings: settings, reference: reference, records: records, finished: records.count)
    .add(to: run)
}
