import CLibraries
import DysonSeries
import ExperimentKit
import Studies

extension SamplingConvergence {
  init(_ node: ConfigurationNode, orders highest: Int, least: Int) throws {
    let orders = try node["orders"].list(atLeast: 1).map { try $0.integer(in: 1...highest) }
    let samples = try node["samples"].list(atLeast: 2).map { try $0.integer(in: least...1_000_000_000_000) }
    for (index, count) in samples.enumerated() where count / least > 1 << 30 {
      throw try node["samples"].list()[index].error(
        expected: "at most 2³⁰ trees for each of the \(least) scramblings")
    }
    for (index, count) in samples.enumerated() where index > 0 && count <= samples[index - 1] {
      throw try node["samples"].list()[index].error(expected: "increasing numbers of samples")
    }
    self.init(orders: orders, samples: samples)
  }

  var axes: [ResultAxis] {
    [ResultAxis("sampler", DysonTrees.Sampler.allCases.map(\.rawValue)), ResultAxis("order", orders)]
  }

  var columns: [ResultColumn<Curve>] {
    [
      .text("sampler", heading: "sampler") { $0.sampler.rawValue },
      .integer("order", heading: "order") { $0.order },
      .optional("slope", heading: "slope", format: NumberFormat.short(3)) { $0.law.slope },
      .optional("slopeError", heading: "±", format: NumberFormat.short(1)) { $0.law.slopeError },
      .optional("samplesPerDigit", heading: "samples per digit", format: NumberFormat.scientific(1)) {
        $0.terms.last?.samplesPerDigit
      },
      .numbers(
        nil, array: "standard-error", equation: "(Var Re + Var Im)^{1/2} of the mean",
        axes: [ResultAxis("samples", samples)]
      ) { $0.terms.map(\.standardError) },
    ]
  }
}
