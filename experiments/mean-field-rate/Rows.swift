import CLibraries
import Computing
import ExperimentKit
import PhaseSpace
import RemainderBounds
import Studies

/// One point at one time: N particles, the mean field, and what Theorem 7 allows between them.
struct Row {
  let comparison: any MeanFieldComparison
  let time: DecimalNumber
  let point: Int
  let order: MarginalOrder
  let value: MeanFieldRecord.Value
  /// nil where the theorem does not reach.
  let bound: MeanFieldRate.Bound?
  let reason: String?
  let isResolved: Bool

  /// "2, 2"
  var numbers: String { comparison.numbers }

  var verdict: Verdict {
    guard let bound else { return .none }
    return Verdict(
      remainder: value.difference, budget: value.error, boundLower: bound.total.lower,
      boundUpper: bound.total.upper)
  }

  /// What was decided, and the largest share of its bound that a difference takes.
  static func conclusion(_ rows: [Row], _ verdicts: VerdictTally) -> String {
    let shares = rows.compactMap { row in row.bound.map { row.value.difference / $0.total.upper } }
    guard let largest = shares.largest() else { return verdicts.sentence }
    return "\(verdicts.sentence); a difference takes at most \(largest.scientific(1)) of its bound"
  }

  static var parts: [ResultColumn<MeanFieldRate.Bound>] {
    [
      .number("recollisions") { $0.recollisions.upper }, .number("data") { $0.data.upper },
      .number("kernel") { $0.kernel.upper },
    ]
  }

  static var columns: [ResultColumn<Row>] {
    [
      .text("source", heading: "of") { $0.comparison.source },
      .integers("N", heading: "N", text: \.numbers) { $0.comparison.particles },
      .number("hbar") { $0.comparison.hbar },
      .decimal("time", heading: "t") { $0.time },
      .integer("point", heading: "point") { $0.point },
      .integers("marginal", heading: "marginal", text: \.order.description) { $0.order.counts },
      .numbers("particles", array: "particles", equation: "μ_{N,ħ}", axes: [.complex]) { $0.value.particles },
      .numbers("limit", array: "limit", equation: "μ_∞", axes: [.complex]) { $0.value.limit },
      .number("difference", heading: "|Δμ|", array: "difference", equation: "|μ_{N,ħ} − μ_∞|") {
        $0.value.difference
      },
      .number(
        "differenceError", heading: "±", array: "difference-error",
        equation: "plane waves or closure, and lattice",
        format: NumberFormat.scientific(0)
      ) { $0.value.error },
      .optional("bound", heading: "bound", array: "bound", equation: "Theorem 7") { $0.bound?.total.upper },
      .object("parts", parts) { $0.bound },
      .optional(
        nil, heading: "recollisions", array: "parts/recollisions", equation: "Σ_L c(k)P_L^N − Q_L"
      ) { $0.bound?.recollisions.upper },
      .optional(nil, heading: "data", array: "parts/data", equation: "Σ_j p_j d(k+j)") {
        $0.bound?.data.upper
      },
      .optional(
        nil, heading: "kernel", array: "parts/kernel", equation: "Σ_L Q_L (ħ²B²/24) Σ_l (Ȳ + (l−1)B|t|/m_*)²"
      ) { $0.bound?.kernel.upper },
      .json("reason") { $0.reason.map(JSONValue.string) },
      .verdict { $0.verdict },
    ]
  }
}

/// How a difference falls with N, log–log.
struct Slope {
  let source: String
  let time: DecimalNumber
  let point: Int
  /// Of the differences that stand above their errors; nil where there are too few.
  let difference: PowerLaw?
  let bound: PowerLaw?

  static var columns: [ResultColumn<Slope>] {
    [
      .text("source", heading: "of") { $0.source }, .decimal("time", heading: "t") { $0.time },
      .integer("point", heading: "point") { $0.point },
      .optional("slope", heading: "slope in N", format: NumberFormat.short(3)) {
        $0.difference?.slope
      },
      .optional("slopeError", heading: "±", format: NumberFormat.short(1)) { $0.difference?.slopeError },
      .optional("boundSlope", heading: "of the bound", format: NumberFormat.short(3)) { $0.bound?.slope },
    ]
  }
}

extension MeanFieldComparison {
  /// "2, 2"
  var numbers: String { particles.map(String.init).joined(separator: ", ") }
}

extension Settings {
  var axes: [ResultAxis] {
    [
      ResultAxis("comparison", entries.map { "\($0.comparison.source) \($0.comparison.numbers)" }),
      ResultAxis("time", times.map(\.value)), ResultAxis("point", Array(points.indices)),
    ]
  }

  /// T for every point: the fractions, and so T, are the same for every N.
  func radii() throws -> (String, JSONValue) {
    let rate = try entries[0].comparison.rate()
    return (
      "radii", .array(try points.map { .optional(try rate.convergenceTime(species: $0.map(\.species))) })
    )
  }

  /// Entry by entry, time by time, point by point; nil where an entry does not come to a time.
  func rows(_ records: [[Recorded<MeanFieldRecord>]]) throws -> [Row?] {
    try zip(entries, records).flatMap { entry, records in
      let rate = Result { try entry.comparison.rate() }
      return try times.flatMap { time -> [Row?] in
        guard let place = entry.times.firstIndex(of: time), place < records.count else {
          return [Row?](repeating: nil, count: points.count)
        }
        return try points.indices.map { try row(entry.comparison, rate, records[place], time, $0) }
      }
    }
  }

  private func row(
    _ comparison: any MeanFieldComparison, _ rate: Result<MeanFieldRate, any Error>,
    _ recorded: Recorded<MeanFieldRecord>, _ time: DecimalNumber, _ point: Int
  ) throws -> Row {
    var (bound, reason): (MeanFieldRate.Bound?, String?) = (nil, nil)
    do { bound = try rate.get().bound(at: points[point], time: time) } catch let error as HypothesisError {
      reason = error.description
    }
    return Row(
      comparison: comparison, time: time, point: point, order: comparison.orders[point],
      value: recorded.record.values[point], bound: bound, reason: reason, isResolved: recorded.isResolved)
  }

  /// Fitted over the N that have the marginal and whose difference stands above its error.
  func slopes(_ rows: [Row]) -> [Slope] {
    var sources: [String] = []
    for entry in entries where !sources.contains(entry.comparison.source) {
      sources.append(entry.comparison.source)
    }
    return sources.flatMap { source in
      times.filter { time in rows.contains { $0.comparison.source == source && $0.time == time } }.flatMap {
        time in
        points.indices.map { point in
          let fitted = rows.filter { row in
            row.comparison.source == source && row.time == time && row.point == point
              && row.value.difference > row.value.error
              && zip(row.order.counts, row.comparison.particles).allSatisfy { $0 <= $1 }
          }
          return Slope(
            source: source, time: time, point: point,
            difference: Self.law(fitted) { ($0.value.difference, $0.value.error) },
            bound: Self.law(fitted) { row in (row.bound?.total.upper).map { ($0, 0) } })
        }
      }
    }
  }

  /// In N.
  private static func law(_ rows: [Row], of figure: (Row) -> (value: Double, error: Double)?) -> PowerLaw? {
    let figures = rows.compactMap(figure)
    guard figures.count == rows.count else { return nil }
    return PowerLaw(
      sizes: rows.map { Double($0.comparison.particles.reduce(0, +)) }, values: figures.map(\.value),
      errors: figures.map(\.error))
  }
}
