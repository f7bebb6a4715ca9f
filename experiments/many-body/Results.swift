import CLibraries
import ExperimentKit
import Studies

/// Tables and arrays of the finished run.
struct Results {
  private let settings: Settings
  private let records: [ManyBodyRecord]
  private let isResolved: Bool

  private typealias Column = ResultColumn<ManyBodyRecord>

  init(_ settings: Settings, _ recorded: [Recorded<ManyBodyRecord>]) {
    self.settings = settings
    records = recorded.map(\.record)
    // What becomes of the companion is no matter of the exact state's.
    isResolved = recorded.flatMap(\.resolution).allSatisfy {
      $0.isResolved || $0.name.hasPrefix(ManyBodyObserver.companion)
    }
  }

  private var study: ManyBodyStudy { settings.study }
  private var names: [String] { study.system.model.species.map(\.name) }
  private var time: ResultAxis { ResultAxis("time", settings.times.map(\.value)) }
  private var species: ResultAxis { ResultAxis("species", names) }
  private var failure: EvolutionFailure? { records.lazy.compactMap(\.failure).first }

  func addSummary(to run: ExperimentRun) {
    run.summary += [
      ("species", .array(names.map { .string($0) })), ("method", .string(study.method.rawValue)),
      ("hbar", .number(study.system.hbar)), ("window", .string(study.window.name)),
      ("companion", study.hasCompanion ? companion : .null),
      ("coherentStateNorm", .finite(1 + study.normExcess)),
    ]
  }

  /// The Hartree–Fock companion of an exact run: whether and why it failed.
  private var companion: JSONValue {
    [
      "method": "hartree-fock", "failed": failure.map { .string($0.reason) } ?? .null,
      "time": .optional(failure?.time),
    ]
  }

  /// What became of a companion that failed.
  func addFailure(to run: ExperimentRun) {
    guard let failure else { return }
    let line =
      "the Hartree–Fock companion is missing from t = \(failure.time.short()) on (\(failure.reason)); "
      + "the exact results are complete"
    run.recordFailure(line)
    run.report += line + "\n"
  }

  /// Says so where the coherent states are not of norm 1 on the circle.
  func addWindow(to run: ExperimentRun) {
    guard study.normExcess > 1e-6 else { return }
    run.report +=
      "the window is wide for the circle: coherent states, and so m, reach 1 + "
      + "\(study.normExcess.scientific(1)) where Lemma 2.1 says 1\n"
  }

  /// A row for each time.
  var states: ResultTable<ManyBodyRecord> {
    let modes = ResultAxis("mode", Array(0...study.system.highestMode))
    let kinetic: [Column] = names.indices.map { index in
      .number(nil, heading: "K\(index + 1)/N", format: { $0.short(6) }) { $0.kinetic[index] }
    }
    let lists: [Column] = [
      .numbers(
        "kinetic", array: "kinetic", equation: "⟨K_α⟩/N, (2.6)", axes: [species]
      ) { $0.kinetic },
      .number("norm") { $0.norm }, .number("propagationError") { $0.error },
      .object(
        "truncation",
        [
          .number("state") { $0.state },
          .optionalNumbers("densityModes", axes: [species]) { $0.densityModes },
          .optionalNumbers("kinetic", axes: [species]) { $0.kinetic },
        ]
      ) { $0.truncation },
      .optional(nil, heading: "‖ψ − Ψ‖ ≤") { $0.truncation?.state },
      .optional(nil, heading: "r_m ±") { $0.truncation?.densityModes?.largest() },
      .numbers(
        "densityModes", array: "density-modes", equation: "r_m = (1/N)∫ρ e^{−iκmx} dx",
        axes: [species, modes, .complex]
      ) { $0.modes },
      .json("naturalOccupations") { .array($0.occupations.map(JSONValue.numbers)) },
      .json("husimi") { .array($0.husimi.map(JSONValue.optional)) },
      .object(
        "lemma21",
        [
          .numbers("mass", axes: [species]) { $0.mass },
          .numbers("massExpected", axes: [species]) { $0.massExpected },
          .number("min") { $0.least }, .number("max") { $0.greatest },
          .optional("symmetry") { $0.symmetry }, .optional("recursion") { $0.fock?.recursion },
        ]
      ) { $0 },
      .optionalNumbers("lemma22") { $0.fock?.numberMoments },
      .object(
        "derivative214",
        [
          .optionalNumbers("rate") { $0.fock?.rate }, .optionalNumbers("bound") { $0.fock?.rateBound },
        ]
      ) { $0 },
      .object(
        "lemma23",
        [
          .numbers("kinetic", axes: [species]) { $0.kinetic },
          .numbers("bound", axes: [species]) { $0.kineticBound },
        ]
      ) { $0 },
      .numbers(
        nil, array: "kinetic-bound", equation: "(√(⟨K_α⟩_0/N) + c_α t/√2)², Lemma 2.3", axes: [species]
      ) { $0.kineticBound },
      .object(
        "proposition21",
        [
          .numbers("moment", axes: [species]) { $0.moment },
          .numbers("momentFromKinetic", axes: [species]) { $0.momentFromKinetic },
          .numbers("bound", axes: [species]) { $0.momentBound },
        ]
      ) { $0 },
      .object(
        "hartreeFock",
        [
          .numbers("traceDistance", axes: [species]) { $0.traceDistance },
          .numbers("husimiL1", axes: [species]) { $0.husimiL1 },
          .numbers("densityDistance", axes: [species]) { $0.densityDistance },
          .numbers("husimiL1Error", axes: [species]) { $0.husimiL1Error },
        ]
      ) { $0.companion },
      .optional(nil, heading: "Tr|γ−γ_HF|/N") { $0.companion?.traceDistance[0] },
      .optional(nil, heading: "Husimi L1") { $0.companion?.husimiL1[0] },
      .json("reason") { record in
        let unknown = record.husimi.indices.filter { record.husimi[$0] == nil }
        return unknown.isEmpty
          ? nil : .string("m is not a finite number at the points \(MessageText.list(unknown))")
      },
    ]
    return ResultTable(
      "rows", axes: [time], rows: records,
      columns: [
        .number("time", heading: "time", format: { $0.short(4) }) { $0.time },
        .number("energy", heading: "energy", format: { $0.short(9) }) { $0.energy },
      ] + kinetic + lists)
  }

  /// The terms of (3.5) at a point and a time.
  private typealias Terms = (point: Int, time: Double, figures: ManyBodyRecord.HierarchyFigures)

  /// A row for each point and time.
  var hierarchy: ResultTable<(point: Int, time: Double, figures: ManyBodyRecord.HierarchyFigures)> {
    let terms: [ResultColumn<Terms>] = ManyBodyRecord.HierarchyFigures.terms.map { term in
      .optional(term.name) { term.value($0.figures) }
    }
    return ResultTable(
      "hierarchy",
      rows: study.points.indices.flatMap { point in
        records.map { record in record.fock.map { (point, record.time, $0.hierarchy[point]) } }
      },
      columns: [
        .integers("marginal") { row in study.points[row.point].map(\.count) },
        .integer("point") { $0.point }, .number("time") { $0.time },
      ] + terms + [
        .json("reason") { row in
          ManyBodyRecord.HierarchyFigures.terms.contains { $0.value(row.figures) == nil }
            ? .string("a term at this point is not a finite number") : nil
        }
      ])
  }

  /// The statements; those of the motion undecided where the state is not resolved.
  var checks: ResultTable<ManyBodyCheck> {
    ResultTable(
      "checks", rows: ManyBodyCheck.all(study, records),
      isResolved: { [isResolved] in !$0.isOfMotion || isResolved },
      columns: [
        .text("check", heading: "check") { $0.name }, .optional("value", heading: "worst") { $0.value },
        .number("limit", heading: "limit") { $0.limit }, .verdict { $0.verdict },
      ])
  }

  /// What was decided, how well (3.5) closes, and how far the companion has gone.
  func conclusion(_ verdicts: VerdictTally) -> String {
    let defects = records.compactMap(\.fock).flatMap(\.hierarchy).map { ($0.defect ?? .nan).magnitude }
    let defect = defects.largest().map { "; (3.5) closes to \($0.scientific(1))" } ?? ""
    let far = records.last?.companion?.traceDistance.largest().map {
      "; Hartree–Fock is at most Tr|γ − γ_HF|/N = \($0.short(2)) off at the end"
    }
    return verdicts.sentence + defect + (far ?? "")
  }

  private typealias OnPlaneWaves = (time: Double, state: ManyBodyRecord.OnPlaneWaves)

  /// The same state on other plane waves: a row for each n_max and time.
  var convergence: ResultTable<(time: Double, state: ManyBodyRecord.OnPlaneWaves)> {
    let sets = records.compactMap { record in
      record.truncation.map { $0.convergence.map { (record.time, $0) } }
    }
    let width = 2 * (study.system.highestMode + 1)
    let values: [ResultColumn<OnPlaneWaves>] = names.enumerated().flatMap { index, name in
      [
        .number(nil, heading: "K/N \(name)", format: { $0.short(6) }) { $0.state.kinetic[index] },
        .number(nil, heading: "|r_1| \(name)", format: { $0.short(6) }) { row in
          let modes = row.state.modesOfDensity[index * width..<(index + 1) * width].dropFirst(2).prefix(2)
          return modes.reduce(0) { $0 + $1 * $1 }.squareRoot()
        },
      ]
    }
    return ResultTable(
      "convergence", rows: (0..<(sets.first?.count ?? 0)).flatMap { place in sets.map { $0[place] } },
      columns: [
        .integer("modes", heading: "modes") { $0.state.modes },
        .number("time", heading: "time", format: { $0.short(4) }) { $0.time },
        .number("occupation", heading: "outermost") { $0.state.occupation },
        .number("state", heading: "‖ψ − Ψ‖ ≤") { $0.state.truncation },
        .numbers("kinetic", axes: [species]) { $0.state.kinetic },
        .numbers(
          "densityModes", axes: [species, ResultAxis("mode", Array(0...study.system.highestMode)), .complex]
        ) { $0.state.modesOfDensity },
        .json("husimi") { .array($0.state.husimi.map(JSONValue.optional)) },
      ] + values)
  }

  /// Pictures, occupations and terms against time.
  var arrays: [ResultTable<ManyBodyRecord>] {
    let pictures: [Column] = names.enumerated().map { index, name in
      .numbers(nil, array: name, equation: "m_α, (2.10), (2.11)", axes: study.grid.axes) {
        $0.pictures[index].values
      }
    }
    let terms = ManyBodyRecord.HierarchyFigures.terms
    let hierarchy: [Column] = study.points.indices.map { point in
      .optionalNumbers(
        nil, array: "\(point)", equation: "(3.1), (3.3), (3.5) as corrected",
        axes: [ResultAxis("term", terms.map(\.name))]
      ) { record in record.fock.map { fock in terms.map { $0.value(fock.hierarchy[point]) ?? .nan } } }
    }
    let occupations: [Column] = names.enumerated().compactMap { index, name in
      // Hartree–Fock orbitals are cut at another mode at another time.
      let counts = Set(records.map { $0.occupations[index].count })
      guard counts.count == 1, let count = counts.first else { return nil }
      return .numbers(
        nil, array: name, equation: "eigenvalues of γ_α, (2.8)",
        axes: [ResultAxis("orbital", Array(0..<count))]
      ) { $0.occupations[index] }
    }
    return [("husimi/", pictures), ("occupations/", occupations), ("hierarchy/", hierarchy)].map {
      ResultTable(nil, axes: [time], prefix: $0, rows: records, columns: $1)
    }
  }
}
