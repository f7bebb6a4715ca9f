import CLibraries
import ExperimentKit
import Studies

/// One wave at one temperature ratio.
struct Job: CustomStringConvertible {
  let wave: DispersionCase.Wave
  let wavenumber: Double
  let ratio: DecimalNumber?

  var description: String {
    "k = \(wavenumber)" + (ratio.map { ", temperature ratio \($0.text)" } ?? "")
  }
}

/// One root of one wave, or that there is none.
struct Row {
  let name: String
  let job: Job
  let place: Int
  /// nil where there is none.
  let root: DispersionRoot?
  /// Why there is none, or why it is not known whether it is the least damped.
  var reason: String?

  var mode: [Int]? {
    guard case .mode(let mode) = job.wave else { return nil }
    return [mode[0], mode[1], mode[2]]
  }

  static var columns: [ResultColumn<Row>] {
    [
      .text("case", heading: "case") { $0.name },
      .number("wavenumber", heading: "k", format: NumberFormat.short(6)) { $0.job.wavenumber },
      .json("mode") { row in row.mode.map { .array($0.map(JSONValue.integer)) } },
      .optional("temperatureRatio", heading: "T ratio", format: NumberFormat.short(6)) {
        $0.job.ratio?.value
      },
      .integer("root", heading: "root") { $0.place },
      .optionalNumbers("omega") { $0.root?.omega },
      .optionalNumbers("gamma") { $0.root?.gamma },
      .json("omegaDigits", heading: "ω", text: { shown($0.root?.omegaText) }, { digits($0.root?.omegaText) }),
      .json("gammaDigits", heading: "γ", text: { shown($0.root?.gammaText) }, { digits($0.root?.gammaText) }),
      .json(
        "leastDamped", heading: "least damped", text: { first($0, unknown: "–") },
        { row in row.root.map { $0.isLeastDamped.map(JSONValue.boolean) ?? .null } ?? .boolean(false) }),
      .json("reason") { $0.reason.map(JSONValue.string) },
    ]
  }

  /// How many roots are proved of how many waves, and the highest and lowest of the least damped.
  static func conclusion(_ rows: [Row]) -> String {
    let roots = rows.filter { $0.root != nil }
    let waves = rows.count { $0.place == 0 }
    func place(_ row: Row) -> String {
      let gamma = row.root?.gamma ?? [.nan, .nan]
      return "γ = \(((gamma[0] + gamma[1]) / 2).short(5)) at k = \(row.job.wavenumber.short(5))"
    }
    let leading = roots.filter { $0.place == 0 }
    let highest = leading.max { ($0.root?.gamma[0] ?? .nan) < ($1.root?.gamma[0] ?? .nan) }
    let sentence = "\(roots.count) roots of \(waves) waves, every digit proved"
    return highest.map { "\(sentence); the least damped, \(place($0))" } ?? sentence
  }

  /// What data.h5 holds of a case.
  static var arrays: [ResultColumn<Row>] {
    let ends = ResultAxis("end", ["lower", "upper"])
    return [
      .number(nil, array: "wavenumber", equation: "k") { $0.job.wavenumber },
      .optional(nil, array: "temperature-ratio", equation: "T_α/T_β") { $0.job.ratio?.value },
      .integer(nil, array: "root") { $0.place },
      .optionalNumbers(nil, array: "omega", equation: "Re ω, D(ω) = 0", axes: [ends]) { $0.root?.omega },
      .optionalNumbers(nil, array: "gamma", equation: "Im ω", axes: [ends]) { $0.root?.gamma },
      .optional(nil, array: "least-damped", equation: "1: no root above it") { row in
        row.root?.isLeastDamped.map { $0 ? 1 : 0 }
      },
    ]
  }

  /// A table of text with all proved digits.
  static func csv(_ rows: [Row]) -> String {
    let head = "case,wavenumber,temperature_ratio,root,omega,gamma,least_damped\n"
    return rows.reduce(head) { text, row in
      let cells = [
        row.name, "\(row.job.wavenumber)", row.job.ratio?.text ?? "", "\(row.place)",
        row.root?.omegaText ?? "", row.root?.gammaText ?? "", first(row, unknown: ""),
      ]
      return text + cells.joined(separator: ",") + "\n"
    }
  }

  private static func first(_ row: Row, unknown: String) -> String {
    row.root?.isLeastDamped.map { $0 ? "yes" : "no" } ?? unknown
  }

  private static func digits(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

  /// Sixteen of the digits.
  private static func shown(_ text: String?) -> String {
    guard let text else { return "–" }
    let parts = text.split(separator: "e", maxSplits: 1)
    return (parts.first.map { String($0.prefix(19)) } ?? text) + (parts.count > 1 ? "e" + parts[1] : "")
  }
}

/// A largest growth rate, or why there is none.
struct Maximum {
  let name: String
  let ratio: DecimalNumber?
  let maximum: DispersionMaximum?
  let reason: String?

  static var columns: [ResultColumn<Maximum>] {
    [
      .text("case", heading: "case") { $0.name },
      .optional("temperatureRatio") { $0.ratio?.value },
      .optionalNumbers("wavenumber") { $0.maximum?.wavenumber },
      .optional(nil, heading: "k of the largest γ", format: NumberFormat.short(12)) {
        $0.maximum?.wavenumber[0]
      },
      .optionalNumbers("omega") { $0.maximum?.root.omega },
      .optionalNumbers("gamma") { $0.maximum?.root.gamma },
      .json(
        "omegaDigits", heading: "ω", text: { $0.maximum?.root.omegaText ?? "–" },
        { row in row.maximum.map { .string($0.root.omegaText) } ?? .null }),
      .json(
        "gammaDigits", heading: "largest γ", text: { $0.maximum?.root.gammaText ?? "–" },
        { row in row.maximum.map { .string($0.root.gammaText) } ?? .null }),
      .json("reason") { $0.reason.map(JSONValue.string) },
    ]
  }
}

extension DispersionCase {
  /// What it means that there is no root.
  fileprivate var reasonForNone: String {
    box == nil
      ? "no wave grows by 2⁻²⁰ plasma frequencies, and cold ones are not damped" : "no root in the box"
  }
}

extension Settings {
  /// Ratio by ratio, wave by wave.
  func jobs(of one: DispersionCase) -> [Job] {
    one.ratios.flatMap { ratio in
      one.waves.map { Job(wave: $0, wavenumber: one.wavenumber($0), ratio: ratio) }
    }
  }

  /// Case by case; fewer where the run ended early.
  func rows(_ records: [[DispersionRecord]]) -> [[Row]] {
    zip(cases, records).map { one, records in
      zip(jobs(of: one), records).flatMap { job, record in
        record.roots.isEmpty
          ? [Row(name: one.name, job: job, place: 0, root: nil, reason: one.reasonForNone)]
          : record.roots.enumerated().map {
            Row(name: one.name, job: job, place: $0, root: $1, reason: record.unranked)
          }
      }
    }
  }

  /// Of every case in which something grows, by the records of whole lists of waves.
  func maxima(_ records: [[DispersionRecord]]) -> [Maximum] {
    zip(cases, records).flatMap { one, records in
      one.ratios.enumerated().compactMap { place, ratio -> Maximum? in
        let own = Array(records.dropFirst(place * one.waves.count).prefix(one.waves.count))
        guard own.count == one.waves.count else { return nil }
        do {
          return try one.growthMaximum(own, ratio: ratio).map {
            Maximum(name: one.name, ratio: ratio, maximum: $0, reason: nil)
          }
        } catch {
          return Maximum(name: one.name, ratio: ratio, maximum: nil, reason: "\(error)")
        }
      }
    }
  }
}
