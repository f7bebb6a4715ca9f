import CLibraries
import Certification
import DysonSeries
import ExperimentKit
import ModelConfiguration
import PhaseSpace
import RemainderBounds

/// |Δ_L| at one point and time, and what the bounds say of it.
struct Row {
  let marginal: MarginalOrder
  let time: DecimalNumber
  let order: Int
  let result: DysonRemainderRow
  let bounds: BoundsAtPoint
  let isResolved: Bool
  let certified: CertifiedRemainders?

  var remainder: Double { result.remainders[order - 1] }
  var errors: DysonErrors { result.errors }
  var budget: Double { errors.remainders[order - 1] }

  /// What the enclosures prove; where they leave it open, or there are none, what the errors say.
  var verdict: Verdict {
    if let certified {
      let proved = bounds.verdict(order, enclosed: certified.remainders[order - 1])
      if proved == .proved || proved == .disproved { return proved }
    }
    let verdict = bounds.verdict(order, remainder: remainder, budget: budget)
    return verdict == .holds && !isResolved ? .undecided : verdict
  }

  /// - Parameter shown: the bounds that have a column in the printed table.
  static func columns(
    _ bounds: [any RemainderBound], shown: [any RemainderBound], isCertified: Bool
  ) -> [ResultColumn<Row>] {
    let shown = Set(shown.map(\.name))
    let head: [ResultColumn<Row>] = [
      .integer("point", heading: "point") { $0.result.point },
      .integers("marginal") { $0.marginal.counts },
      .decimal("time", heading: "t") { $0.time },
      .integer("order", heading: "L") { $0.order },
      .complex("partialSum") { $0.result.partialSums[$0.order - 1] },
      .number("partialSumError", array: "partial-sum-error", equation: "error of S_L") {
        $0.errors.partialSums[$0.order - 1]
      },
      .complex("term") { $0.result.terms[$0.order] },
      .number("termError", array: "term-error", equation: "error of D_L") { $0.errors.terms[$0.order] },
      .complex("exact") { $0.result.exact },
      .number("exactError", array: "exact-error", equation: "error of μ̄_t") { $0.errors.exact },
      .number(
        "remainder", heading: isCertified ? nil : "|Δ_L|", array: "remainder", equation: "|Δ_L| of (5.4)"
      ) { $0.remainder },
      .number(
        "remainderError", heading: isCertified ? nil : "±", array: "budget",
        equation: "error budget of |Δ_L|",
        format: NumberFormat.scientific(0)
      ) { $0.budget },
      .json("bounds") { $0.bounds.json($0.order) },
      .json("reason") { $0.bounds.reasons($0.order) },
    ]
    let bound = bounds.map { bound in
      ResultColumn<Row>.optional(
        nil, heading: shown.contains(bound.name) ? bound.name : nil, array: bound.name,
        equation: "bound of |Δ_L|, \(bound.label)"
      ) { $0.bounds.upper(bound.name, $0.order) }
    }
    let certified: [ResultColumn<Row>] = [
      .json("certified") { row in row.certified.map { $0.json(row.order) } },
      .optional(nil, array: "certified-lower", equation: "a lower bound of |Δ_L|, proved") { row in
        row.certified.map { $0.remainders[row.order - 1].lowerBound }
      },
      .optional(
        nil, heading: "|Δ_L| ≤", array: "certified-upper", equation: "an upper bound of |Δ_L|, proved"
      ) { row in
        row.certified.map { $0.remainders[row.order - 1].upperBound }.flatMap { $0.isFinite ? $0 : nil }
      },
    ]
    return head + (isCertified ? certified : []) + bound + [.verdict { $0.verdict }]
  }
}

extension Settings {
  /// Point by point, time by time; nil where a run has not come to.
  /// - Parameter balls: what the runs in balls found, none where nothing is certified.
  func rows(
    _ results: [DysonRemainderRow?], _ records: [[Recorded<RemainderRecord>]],
    balls: [[Recorded<RemainderRecord>]]
  ) throws -> [Row?] {
    let prepared = try base.bounds.prepared(
      model, initial: initial, orders: orders + (certified == nil ? 0 : 1))
    return try results.flatMap { result in
      guard let result else { return [Row?](repeating: nil, count: orders) }
      let (point, time) = (points[result.point], times[result.time])
      let bounds = try BoundsAtPoint(prepared, at: point, time: time)
      let enclosed = try certified?.remainders(balls, point: result.point, time: result.time, bounds: bounds)
      return (1...orders).map { order in
        Row(
          marginal: base.marginals[result.point], time: time, order: order, result: result,
          bounds: bounds, isResolved: records.allSatisfy { $0[result.time].isResolved }, certified: enclosed)
      }
    }
  }
}
