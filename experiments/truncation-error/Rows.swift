import CLibraries
import ExperimentKit
import Hierarchy
import ModelConfiguration
import Numerics
import PhaseSpace
import Studies
import Vlasov

/// What is measured of one closure at one time.
struct Record: Codable, Sendable {
  let distances: [MarginalDistance]
  let report: ClosureReport
  /// c_m of the first two particles of different species, m = 0 … n_max.
  let correlation: [Complex<Double>]
  /// The same in the exact solution.
  let exactCorrelation: [Complex<Double>]

  init(_ hierarchy: TruncatedHierarchy, _ exact: VlasovSolution) throws {
    let tables = try ProductTables(exact.components)
    let other = hierarchy.model.species.count > 1 ? 1 : 0
    distances = hierarchy.orders.map { hierarchy.distance($0, to: tables) }
    report = try hierarchy.report()
    correlation = hierarchy.pairCorrelation(0, other)
    exactCorrelation = exact.pairCorrelation(0, other)
  }
}

/// The error of one marginal.
struct Row {
  let closure: String
  let time: DecimalNumber
  let order: MarginalOrder
  let distance: MarginalDistance
  let isPhysical: Bool

  static var columns: [ResultColumn<Row>] {
    [
      .text("closure", heading: "closure") { $0.closure },
      .decimal("time", heading: "t") { $0.time },
      .integers("marginal", heading: "marginal", text: \.order.description) { $0.order.counts },
      .number("max", heading: "max error", array: "max", equation: "max |w − w_exact|") {
        $0.distance.maximum
      },
      .number("l2", heading: "L² error", array: "l2", equation: "(Π Δξ Σ |w − w_exact|²)^½") {
        $0.distance.l2
      },
      .number("referenceMax", heading: "max") { $0.distance.referenceMaximum },
      .text(nil, heading: "state") { $0.isPhysical ? "" : "unphysical" },
    ]
  }
}

/// What one closure has to say of itself at one time.
struct Report {
  let closure: String
  let time: DecimalNumber
  let record: Record

  static func columns(_ modes: ResultAxis) -> [ResultColumn<Report>] {
    [
      .text("closure") { $0.closure },
      .decimal("time") { $0.time },
      .number("highestCumulant") { $0.record.report.highestCumulant },
      .number("contractionDefect") { $0.record.report.contractionDefect },
      .number("massDefect") { $0.record.report.massDefect },
      .number("symmetryDefect") { $0.record.report.symmetryDefect },
      .number("realityDefect") { $0.record.report.realityDefect },
      .number("momentum") { $0.record.report.momentum[0] },
      .number("kineticEnergy") { $0.record.report.kineticEnergy },
      .number("potentialEnergy") { $0.record.report.potentialEnergy },
      .number("energy") { $0.record.report.energy },
      .number("largestRatio") { $0.record.report.largestRatio },
      .optional("densityMinimum") { $0.record.report.densityRange?.lowerBound },
      .optional("densityMaximum") { $0.record.report.densityRange?.upperBound },
      .optional("densityRinging") { $0.record.report.densityRinging },
      .boolean("physical") { $0.record.report.violations.isEmpty },
      correlation("pair-correlation", modes) { $0.record.correlation },
    ]
  }

  static func exactCorrelation(_ modes: ResultAxis) -> ResultColumn<Report> {
    correlation("pair-correlation-exact", modes) { $0.record.exactCorrelation }
  }

  private static func correlation(
    _ name: String, _ modes: ResultAxis, _ value: @escaping (Report) -> [Complex<Double>]
  ) -> ResultColumn<Report> {
    .numbers(
      nil, array: name,
      equation:
        "c_m = w^{(1,1)}(0,κm; 0,−κm) − w^{(1,0)}(0,κm) w^{(0,1)}(0,−κm); g(q_1 − q_2) = Σ_m c_m e^{−iκm(q_1 − q_2)}",
      axes: [modes, .complex]
    ) { value($0).flatMap { [$0.real, $0.imaginary] } }
  }
}

extension TruncationReader {
  var axes: [ResultAxis] {
    [ResultAxis("closure", closures.map(\.name)), ResultAxis("time", times.map(\.value))]
  }
  var marginals: ResultAxis { ResultAxis("marginal", orders.map(\.description)) }
  var modes: ResultAxis { ResultAxis("mode", Array(0...lattice.modes)) }

  func reports(_ records: [[Recorded<Record>]]) -> [Report] {
    records.numbered().map {
      Report(closure: closures[$0.leg].name, time: times[$0.place], record: $0.recorded.record)
    }
  }

  func rows(_ reports: [Report]) -> [Row] {
    reports.flatMap { report in
      zip(orders, report.record.distances).map {
        Row(
          closure: report.closure, time: report.time, order: $0, distance: $1,
          isPhysical: report.record.report.violations.isEmpty)
      }
    }
  }
}
