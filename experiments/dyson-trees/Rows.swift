import CLibraries
import DysonSeries
import ExperimentKit
import ModelConfiguration
import Numerics
import PhaseSpace
import RemainderBounds

/// One term, the partial sum that it completes, and the bounds.
///
/// The proof of each bound of Δ_L bounds the sum over trees by replacing |μ̄| at their ends by its mass. D_L is the
/// same sum with μ_0 for μ̄, so |D_L| obeys the bound of Δ_L: that is the verdict of a row, three error bars and the bias wide.
struct Row {
  let point: Int
  let time: DecimalNumber
  let marginal: MarginalOrder
  let term: DysonTrees.Term
  /// D_0
  let zeroth: Complex<Double>
  /// S_{j+1}
  let sum: DysonTrees.PartialSum
  let bounds: BoundsAtPoint

  var order: Int { term.order }
  var standardError: Double { .hypot(term.standardErrorRe, term.standardErrorIm) }
  var verdict: Verdict {
    bounds.verdict(
      order, remainder: term.value.length, budget: 3 * standardError + term.bias, isKnown: term.isReliable)
  }

  var note: String { term.errorBar.reason.map { " (\($0))" } ?? "" }

  static func columns(_ bounds: [any RemainderBound]) -> [ResultColumn<Row>] {
    let term: [ResultColumn<Row>] = [
      .integer("point", heading: "point") { $0.point },
      .decimal("time", heading: "t") { $0.time },
      .integers("marginal") { $0.marginal.counts },
      .integer("order", heading: "j") { $0.order },
      .complex("value") { $0.term.value },
      .number(
        nil, heading: "Re D_j", array: "term/re", equation: "Re D_j, (5.3) and (5.7)",
        format: NumberFormat.scientific(3)
      ) { $0.term.value.real },
      .number(
        nil, heading: "Im D_j", array: "term/im", equation: "Im D_j", format: NumberFormat.scientific(3)
      ) { $0.term.value.imaginary },
      .number("standardError", heading: "±", format: NumberFormat.scientific(1)) { $0.standardError },
      .number(
        "standardErrorRe", array: "term/standard-error-re", equation: "of the mean, from the scramblings"
      ) { $0.term.standardErrorRe },
      .number(
        "standardErrorIm", array: "term/standard-error-im", equation: "of the mean, from the scramblings"
      ) { $0.term.standardErrorIm },
      .integer("samples") { $0.term.samples },
      .text("sampler") { $0.term.sampler.rawValue },
      .boolean("reliable") { $0.term.isReliable },
      .json("unreliableBecause") { $0.term.errorBar.reason.map(JSONValue.string) },
      .number(
        "bias", array: "term/bias", equation: "the most that the tables of |η| and rounding add to a mean"
      ) {
        $0.term.bias
      },
      .number("treesOfLargestSize") { $0.term.ofLargestSize },
      .json("samplesPerDigit") {
        .finite(Double($0.term.samples) * Double.pow(10 * $0.standardError / $0.term.value.length, 2))
      },
    ]
    let sum: [ResultColumn<Row>] = [
      .optional(nil, heading: "least bound", format: NumberFormat.scientific(1)) {
        $0.bounds.least($0.order)
      },
      .number(nil, heading: "S_{j+1}", format: NumberFormat.scientific(4)) { $0.sum.value.length },
      .complex("partialSum") { $0.sum.value },
      .number(nil, array: "partial-sum/re", equation: "Re S_{j+1} = D_0 + … + D_j") { $0.sum.value.real },
      .number(nil, array: "partial-sum/im", equation: "Im S_{j+1}") { $0.sum.value.imaginary },
      .number(
        "partialSumError", heading: "±", array: "partial-sum/standard-error",
        equation: "(Var Re + Var Im)^{1/2}", format: NumberFormat.scientific(1)
      ) { $0.sum.standardError },
      .number("partialSumBias") { $0.sum.bias },
      .json("bounds") { $0.bounds.json($0.order + 1) },
      .json("termBounds") { $0.bounds.json($0.order) },
      .json("reason") { $0.bounds.reasons($0.order + 1) },
      .verdict(note: \.note, \.verdict),
    ]
    return term + sum
      + bounds.map { bound in
        .optional(
          nil, array: "bound/" + bound.name, equation: "upper end of the bound of Δ_{j+1}, \(bound.label)"
        ) { $0.bounds.upper(bound.name, $0.order + 1) }
      }
  }
}

/// The Padé approximant of a point and time, from all its terms.
struct Resummed {
  let first: Row
  let pade: PadeResummation

  static var columns: [ResultColumn<Resummed>] {
    [
      .integer("point") { $0.first.point },
      .decimal("time") { $0.first.time },
      .integer("numerator") { $0.pade.numerator },
      .integer("denominator") { $0.pade.denominator },
      .complex("value") { $0.pade.value },
      .number("standardError") { $0.pade.standardError },
      .number("disagreement") { $0.pade.disagreement },
      .boolean("consistent") { $0.pade.isConsistent },
      .complex("partialSum") { $0.pade.partialSum },
    ]
  }
}

extension Settings {
  /// - Parameter found: as many of the terms as there are.
  func rows(_ found: [DysonTrees.Term], of trees: DysonTrees) throws -> [Row] {
    let prepared = try base.bounds.prepared(model, initial: initial, orders: orders + 1)
    return try stride(from: 0, to: found.count, by: orders).flatMap { start in
      let (point, time) = (start / orders / times.count, times[start / orders % times.count])
      let terms = Array(found[start..<min(start + orders, found.count)])
      let zeroth = trees.zerothTerm(at: particles[point])
      let sums = DysonTrees.partialSums(zeroth: zeroth, terms: terms)
      let bounds = try BoundsAtPoint(prepared, at: points[point], time: time)
      return zip(terms, sums.dropFirst()).map { term, sum in
        Row(
          point: point, time: time, marginal: base.marginals[point], term: term, zeroth: zeroth, sum: sum,
          bounds: bounds)
      }
    }
  }

  /// The approximants of the points and times of which all terms are there, where there is one.
  func resummations(_ rows: [Row]) -> [Resummed] {
    stride(from: 0, through: rows.count - orders, by: orders).compactMap { start in
      let rows = rows[start..<start + orders]
      return PadeResummation(
        terms: [rows[start].zeroth] + rows.map(\.term.value), standardErrors: [0] + rows.map(\.standardError)
      ).map { Resummed(first: rows[start], pade: $0) }
    }
  }
}
