import CLibraries
import ExperimentKit
import Studies

/// Tables and arrays of one chain.
struct Results {
  /// The distance of two stages in one species at one time.
  typealias Row = (time: Double, from: String, to: String, species: String, distance: ChainRecord.Distance)

  private let chain: ChainStudy
  private let times: [DecimalNumber]
  private let records: [ChainRecord]
  /// The group of the arrays.
  private let prefix: String

  init(_ chain: ChainStudy, _ times: [DecimalNumber], _ records: [ChainRecord], prefix: String = "") {
    self.prefix = prefix
    self.chain = chain
    self.times = times
    self.records = records
  }

  private var stages: [String] { chain.stageNames }
  private var names: [String] { chain.system.model.species.map(\.name) }
  private var time: ResultAxis { ResultAxis("time", times.map(\.value)) }
  private var species: ResultAxis { ResultAxis("species", names) }

  var summary: [(String, JSONValue)] {
    [
      ("hbar", .number(chain.system.hbar)), ("stages", .array(stages.map { .string($0) })),
      ("species", .array(names.map { .string($0) })), ("window", .string(chain.window.name)),
    ]
  }

  /// A row for each time, arrow and species.
  var distances: ResultTable<Row> {
    let arrows = chain.arrows.map { (from: stages[$0.from], to: stages[$0.to]) }
    let rows = records.flatMap { record in
      zip(arrows, record.distances).flatMap { arrow, distances in
        zip(names, distances).map { name, distance in
          distance.map { Row(record.time, arrow.from, arrow.to, name, $0) }
        }
      }
    }
    return ResultTable(
      nil, axes: [time, ResultAxis("arrow", arrows.map { "\($0.from) → \($0.to)" }), species],
      prefix: prefix, rows: rows,
      columns: [
        .number("time", heading: "time", format: { $0.short(4) }) { $0.time },
        .text("from", heading: "from") { $0.from }, .text("to", heading: "to") { $0.to },
        .text("species", heading: "species") { $0.species },
        .number(
          "densityDistance", heading: "density modes", array: "distance/density", equation: "max_m |Δr_m|"
        ) { $0.distance.density },
        .optional(
          "densityError", heading: "±", array: "distance/density-error",
          equation: "max_m |Δr_m| of the exact state on fewer plane waves"
        ) { $0.distance.densityError },
        .number(
          "husimiL1", heading: "Husimi L1", array: "distance/husimi", equation: "(2π)^{−1} ∫|Δm| dq dp"
        ) { $0.distance.husimi },
        .optional("w1", heading: "W1", array: "distance/w1", equation: "W_1 of the normalised measures") {
          $0.distance.wasserstein
        },
        .number(
          "husimiL1Error", array: "distance/husimi-error", equation: "outside the grid, and its own error"
        ) { $0.distance.husimiError },
        .optional("w1Error", array: "distance/w1-error", equation: "outside the histogram, and the cells'") {
          $0.distance.wassersteinError
        },
        .optional("outside", array: "distance/outside", equation: "mass outside the histogram, of 1") {
          $0.distance.outside
        },
      ])
  }

  /// Which arrow costs most at the last time, and the whole way.
  var conclusion: String? {
    guard let record = records.last else { return nil }
    let costs = zip(chain.arrows, record.distances).compactMap { arrow, distances in
      distances.compactMap { $0?.husimi }.largest().map { (arrow: arrow, cost: $0) }
    }
    func text(_ entry: (arrow: (from: Int, to: Int), cost: Double)) -> String {
      "\(stages[entry.arrow.from]) → \(stages[entry.arrow.to]) \(entry.cost.scientific(1))"
    }
    guard let worst = costs.dropLast().max(by: { $0.cost < $1.cost }), let whole = costs.last else {
      return nil
    }
    return "at t = \(record.time.short(4)) the dearest arrow is \(text(worst)) (Husimi L1); the whole way, "
      + text(whole)
  }

  /// Pictures and density modes of every stage.
  private var looks: ResultTable<ChainRecord> {
    let modes = ResultAxis("mode", Array(1...chain.highestMode))
    let size = names.count * chain.highestMode * 2
    let pictures: [ResultColumn<ChainRecord>] = stages.enumerated().flatMap { stage, stageName in
      names.enumerated().map { index, name in
        .optionalNumbers(
          nil, array: "husimi/\(stageName)/\(name)", equation: "m_α", axes: chain.grid.axes
        ) { $0.stages[stage]?.pictures[index].values }
      }
    }
    return ResultTable(
      nil, axes: [time], prefix: prefix, rows: records,
      columns: pictures + [
        .numbers(
          nil, array: "density-modes", equation: "r_m = ∫ρ e^{−iκmx} dx",
          axes: [ResultAxis("stage", stages), species, modes, .complex]
        ) { $0.stages.flatMap { $0?.densityModes ?? [Double](repeating: .nan, count: size) } },
        .number(nil, array: "truncation", equation: "‖ψ − Ψ‖ ≤ ‖δ(0)‖ + (1/ħ)∫‖(1 − P)HΨ‖dt") {
          $0.truncation
        },
      ])
  }

  /// The distances at the last time, what became of a stage that failed, and all arrays.
  func add(to run: ExperimentRun) {
    let last = records.last?.time
    run.add(distances) { $0.time == last }
    run.add(looks)
    if let failure = records.lazy.compactMap(\.failure).first {
      let whose = prefix.isEmpty ? "" : " of one fermion of each species"
      let line = "Hartree–Fock\(whose) is missing from t = \(failure.time.short()) on (\(failure.reason))"
      run.recordFailure(line)
      run.report += line + "\n"
    }
  }
}
