import CLibraries
import DysonSeries
import ExperimentKit
import Numerics

/// The standard error against the number of samples, at the first point and the last time, for both samplers.
struct Convergence {
  let orders: [Int]
  let samples: [Int]

  init(_ node: ConfigurationNode, orders highest: Int, least: Int) throws {
    orders = try node["orders"].list(atLeast: 1).map { try $0.integer(in: 1...highest) }
    samples = try node["samples"].list(atLeast: 2).map { try $0.integer(in: least...1_000_000_000_000) }
    for (index, count) in samples.enumerated() where count / least > 1 << 30 {
      throw try node["samples"].list()[index].error(
        expected: "at most 2³⁰ trees for each of the \(least) scramblings")
    }
    for (index, count) in samples.enumerated() where index > 0 && count <= samples[index - 1] {
      throw try node["samples"].list()[index].error(expected: "increasing numbers of samples")
    }
  }

  private static let width = 3
  private var size: Int { DysonTrees.Sampler.allCases.count * orders.count * samples.count }

  /// What a checkpoint has of the study: nothing before the last term.
  func restore(_ saved: CheckpointReader) throws -> [Double] {
    guard saved.has("study") else { return [] }
    let numbers = try saved.array("study", mayBeNaN: { $0 % Self.width == 2 })
    guard numbers.count % Self.width == 0, numbers.count <= Self.width * size else {
      throw saved.error("the array 'study' has \(numbers.count) numbers")
    }
    return numbers
  }

  /// - Parameters:
  ///   - saved: samples, standard error and samples per digit of each measurement that was made before.
  ///   - checkpoint: with these, what a run needs to go on.
  func measure(
    _ settings: Settings, from saved: [Double], into run: ExperimentRun,
    checkpoint: ([Double]) -> Checkpoint
  ) throws {
    let samplers = DysonTrees.Sampler.allCases
    let progress = run.progress("convergence", total: size)
    var study = saved
    var errors: [Double] = []
    var slopes: [JSONValue] = []
    var text = TextTable(["sampler", "order", "slope", "samples per digit"])
    for sampler in samplers {
      let trees = try DysonTrees(
        settings.model, initial: settings.initial, sampler: sampler, scramblings: settings.scramblings,
        seed: UInt64(run.seed))
      for order in orders {
        var curve: [(samples: Double, error: Double)] = []
        var perDigit = Double.nan
        for count in samples {
          let place = Self.width * errors.count
          if study.count <= place {
            let before = study
            let term = try run.keeping(checkpoint(before)) {
              try trees.term(
                order, at: settings.points[0], time: settings.times[settings.times.count - 1].value,
                budget: .samples(count), stream: UInt32.max, workers: run.workers,
                ranks: run.ranks, refusesHeavyTails: false, check: run.checkInterruption)
            }
            study += [Double(term.samples), term.standardError, term.samplesPerDigit]
            try run.safePoint { checkpoint(study) }
          }
          errors.append(study[place + 1])
          curve.append((study[place], study[place + 1]))
          perDigit = study[place + 2]
          progress.update(errors.count)
        }
        let slope = Self.slope(curve)
        slopes.append(
          .object([
            ("sampler", .string(sampler.rawValue)), ("order", .integer(order)), ("slope", .number(slope)),
            ("samplesPerDigit", .finite(perDigit)),
          ]))
        text.add([sampler.rawValue, "\(order)", slope.short(3), perDigit.scientific(1)])
      }
    }
    progress.finish()
    run.summary.append(("slopes", .array(slopes)))
    run.report += "\nStandard error against samples, log–log\n" + text.text
    run.addArray("convergence/samples", samples.map(Double.init), shape: [samples.count], axes: "samples")
    run.addArray("convergence/orders", orders.map(Double.init), shape: [orders.count], axes: "order j")
    run.addArray(
      "convergence/standard-error", errors, shape: [samplers.count, orders.count, samples.count],
      axes: "sampler (sobol, pseudorandom) × order × samples", equation: "(Var Re + Var Im)^{1/2} of the mean"
    )
  }

  /// The least-squares slope of log error against log samples; NaN when an error vanishes.
  private static func slope(_ curve: [(samples: Double, error: Double)]) -> Double {
    guard curve.allSatisfy({ $0.error > 0 }) else { return .nan }
    let points = curve.map { (x: Double.log($0.samples), y: Double.log($0.error)) }
    let n = Double(points.count)
    let x = points.reduce(0) { $0 + $1.x } / n
    let y = points.reduce(0) { $0 + $1.y } / n
    let above = points.reduce(0) { $0 + ($1.x - x) * ($1.y - y) }
    return above / points.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
  }
}
