import CLibraries
import DysonSeries
import ExperimentKit
import Interaction
import ModelConfiguration
import Numerics
import PhaseSpace

/// Rows, table and arrays of a run.
///
/// The proof of each bound of Δ_L bounds the sum over trees by replacing |μ̄| at their ends by n_1^k n_2^ℓ. D_L is the
/// same sum with μ_0 for μ̄, so |D_L| obeys the bound of Δ_L: that is the verdict of a row, three error bars wide.
struct Results {
  private let settings: Settings
  private let table: TermTable
  private let partialSums: [[DysonTrees.PartialSum]]
  private let bounds: [[(name: String, result: BoundResult)]]
  private let resummations: [PadeResummation?]
  private let applied: AppliedBounds
  private let radii: [(name: String, time: Double?)]
  /// Of the finished terms.
  let verdicts: [Verdict]
  private let finished: Int

  private static let errorBars = 3.0

  /// - Parameter finished: terms that are known; those beyond are NaN.
  init(_ settings: Settings, _ table: TermTable, _ trees: DysonTrees, finished: Int) throws {
    self.finished = finished
    self.settings = settings
    self.table = table
    let places = Self.places(table)
    partialSums = places.map { point, time in
      DysonTrees.partialSums(zeroth: trees.zerothTerm(at: settings.points[point]), table: table, point, time)
    }
    let prepared = try settings.bounds.prepared(
      settings.model, initial: settings.initial, orders: settings.orders + 1)
    bounds = try places.map { point, time in
      try prepared.map {
        ($0.name, try $0.result(at: settings.configuredPoints[point], time: settings.times[time]))
      }
    }
    resummations = places.enumerated().map { place, places in
      guard (place + 1) * table.orders <= finished else { return nil }
      let (point, time) = places
      let entries = (1...table.orders).map { table.entry(point, time, $0) }
      return PadeResummation(
        terms: [trees.zerothTerm(at: settings.points[point])] + entries.map(\.value),
        standardErrors: [0] + entries.map(\.standardError))
    }
    applied = settings.bounds.applied(to: settings.model, initial: settings.initial)
    radii = try applied.radii(points: settings.configuredPoints)
    var verdicts: [Verdict] = []
    for (place, (point, time)) in places.enumerated() {
      for order in 1...table.orders where place * table.orders + order <= finished {
        let entry = table.entry(point, time, order)
        var verdict = Verdict.none
        for (_, bound) in bounds[place] {
          guard let enclosure = bound.enclosure(order) else { continue }
          // An error bar that means nothing decides nothing.
          verdict = verdict.worse(
            entry.isReliable
              ? Verdict(
                remainder: entry.value.length, budget: Self.errorBars * entry.standardError,
                boundLower: enclosure.lower, boundUpper: enclosure.upper) : .undecided)
        }
        verdicts.append(verdict)
      }
    }
    self.verdicts = verdicts
  }

  private static func places(_ table: TermTable) -> [(Int, Int)] {
    (0..<table.points).flatMap { point in (0..<table.times).map { (point, $0) } }
  }

  var summary: [(String, JSONValue)] {
    var rows: [JSONValue] = []
    var resummed: [JSONValue] = []
    for (place, (point, time)) in Self.places(table).enumerated() {
      let head: [(String, JSONValue)] = [
        ("point", .integer(point)), ("time", .number(settings.times[time].value)),
      ]
      for order in 1...table.orders where place * table.orders + order <= finished {
        rows.append(.object(head + row(place, point, time, order)))
      }
      if let pade = resummations[place] {
        resummed.append(
          .object(
            head + [
              ("numerator", .integer(pade.numerator)), ("denominator", .integer(pade.denominator)),
              ("value", complex(pade.value)), ("standardError", .number(pade.standardError)),
              ("disagreement", .number(pade.disagreement)), ("consistent", .boolean(pade.isConsistent)),
              ("partialSum", complex(pade.partialSum)),
            ]))
      }
    }
    return [
      ("radii", .object(radii.map { ($0.0, .optional($0.1)) })), ("rows", .array(rows)),
      ("resummation", .array(resummed)),
    ]
  }

  private func row(_ place: Int, _ point: Int, _ time: Int, _ order: Int) -> [(String, JSONValue)] {
    let entry = table.entry(point, time, order)
    let sum = partialSums[place][order]
    let reasons = bounds[place].compactMap { name, bound in
      bound.reason(order + 1).map { (name, JSONValue.string($0)) }
    }
    let marginal = settings.points[point].order(speciesCount: settings.model.species.count)
    let perDigit = Double(entry.samples) * Double.pow(10 * entry.standardError / entry.value.length, 2)
    return [
      ("marginal", .array(marginal.counts.map(JSONValue.integer))), ("order", .integer(order)),
      ("value", complex(entry.value)), ("standardError", .number(entry.standardError)),
      ("standardErrorRe", .number(entry.standardErrorRe)),
      ("standardErrorIm", .number(entry.standardErrorIm)), ("samples", .integer(entry.samples)),
      ("sampler", .string(entry.isSobol ? "sobol" : "pseudorandom")),
      ("reliable", .boolean(entry.isReliable)), ("samplesPerDigit", .finite(perDigit)),
      ("partialSum", complex(sum.value)), ("partialSumError", .number(sum.standardError)),
      ("bounds", .object(bounds[place].map { ($0.name, .optional($0.result.enclosure(order + 1)?.upper)) })),
      (
        "termBounds",
        .object(bounds[place].map { ($0.name, .optional($0.result.enclosure(order)?.upper)) })
      ),
    ] + (reasons.isEmpty ? [] : [("reason", .object(reasons))]) + [
      ("verdict", .string(verdicts[place * table.orders + order - 1].rawValue))
    ]
  }

  var report: String {
    var text = TextTable([
      "point", "t", "j", "Re D_j", "Im D_j", "±", "least bound", "S_{j+1}", "±", "verdict",
    ])
    for (place, (point, time)) in Self.places(table).enumerated() {
      for order in 1...table.orders where place * table.orders + order <= finished {
        let entry = table.entry(point, time, order)
        let sum = partialSums[place][order]
        let least = bounds[place].compactMap { $0.result.enclosure(order)?.upper }.smallest()
        text.add([
          "\(point)", settings.times[time].text, "\(order)", entry.value.real.scientific(3),
          entry.value.imaginary.scientific(3), entry.standardError.scientific(1),
          least?.scientific(1) ?? "–", sum.value.length.scientific(4), sum.standardError.scientific(1),
          verdicts[place * table.orders + order - 1].rawValue + (entry.isReliable ? "" : " (few trees)"),
        ])
      }
    }
    return text.text + applied.note
  }

  func add(to run: ExperimentRun) {
    run.summary += summary
    for verdict in verdicts { run.record(verdict) }
    run.report = report + "verdicts: \(run.verdicts)\n"
    addArrays(to: run)
  }

  private func addArrays(to run: ExperimentRun) {
    let shape = [table.points, table.times, table.orders]
    let entries = Self.places(table).flatMap { point, time in
      (1...table.orders).map { table.entry(point, time, $0) }
    }
    func add(_ name: String, _ values: [Double], _ equation: String) {
      run.addArray(name, values, shape: shape, axes: "point × time × j", equation: equation)
    }
    add("term/re", entries.map(\.value.real), "Re D_j, (5.3) and (5.7)")
    add("term/im", entries.map(\.value.imaginary), "Im D_j")
    add("term/standard-error-re", entries.map(\.standardErrorRe), "of the mean, from the scramblings")
    add("term/standard-error-im", entries.map(\.standardErrorIm), "of the mean, from the scramblings")
    let sums = partialSums.flatMap { $0.dropFirst() }
    add("partial-sum/re", sums.map(\.value.real), "Re S_{j+1} = D_0 + … + D_j")
    add("partial-sum/im", sums.map(\.value.imaginary), "Im S_{j+1}")
    add("partial-sum/standard-error", sums.map(\.standardError), "(Var Re + Var Im)^{1/2}")
    for (index, bound) in settings.bounds.bounds.enumerated() {
      let values = bounds.flatMap { place in
        (1...table.orders).map { place[index].result.enclosure($0 + 1)?.upper ?? .nan }
      }
      add("bound/" + bound.name, values, "upper end of the bound of Δ_{j+1}, \(bound.label)")
    }
    run.addArray(
      "times", settings.times.map(\.value), shape: [table.times], axes: "time", equation: "t", units: "1")
  }

  private func complex(_ z: Complex<Double>) -> JSONValue { .numbers([z.real, z.imaginary]) }
}

extension DysonTrees {
  /// The partial sums of a row of the table.
  fileprivate static func partialSums(
    zeroth: Complex<Double>, table: TermTable, _ point: Int, _ time: Int
  ) -> [PartialSum] {
    partialSums(
      zeroth: zeroth,
      estimates: (1...table.orders).map { order in
        let entry = table.entry(point, time, order)
        return (entry.value, entry.standardErrorRe, entry.standardErrorIm)
      })
  }
}
