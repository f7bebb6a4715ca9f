import CLibraries
import ExperimentKit
import Hierarchy
import ModelConfiguration
import PhaseSpace
import Studies
import Vlasov

/// What is measured of one closure at one time.
struct Record: Codable, Sendable {
  /// Per marginal, how far it is from the exact one, and how far the exact solution and the lattice may be off, in the norm of `max`.
  let comparisons: [ExactComparison]
  /// What the storage misses of each marginal, in L² over its norm.
  let storageShares: [Double]
  /// Whether `max` is over all sites.
  let lookEverywhere: [Bool]
  /// Shared orbitals of each species; nil in full storage.
  let orbitals: OrbitalCounts?
  let report: ClosureReport
  let observables: HierarchyObservables
  /// The same of the exact solution.
  let exactObservables: HierarchyObservables
  /// Per marginal.
  let casimirs: [Double]

  init(_ hierarchy: any RankedHierarchy, _ exact: any ExactMarginals, on grid: RelativeGrid?) throws {
    comparisons = try hierarchy.orders.map { try exact.comparison(with: hierarchy, $0) }
    storageShares = hierarchy.orders.map { hierarchy.storageShare($0) }
    lookEverywhere = hierarchy.orders.map { hierarchy.looksEverywhere($0) }
    orbitals = hierarchy.orbitalCounts
    report = try hierarchy.report()
    observables = hierarchy.observables { _, _ in grid }
    exactObservables = exact.observed.observables()
    casimirs = hierarchy.casimirs
  }
}

/// The error of one marginal.
struct Row {
  let closure: String
  let time: DecimalNumber
  let order: MarginalOrder
  let comparison: ExactComparison
  let storageShare: Double
  let looksEverywhere: Bool
  let state: ClosureState

  static var columns: [ResultColumn<Row>] {
    [
      .text("closure", heading: "closure") { $0.closure },
      .decimal("time", heading: "t") { $0.time },
      .integers("marginal", heading: "marginal", text: \.order.description) { $0.order.counts },
      .number("max", heading: "max error", array: "max", equation: "max |w − w_exact|") {
        $0.comparison.distance.maximum
      },
      .number("l2", heading: "L² error", array: "l2", equation: "(Π Δξ Σ |w − w_exact|²)^½") {
        $0.comparison.distance.l2
      },
      .number("referenceMax", heading: "max") { $0.comparison.distance.referenceMaximum },
      .number(
        "referenceError", heading: "reference ±", array: "reference-error",
        equation: "≥ max |w_exact as computed − w_exact|", format: NumberFormat.scientific(0)
      ) { $0.comparison.referenceError },
      .number(
        "latticeError", heading: "lattice ±", array: "lattice-error",
        equation: "≥ max |w_exact as this lattice has it − w_exact|", format: NumberFormat.scientific(0)
      ) { $0.comparison.latticeError },
      .number(
        "storageShare", heading: "orbitals ±", array: "storage-share",
        equation: "what shared orbitals miss of w, over ‖w‖₂; 0 in full storage",
        format: NumberFormat.scientific(0)
      ) { $0.storageShare },
      .boolean("maxOverAllSites") { $0.looksEverywhere },
      .text("state", heading: "state") { $0.state == .physical ? "" : $0.state.rawValue },
    ]
  }
}

/// What one closure has to say of itself at one time.
struct Report {
  let closure: String
  let time: DecimalNumber
  let record: Record
  /// The state in the course of time, with its reasons.
  let state: ClosureState
  let reasons: [String]

  static var columns: [ResultColumn<Report>] {
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
      .optional("densityTail") { $0.record.report.densityTail },
      .optional("pairDensityMinimum") { $0.record.report.pairDensityMinimum },
      .optional("leastVariance") { $0.record.report.leastVariance },
      .optional("weylMinimum") { $0.record.report.weylMinimum },
      .json("orbitals") { counts($0.record.orbitals?.kept) },
      .json("orbitalsWidest") { counts($0.record.orbitals?.widest) },
      .text("state") { $0.state.rawValue },
      .json("reasons") { .array($0.reasons.map(JSONValue.string)) },
      .boolean("physical") { $0.state == .physical },
    ]
  }

  private static func counts(_ numbers: [Int]?) -> JSONValue {
    numbers.map { .array($0.map(JSONValue.integer)) } ?? .null
  }
}

extension TruncationReader {
  var axes: [ResultAxis] {
    [ResultAxis("closure", closures.map(\.name)), ResultAxis("time", times.map(\.value))]
  }
  var marginals: ResultAxis { ResultAxis("marginal", orders.map(\.description)) }
  var modes: ResultAxis { ResultAxis("mode", Array(0...lattice.modes)) }

  /// The reports of every closure in the order of time, nil where a run ended before: what has become unphysical stays so.
  func reports(_ records: [[Recorded<[Record]>]]) -> [Report?] {
    let sizes = sharesExactSolution ? [closures.count] : closures.map { _ in 1 }
    let places = zip(records, sizes).flatMap { records, size in (0..<size).map { (records, $0) } }
    return zip(closures, places).flatMap { closure, place in
      var worst: (state: ClosureState, time: Double)?
      return times.enumerated().map { index, time -> Report? in
        guard index < place.0.count else { return nil }
        let record = place.0[index].record[place.1]
        let (state, reasons) = record.report.state(after: worst)
        if worst?.state != state { worst = (state, time.value) }
        return Report(closure: closure.name, time: time, record: record, state: state, reasons: reasons)
      }
    }
  }

  /// "factorised: worst error 3e-10; zero: 6e-4", the largest of all times and marginals, and what is not physical.
  func conclusion(_ rows: [Row]) -> String {
    let parts = closures.compactMap { closure -> String? in
      let own = rows.filter { $0.closure == closure.name }
      guard let worst = own.map(\.comparison.distance.maximum).largest() else { return nil }
      let state = own.last.map(\.state) ?? .physical
      return "\(closure.name): \(worst.scientific(1))" + (state == .physical ? "" : ", \(state.rawValue)")
    }
    return "worst error: " + parts.joined(separator: "; ")
  }

  func rows(_ reports: [Report?]) -> [Row?] {
    reports.flatMap { report in
      orders.enumerated().map { index, order in
        report.map { report in
          Row(
            closure: report.closure, time: report.time, order: order,
            comparison: report.record.comparisons[index], storageShare: report.record.storageShares[index],
            looksEverywhere: report.record.lookEverywhere[index], state: report.state)
        }
      }
    }
  }
}
