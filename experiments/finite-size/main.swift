// Hierarchies at finite N against N = ∞ (law 1/N), and the Moyal kernel against the classical one (law ħ²), at the same rank
// and closure.

import CLibraries
import ExperimentKit
import Hierarchy
import Interaction
import ModelConfiguration
import PhaseSpace

/// One run that is compared: at finite N, or with a Moyal kernel.
struct Variant {
  let number: Int?
  let hbar: DecimalNumber?
  let model: Model
}

struct Settings {
  let model: Model
  let initial: ProductMixture
  let lattice: FourierLattice
  let rank: Int
  let closures: [any Closure]
  let times: [DecimalNumber]
  let steps: [Int]
  let variants: [Variant]

  init(_ configuration: ConfigurationNode) throws {
    model = try ModelReader(configuration["model"]).model
    guard model.particles == nil else {
      throw configuration["model"]["particles"].error(expected: "null: `particle-numbers` gives the numbers")
    }
    initial = try InitialReader(configuration["initial"], model: model).hierarchy
    let reader = try LatticeReader(configuration["lattice"], model: model)
    lattice = reader.lattice
    rank = try configuration["rank"].integer(in: 1...8)
    closures = try readClosures(configuration["closures"])
    for closure in closures where closure.name == "exact" {
      throw configuration["closures"].error(
        expected: "no exact closure: the reference is at N = ∞", got: "exact")
    }
    times = try reader.times(configuration["times"])
    steps = times.compactMap { reader.lattice.steps(in: $0.value) }
    let base = model
    var variants: [Variant] = []
    let numbers = configuration["particle-numbers"]
    for node in try numbers.list(orEmpty: true) {
      let number = try node.integer(in: 1...1_000_000_000)
      guard !variants.contains(where: { $0.number == number }) else {
        throw node.error(expected: "each particle number once")
      }
      let counts = base.fractions.map { Int(($0 * Double(number)).rounded()) }
      guard
        zip(counts, base.fractions).allSatisfy({
          $0 >= 1 && (Double($0) / Double(number) - $1).magnitude < 1e-12
        })
      else { throw node.error(expected: "a number whose share N·fraction is whole for every species") }
      let finite = try node.locating {
        try Model(
          geometry: base.geometry, species: base.species, potentials: base.potentials, kernel: base.kernel,
          particles: counts)
      }
      variants.append(Variant(number: number, hbar: nil, model: finite))
    }
    for node in try configuration["hbars"].list(orEmpty: true) {
      let hbar = try node.positive()
      guard !variants.contains(where: { $0.hbar?.value == hbar.value }) else {
        throw node.error(expected: "each ħ once")
      }
      variants.append(
        Variant(
          number: nil, hbar: hbar, model: try node.locating { try base.with(kernel: .moyal(hbar: hbar)) }))
    }
    guard !variants.isEmpty else { throw numbers.error(expected: "particle-numbers or hbars, at least one") }
    self.variants = variants
    let count = Double(steps.last ?? 0)
    try configuration.requireTime(
      seconds: Double(2 * closures.count * variants.count)
        * WorkEstimate.truncatedHierarchy(lattice, model, rank: rank, steps: count),
      at: configuration[count > 10_000 ? "times" : "lattice"],
      "\(steps.last ?? 0) steps of \(2 * closures.count * variants.count) hierarchies")
  }

  var orders: [MarginalOrder] {
    (1...rank).flatMap { MarginalOrder.all(ofRank: $0, speciesCount: model.species.count) }
  }

  func hierarchy(_ model: Model, _ closure: any Closure, _ workers: Workers) throws -> TruncatedHierarchy {
    try TruncatedHierarchy(
      model: model,
      initial: ProductMixture(
        components: initial.components, fractions: model.fractions, particles: model.particles),
      lattice: lattice, rank: rank, closure: closure, workers: workers)
  }

  /// What a variant is compared with: N = ∞ and its own kernel; for the Moyal variants the classical kernel.
  func referenceModel(_ variant: Variant) throws -> Model {
    variant.hbar == nil ? model : try model.with(kernel: .classical)
  }
}

Experiment.main(
  "finite-size", defaults: PackageResources.default_yaml, references: [], dependsOnThreads: false,
  configure: Settings.init
) { settings, run in
  try run.require(try settings.memory(threads: run.threads))
  let total = settings.steps.last ?? 0
  let size = 2 * settings.orders.count
  var records: [Double] = []
  let jobs = settings.closures.flatMap { closure in settings.variants.map { (closure, $0) } }
  var resumed = try run.loadCheckpoint()
  if let saved = resumed {
    // Taken after a step of one job: all times before it are recorded.
    let (job, step) = try saved.step(in: 1...max(1, jobs.count * (total + 1) - 1)).quotientAndRemainder(
      dividingBy: total + 1)
    guard step > 0 else { throw saved.error("its step, \(saved.step), is between two hierarchies") }
    let times = job * settings.times.count + settings.steps.count { $0 < step }
    records = try saved.array("records", count: times * size)
  }
  run.keepRows(remedy: "a smaller lattice.time-step, fewer times") { run in
    guard !records.isEmpty else { return nil }
    let missing = jobs.count * settings.times.count * size - records.count
    try Results(
      settings: settings, records: records + [Double](repeating: .nan, count: missing),
      finished: records.count / size
    ).add(to: run)
    let (job, times) = (records.count / size).quotientAndRemainder(dividingBy: settings.times.count)
    let rows = FinishedRows(times, of: settings.times)
    return FinishedRows(
      "\(job) of \(jobs.count) hierarchies, and \(rows.description) of the next", after: rows.after,
      before: rows.before)
  }
  let progress = run.progress("hierarchies", total: total * jobs.count)
  for (index, (closure, variant)) in jobs.enumerated() {
    let wanted = settings.times.count * size
    guard records.count < (index + 1) * wanted else { continue }
    let hierarchy = try settings.hierarchy(variant.model, closure, run.workers)
    let reference = try settings.hierarchy(settings.referenceModel(variant), closure, run.workers)
    if let saved = resumed {
      let step = saved.step % (total + 1)
      try saved.fitting {
        try hierarchy.restore(try saved.array("state"), steps: step)
        try reference.restore(try saved.array("reference"), steps: step)
      }
      try saved.finish()
    }
    resumed = nil
    for (time, target) in settings.steps.enumerated()
    where records.count < index * wanted + (time + 1) * size {
      while hierarchy.steps < target {
        try hierarchy.advance(steps: 1)
        try reference.advance(steps: 1)
        progress.update(index * total + hierarchy.steps)
        try run.safePoint(step: index * (total + 1) + hierarchy.steps) { writer in
          writer.write("records", records)
          reference.withState { writer.write("reference", $0) }
          hierarchy.withState { writer.write("state", $0) }
        }
      }
      for order in settings.orders {
        let distance = try hierarchy.distance(order, to: reference)
        guard distance.maximum.isFinite, distance.l2.isFinite else {
          throw NumericalFailure(
            in: "\(closure.name), \(order) at t = \(hierarchy.time)", "a distance that is not finite")
        }
        records += [distance.maximum, distance.l2]
      }
    }
  }
  progress.finish()
  try Results(settings: settings, records: records, finished: records.count / size).add(to: run)
}
