// What residue-scaling and vlasov-limit share: one model and one family of orbitals, Hartree–Fock states of N = N_1 + N_2
// particles for growing N at ħ = 1/N, each taken through the same times; interrupted and resumed to the bit.

public import CLibraries
public import ExperimentKit
public import Husimi
public import Interaction
public import ManyBody
import Numerics

/// A series of Hartree–Fock runs with growing particle number.
public struct HartreeFockSeries {
  /// Species, potentials and kernel.
  public let model: Model
  /// The same potentials as Fourier coefficients.
  public let interaction: InteractionModes
  /// How the orbitals of each species are made.
  public let profiles: [OrbitalProfile]
  /// N, even: half of each species.
  public let particleNumbers: [Int]
  /// The windows of the Husimi measures.
  public let windows: [any Window]
  /// Ascending; 0 may be among them.
  public let times: [DecimalNumber]
  /// Largest step of the fourth-order splitting.
  public let timeStep: DecimalNumber
  /// |n| ≤ modes for every N; nil: as many as the orbitals' tail (1e-12) asks for.
  public let modes: Int?
  /// Λ.
  public let period: Double

  /// Reads `model`, `particle-numbers`, `orbitals`, `windows`, `times`, `method`, `modes`, `time-step`.
  public init(_ configuration: ConfigurationNode) throws {
    let numbers = configuration["particle-numbers"]
    let entries = try numbers.list(atLeast: 1)
    particleNumbers = try entries.map { entry in
      let total = try entry.integer(in: 2...1_000_000)
      guard total % 2 == 0 else {
        throw entry.error(expected: "an even number, half of each species", got: "\(total)")
      }
      return total
    }
    guard zip(particleNumbers, particleNumbers.dropFirst()).allSatisfy(<) else {
      throw numbers.error(expected: "increasing numbers")
    }
    let node = configuration["model"]
    guard try node["species"].list().count == 2 else { throw node["species"].error(expected: "two species") }
    guard node["particles"].isAbsent else {
      throw node["particles"].error(expected: "nothing: 'particle-numbers' says how many there are")
    }
    model = try ModelReader(node, readsKernel: false, particleNumbers: [1, 1]).model
    guard model.geometry.dimension == 1 else {
      throw node["dimension"].error(expected: "1", got: "\(model.geometry.dimension)")
    }
    guard let kappa = model.geometry.kappa else { throw node["domain"].error(expected: "a torus") }
    period = 2 * Double.pi / kappa
    interaction = try InteractionModes(model.potentials)
    profiles = try readOrbitals(configuration["orbitals"], model: model)
    windows = try configuration["windows"].list(atLeast: 1).map(readWindow)
    times = try readTimes(configuration["times"])
    _ = try configuration["method"].choice(of: ["hartree-fock"], default: "hartree-fock")
    let modesNode = configuration["modes"]
    if modesNode.isAbsent {
      modesNode.recordNull()
      modes = nil
    } else {
      modes = try modesNode.integer(in: 1...500_000)
    }
    timeStep = try configuration["time-step"].number("a number in (0, 1]", default: 0.05) {
      $0 > 0 && $0 <= 1
    }
    for (index, time) in times.enumerated() where time.value / timeStep.value > 1e7 {
      throw try configuration["times"].list()[index].error(expected: "at most 10⁷ time steps")
    }
    try limitTime(configuration)
  }

  /// Grid points of the orbitals of N particles, an estimate.
  public func estimatedPoints(_ total: Int) -> Double {
    modes.map { 2 * Double($0 + 1) }
      ?? WorkEstimate.hartreeFockPoints(
        profiles, total: Double(total), period: period, highestMode: interaction.highestMode)
  }

  /// Refuses what would take longer than the configured time, and orbitals that no grid holds.
  private func limitTime(_ configuration: ConfigurationNode) throws {
    var seconds = 0.0
    for (index, total) in particleNumbers.enumerated() {
      let points = estimatedPoints(total)
      guard points < 0x1p21 else {
        throw configuration["orbitals"].error(
          expected: "orbitals of \(total) particles on at most 2²⁰ points",
          got: "some \(points), by their amplitudes and momenta")
      }
      seconds += WorkEstimate.hartreeFock(
        particles: [Double(total) / 2, Double(total) / 2], points: points,
        highestMode: interaction.highestMode,
        steps: Double(totalSteps))
      let place =
        totalSteps > 10_000
        ? configuration["times"] : try configuration["particle-numbers"].list()[index]
      try configuration.requireTime(
        seconds: seconds, at: place, "\(totalSteps) Hartree–Fock steps of up to \(total) particles")
    }
  }

  /// The state of `total` particles at time zero.
  public func start(_ total: Int, workers: Workers) throws -> HartreeFock {
    try HartreeFock(
      interaction: interaction, period: period, particles: [total / 2, total / 2], masses: model.masses,
      profiles: profiles, points: try points(total), workers: workers)
  }

  /// Grid points of `total` particles.
  private func points(_ total: Int) throws -> Int {
    if let modes { return 2 * (modes + 1) }
    return try HartreeFock.gridPoints(
      profiles: profiles, particles: [total / 2, total / 2], period: period,
      highestMode: interaction.highestMode)
  }

  /// Adds what a run holds to a plan: one state after the other, and the records of all times.
  ///
  /// - Parameters:
  ///   - record: bytes of what `visit` returns.
  ///   - visit: adds what is taken while a state of N particles on G points is measured; its orbitals are there.
  public func hold(
    in plan: inout MemoryPlan, record: Int?,
    visit: (_ plan: inout MemoryPlan, _ total: Int, _ points: Int) throws -> Void
  ) throws {
    plan.hold("records", Memory.product(particleNumbers.count, times.count, record))
    for total in particleNumbers {
      try plan.phase { plan in
        let points = try points(total)
        let state = HartreeFockMemory(
          particles: [total / 2, total / 2], points: points, highestMode: interaction.highestMode)
        plan.hold("orbitals", state.orbitals)
        if times.contains(where: { $0.value > 0 }) { plan.phase { $0.hold("a step", state.step) } }
        plan.phase { $0.hold("orthonormal orbitals", state.orthonormalization) }
        plan.hold("determinant", state.determinant)
        try visit(&plan, total, points)
      }
    }
  }

  /// Takes every N through all times and calls `visit` at each; returns what it returned, one record for each (N, time),
  /// N outermost. A resumed run continues from the last step of its checkpoint.
  /// - Parameters:
  ///   - recordSize: how many numbers `visit` returns.
  ///   - mayBeNaN: whether the number at a place of a record may be other than finite.
  ///   - make: makes the results of the records so far, should the run fail numerically: as many as there would be, NaN
  ///     beyond the `finished` ones.
  public func evolve(
    _ run: ExperimentRun, recordSize: Int, mayBeNaN: (_ place: Int) -> Bool = { _ in false },
    keeping make: @escaping (_ run: ExperimentRun, _ records: [[Double]], _ finished: Int) throws -> Void,
    visit: (_ state: HartreeFock, _ time: Int) throws -> [Double]
  ) throws -> [[Double]] {
    var (records, stepsDone, restored) = try restore(run, recordSize: recordSize, mayBeNaN: mayBeNaN)
    run.keepRows(remedy: "a smaller time-step, more modes") { [self] run in
      guard let first = records.first else { return nil }
      let missing = particleNumbers.count * times.count - records.count
      let padding = [[Double]](repeating: first.map { _ in .nan }, count: missing)
      try make(run, records + padding, records.count)
      let (done, reached) = records.count.quotientAndRemainder(dividingBy: times.count)
      guard done < particleNumbers.count else { return FinishedRows(times.count, of: times) }
      let rows = FinishedRows(reached, of: times)
      return FinishedRows(
        "\(done) of \(particleNumbers.count) N, and \(rows.description) of N = \(particleNumbers[done])",
        after: rows.after, before: rows.before)
    }
    let progress = run.progress(
      "Hartree–Fock", total: particleNumbers.reduce(0) { $0 + weight($1) * totalSteps })
    var done = 0
    for (index, total) in particleNumbers.enumerated() {
      if records.count >= (index + 1) * times.count {
        done += weight(total) * totalSteps
        continue
      }
      let state = try restored ?? start(total, workers: run.workers)
      restored = nil
      for timeIndex in times.indices {
        let (steps, step) = stepping(timeIndex)
        if records.count > index * times.count + timeIndex {
          done += weight(total) * steps
          continue
        }
        done += weight(total) * stepsDone
        for taken in stepsDone..<max(stepsDone, steps) {
          try state.step(step)
          done += weight(total)
          progress.update(done)
          try run.safePoint(step: records.count) { write(records, taken + 1, state, to: $0) }
        }
        stepsDone = 0
        records.append(try visit(state, timeIndex))
        try run.safePoint(step: records.count) {
          write(records, 0, timeIndex + 1 < times.count ? state : nil, to: $0)
        }
      }
    }
    progress.finish()
    return records
  }

  /// Number and length of the steps to a time from the one before.
  private func stepping(_ index: Int) -> (count: Int, length: Double) {
    let interval = times[index].value - (index > 0 ? times[index - 1].value : 0)
    guard interval > 0 else { return (0, 0) }
    let count = max(1, Int((interval / timeStep.value - 1e-9).rounded(.up)))
    return (count, interval / Double(count))
  }

  private var totalSteps: Int { max(1, times.indices.reduce(0) { $0 + stepping($1).count }) }

  /// The cost of a step is that of the exchange: N³, N/8 the unit.
  private func weight(_ total: Int) -> Int {
    let ratio = Double(total) / 8
    return max(1, Int(min(1e6, ratio * ratio * ratio)))
  }

  /// Writes what a run needs to go on that has all records.
  public func write(_ records: [[Double]]) -> (_ writer: CheckpointWriter) -> Void {
    { write(records, 0, nil, to: $0) }
  }

  private func write(
    _ records: [[Double]], _ stepsDone: Int, _ state: HartreeFock?, to writer: CheckpointWriter
  ) {
    writer.write("steps", [Double(stepsDone)])
    for (index, record) in records.enumerated() { writer.write("record/\(index)", record) }
    guard let state else { return }
    writer.write("points", [Double(state.points), Double(state.totalParticles)])
    for (species, coefficients) in state.coefficients.enumerated() {
      writer.write("orbitals/\(species)", coefficients)
    }
  }

  private func restore(_ run: ExperimentRun, recordSize: Int, mayBeNaN: (Int) -> Bool) throws -> (
    records: [[Double]], stepsDone: Int, state: HartreeFock?
  ) {
    guard let saved = try run.loadCheckpoint() else { return ([], 0, nil) }
    let all = particleNumbers.count * times.count
    let records = try (0..<(try saved.step(in: 0...all))).map {
      try saved.array("record/\($0)", count: recordSize, mayBeNaN: mayBeNaN)
    }
    let time = records.count % times.count
    let stepsDone = try saved.integers(
      "steps", count: 1, in: 0...(records.count < all ? stepping(time).count : 0))[0]
    // Between two particle numbers there is no state.
    guard time > 0 || stepsDone > 0 else {
      try saved.finish()
      return (records, 0, nil)
    }
    let total = particleNumbers[records.count / times.count]
    let points = try self.points(total)
    guard try saved.integers("points", count: 2, in: 1...Int.max >> 10) == [points, total] else {
      throw saved.error("its orbitals are not those of \(total) particles on \(points) points")
    }
    let coefficients = try (0..<2).map { species in
      let numbers = try saved.array("orbitals/\(species)", count: total / 2 * points * 2)
      return (0..<numbers.count / 2).map { Complex(numbers[2 * $0], numbers[2 * $0 + 1]) }
    }
    try saved.finish()
    let state = try HartreeFock(
      interaction: interaction, period: period, particles: [total / 2, total / 2], masses: model.masses,
      coefficients: coefficients, points: points, workers: run.workers)
    return (records, stepsDone, state)
  }
}

/// The slope of log|value| against log ħ by least squares, over the N ≥ 66 when there are two of them, else over all. Values
/// of zero have no logarithm and are left out: nil when fewer than two others are there. NaN when one of the values is not
/// finite.
public func fittedSlope(_ values: [Double], particleNumbers: [Int]) -> Double? {
  let large = particleNumbers.filter { $0 >= 66 }.count >= 2
  let fitted = zip(particleNumbers, values).filter { !large || $0.0 >= 66 }
  guard fitted.allSatisfy({ $0.1.isFinite }) else { return .nan }
  let points = fitted.compactMap { total, value -> (x: Double, y: Double)? in
    value == 0 ? nil : (-Double.log(Double(total)), Double.log(value.magnitude))
  }
  guard points.count >= 2 else { return nil }
  let count = Double(points.count)
  let mean = (
    x: points.reduce(0) { $0 + $1.x } / count, y: points.reduce(0) { $0 + $1.y } / count
  )
  let covariance = points.reduce(0) { $0 + ($1.x - mean.x) * ($1.y - mean.y) }
  return covariance / points.reduce(0) { $0 + ($1.x - mean.x) * ($1.x - mean.x) }
}
