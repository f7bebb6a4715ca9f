import CLibraries
import ExperimentKit
import Foundation
import ModelConfiguration

/// Rows, slopes and verdicts from the records: for each (N, time) the terms and their leading orders, window by window.
struct Results {
  let settings: Settings
  let records: [[Double]]
  /// Records that were made; those beyond are NaN.
  let finished: Int

  private var series: HartreeFockSeries { settings.series }
  private var terms: [Term] { Term.all }

  private func value(_ number: Int, _ time: Int, _ window: Int, _ term: Int, leading: Bool = false) -> Double
  {
    records[number * series.times.count + time][(2 * window + (leading ? 1 : 0)) * terms.count + term]
  }

  var rows: JSONValue {
    var rows: [JSONValue] = []
    for (number, total) in series.particleNumbers.enumerated() {
      for window in series.windows.indices {
        for (time, text) in series.times.enumerated()
        where number * series.times.count + time < finished {
          for (index, term) in terms.enumerated() {
            rows.append([
              "N": .integer(total), "window": .integer(window), "time": .number(text.value),
              "term": .string(term.name), "species": .string(series.model.species[term.species].name),
              "marginal": .array(term.marginal.map(JSONValue.integer)),
              "value": .number(value(number, time, window, index)),
              "leading": .optional(
                term.leading == nil ? nil : value(number, time, window, index, leading: true)),
            ])
          }
        }
      }
    }
    return .array(rows)
  }

  /// One fitted slope for each term, window and time.
  struct Slope {
    let term: Term
    let window: Int
    let time: DecimalNumber
    /// nil when fewer than two values are there to fit, NaN when one of them is not finite.
    let slope: Double?
    /// Between neighbouring N.
    let local: [Double]

    /// Whether the fit is over N ≥ 66, where the leading order has set in.
    let isAsymptotic: Bool

    /// Whether the term falls at least as fast as the paper says, to 0.05 in the exponent; a smaller slope at small N says
    /// nothing about ħ → 0, and a term that vanishes has no slope to judge.
    var verdict: Verdict {
      guard let slope else { return .none }
      guard !slope.isNaN else { return .undecided }
      if slope >= Term.bound - 0.05 { return .holds }
      return isAsymptotic ? .violated : .undecided
    }
  }

  var slopes: [Slope] {
    var slopes: [Slope] = []
    for window in series.windows.indices {
      for (time, text) in series.times.enumerated() {
        for (index, term) in terms.enumerated() {
          let values = series.particleNumbers.indices.map { value($0, time, window, index) }
          let local = zip(
            series.particleNumbers.indices.dropLast(), series.particleNumbers.indices.dropFirst()
          ).map {
            fittedSlope(
              [values[$0], values[$1]],
              particleNumbers: [series.particleNumbers[$0], series.particleNumbers[$1]])
              ?? .nan
          }
          slopes.append(
            Slope(
              term: term, window: window, time: text,
              slope: fittedSlope(values, particleNumbers: series.particleNumbers), local: local,
              isAsymptotic: zip(series.particleNumbers, values).filter { $0 >= 66 && $1.isFinite }.count >= 2)
          )
        }
      }
    }
    return slopes
  }

  func add(to run: ExperimentRun) {
    let slopes = slopes
    run.summary.append(("windows", .array(series.windows.map { .string($0.name) })))
    run.summary.append(("rows", rows))
    run.summary.append(
      (
        "slopes",
        .array(
          slopes.map { entry in
            [
              "term": .string(entry.term.name),
              "species": .string(series.model.species[entry.term.species].name),
              "marginal": .array(entry.term.marginal.map(JSONValue.integer)),
              "proposition": .string(entry.term.proposition), "window": .integer(entry.window),
              "time": .number(entry.time.value), "slope": .optional(entry.slope),
              "bound": .number(Term.bound), "localSlopes": .numbers(entry.local),
              "verdict": .string(entry.verdict.rawValue),
            ]
          })
      ))
    for slope in slopes { run.record(slope.verdict) }
    run.report = table(slopes) + "verdicts: \(run.verdicts)\n"

    let (numbers, times, windows) = (series.particleNumbers, series.times, series.windows)
    run.addArray(
      "hbar", numbers.map { 1 / Double($0) }, shape: [numbers.count], axes: "N", equation: "ħ = 1/N")
    for (name, leading) in [("values", false), ("leading", true)] {
      var values: [Double] = []
      for number in numbers.indices {
        for window in windows.indices {
          for time in times.indices {
            values += terms.indices.map { value(number, time, window, $0, leading: leading) }
          }
        }
      }
      run.addArray(
        name, values, shape: [numbers.count, windows.count, times.count, terms.count],
        axes: "N × window × time × term",
        equation: leading
          ? "leading order of the terms of (3.5) in weak form, NaN where none is known"
          : "terms of (3.5) in weak form: \(terms.map(\.name).joined(separator: ", "))")
    }
  }

  private func table(_ slopes: [Slope]) -> String {
    var table = TextTable(["proposition", "term", "of", "window", "t", "slope", "paper", "verdict"])
    for entry in slopes {
      let marginal = "(" + entry.term.marginal.map(String.init).joined(separator: ",") + ")"
      table.add([
        entry.term.proposition, entry.term.name, marginal, series.windows[entry.window].name,
        entry.time.value.short(), entry.slope.map { $0.isNaN ? "–" : String(format: "%.3f", $0) } ?? "–",
        entry.term.paper,
        entry.verdict.rawValue,
      ])
    }
    return table.text
  }
}
