import CLibraries
import ExperimentKit
import Foundation
import Studies

/// One fitted slope for each term, window and time.
struct Slope {
  let term: ResidueTerm
  let window: Int
  let time: Double
  /// The power of ħ.
  let law: PowerLaw
  /// Between neighbouring N.
  let local: [Double]
  /// Whether the fit is over N ≥ 66, where the leading order has set in.
  let isAsymptotic: Bool
  let isResolved: Bool

  /// Whether the term falls at least as fast as the paper says, to 0.05 in the exponent, wherever in its interval the slope lies;
  /// a smaller slope at small N says nothing about ħ → 0, and one N, or a term that vanishes, has no slope to judge.
  var verdict: Verdict {
    guard !local.isEmpty else { return .none }
    let verdict = Verdict(law, atLeast: ResidueTerm.bound - 0.05)
    return verdict == .violated && !isAsymptotic ? .undecided : verdict
  }
}

/// Rows and slopes from the records of each N and time.
struct Results {
  typealias Row = (total: Int, window: Int, time: Double, term: ResidueTerm, figures: ResidueRecord.Term)

  private let settings: Settings
  private let records: ArraySlice<[Recorded<ResidueRecord>]>
  /// What the time steps may have done, by N, time, window and term; empty where nothing moves.
  private let stepErrors: [[[[Double]]]]

  init(_ settings: Settings, _ records: [[Recorded<ResidueRecord>]]) {
    self.settings = settings
    let count = settings.series.particleNumbers.count
    self.records = records.prefix(count)
    let plain = records.map { $0.map(\.record) }
    stepErrors = zip(plain, plain.dropFirst(count)).map { $0.largestChanges(to: $1) }
  }

  private var series: HartreeFockSeries { settings.series }
  private var terms: [ResidueTerm] { settings.terms }
  private var times: [Double] { series.times.map(\.value) }
  private var termAxis: ResultAxis {
    ResultAxis("term", terms.map { $0.name == "R" ? "R-\($0.species + 1)" : $0.name })
  }

  private func species(_ term: ResidueTerm) -> String { series.model.species[term.species].name }

  private func figures(_ number: Int, _ time: Int, _ window: Int, _ term: Int) -> ResidueRecord.Term? {
    guard time < records[number].count else { return nil }
    let found = records[number][time].record.windows[window][term]
    guard times[time] > 0 else { return found }
    // A run that ended early may not know what its steps did.
    guard number < stepErrors.count, time < stepErrors[number].count else {
      return found.adding(error: .infinity)
    }
    return found.adding(error: series.errorPerChange * stepErrors[number][time][window][term])
  }

  /// A row for each N, window, time and term.
  var rows: ResultTable<Row> {
    let axes = series.axes
    return ResultTable(
      "rows", axes: [axes.total, axes.window, axes.time, termAxis],
      rows: series.particleNumbers.enumerated().flatMap { number, total in
        series.windows.indices.flatMap { window in
          times.enumerated().flatMap { time, value in
            terms.enumerated().map { index, term in
              figures(number, time, window, index).map { Row(total, window, value, term, $0) }
            }
          }
        }
      },
      columns: [
        .integer("N") { $0.total }, .integer("window") { $0.window }, .number("time") { $0.time },
        .text("term") { $0.term.name }, .text("species") { species($0.term) },
        .integers("marginal") { $0.term.marginal },
        .optional("value", array: "values", equation: "terms of (3.5) in weak form") { $0.figures.value },
        .optional(
          "leading", array: "leading", equation: "leading orders of the terms, NaN where none is known"
        ) { $0.figures.leading },
        .optional(
          "error", array: "errors", equation: "roundings, quadrature and time steps"
        ) { $0.figures.error.isFinite ? $0.figures.error : nil },
      ])
  }

  /// What was decided, and the range of the slopes of direct terms (exchange and spectators fall faster).
  func conclusion(_ verdicts: VerdictTally) -> String {
    let leading = fits.filter { !$0.term.name.contains("exchange") && !$0.term.name.contains("spectator") }
    let found = leading.compactMap(\.law.slope)
    guard let least = found.smallest(), let most = found.largest() else { return verdicts.sentence }
    return
      "\(verdicts.sentence); direct terms fall like ħ^\(least.short(3)) to ħ^\(most.short(3)), the paper has "
      + "ħ^\(ResidueTerm.bound.short())"
  }

  /// A slope for each window, time and term.
  private var fits: [Slope] {
    let numbers = series.particleNumbers
    return series.windows.indices.flatMap { window in
      times.enumerated().flatMap { time, value in
        terms.enumerated().map { index, term in
          let found = numbers.indices.map { figures($0, time, window, index) }
          let (values, errors) = (found.map { $0?.value ?? .nan }, found.map { $0?.error ?? .nan })
          return Slope(
            term: term, window: window, time: value,
            law: PowerLaw(values, errors: errors, particleNumbers: numbers),
            local: numbers.indices.dropFirst().map { upper in
              let pair = [upper - 1, upper]
              let law = PowerLaw(
                sizes: pair.map { 1 / Double(numbers[$0]) }, values: pair.map { values[$0] },
                errors: pair.map { errors[$0] })
              return law.slope ?? .nan
            },
            isAsymptotic: zip(numbers, values).filter { $0 >= 66 && $1.isFinite }.count >= 2,
            isResolved: records.allSatisfy { time >= $0.count || $0[time].isResolved })
        }
      }
    }
  }

  /// The same as a table.
  var slopes: ResultTable<Slope> {
    return ResultTable(
      "slopes", axes: [series.axes.window, series.axes.time, termAxis], rows: fits,
      isResolved: { $0.isResolved },
      columns: [
        .text("term", heading: "term") { $0.term.name }, .text("species") { species($0.term) },
        .integers(
          "marginal", heading: "of",
          text: { slope in
            "(" + slope.term.marginal.map(String.init).joined(separator: ",") + ")"
          }
        ) { $0.term.marginal },
        .text("proposition", heading: "proposition") { $0.term.proposition },
        .integer("window") { $0.window },
        .text(nil, heading: "window") { series.windows[$0.window].name },
        .number("time", heading: "t", format: { $0.short() }) { $0.time },
        .optional(
          "slope", heading: "slope", array: "slopes", equation: "d log|term| / d log ħ",
          format: { String(format: "%.3f", $0) }
        ) { $0.law.slope },
        .optional(
          "slopeError", heading: "±", array: "slope-errors",
          equation: "errors of the values, scatter at 95 %",
          format: { $0.scientific(0) }
        ) { $0.law.slopeError },
        .number("bound") { _ in ResidueTerm.bound }, .text(nil, heading: "paper") { $0.term.paper },
        .json("localSlopes") { .numbers($0.local) }, .verdict { $0.verdict },
        .json("reason") { $0.law.reason.map(JSONValue.string) },
      ])
  }
}
