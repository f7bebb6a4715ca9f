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

  func measure(_ settings: Settings, workers: Workers, ranks: Ranks, seed: Int, into run: ExperimentRun)
    throws
  {
    let samplers = DysonTrees.Sampler.allCases
    let progress = run.progress("convergence", total: samplers.count * orders.count * samples.count)
    var errors: [Double] = []
    var slopes: [JSONValue] = []
    var text = TextTable(["sampler", "order", "slope", "samples per digit"])
    for sampler in samplers {
      let trees = try DysonTrees(
        settings.model, initial: settings.initial, sampler: sampler, scramblings: settings.scramblings,
        seed: UInt64(seed))
      for order in orders {
        var curve: [(samples: Double, error: Double)] = []
        var perDigit = Double.nan
        for count in samples {
          let term = try trees.term(
            order, at: settings.points[0], time: settings.times[settings.times.count - 1].value,
            budget: .samples(count), stream: UInt32.max, workers: workers, ranks: ranks,
            refusesHeavyTails: false)
          errors.append(term.standardError)
          curve.append((Double(term.samples), term.standardError))
          perDigit = term.samplesPerDigit
          progress.update(errors.count)
          try run.checkInterruption()
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
