import CLibraries
import ExperimentKit
import Foundation
import Studies

/// The distances of one window, time, species and reference against N.
struct Rate {
  let reference: VlasovLimitStudy.Reference
  let window: Int
  let time: Double
  let species: Int
  let curve: [VlasovLimitDistance]
  let isResolved: Bool

  /// The power of ħ, of distances that are known to their gap and the row's whole error.
  var law: PowerLaw {
    PowerLaw(
      curve.map(\.value.w1), errors: curve.map { $0.value.gap + $0.error },
      particleNumbers: curve.map(\.total))
  }

  /// Theorem 1.2 says that the distance tends to zero: it is certainly smaller at the largest N than at the smallest. One N
  /// alone has nothing to be compared with.
  var verdict: Verdict {
    guard let first = curve.first, let last = curve.last, first.total < last.total else { return .none }
    let error = first.error + last.error
    if last.distance.upperBound + error < first.distance.lowerBound { return .holds }
    return last.distance.lowerBound > first.distance.upperBound + error ? .violated : .undecided
  }
}

/// (1.9) at one time: the correlation of two species at the smallest and at the largest N.
struct Trend {
  /// The place of the two among the pairs of species.
  let pair: Int
  let time: Double
  let curve: [(value: Double, error: Double)]
  let isResolved: Bool

  /// It is certainly smaller at the largest N than at the smallest.
  var verdict: Verdict {
    guard let first = curve.first, let last = curve.last, curve.count > 1 else { return .none }
    // Without correlation at the smallest N nothing is known.
    guard first.value > 1e-9 else { return .undecided }
    return Verdict(
      remainder: last.value, budget: first.error + last.error, boundLower: first.value,
      boundUpper: first.value)
  }
}

/// Tables and arrays of the finished run.
struct Results {
  typealias Factorisation = (total: Int, time: Double, figures: VlasovLimitRecord.Correlations)

  private let study: VlasovLimitStudy
  /// Of the Hartree–Fock states, by N.
  private let states: ArraySlice<[Recorded<VlasovLimitRecord>]>
  /// Of the exact states, by N.
  private let exact: ArraySlice<[Recorded<VlasovLimitRecord>]>
  private let found: [VlasovLimitDistance?]

  init(_ study: VlasovLimitStudy, _ legs: [[Recorded<VlasovLimitRecord>]], _ found: [VlasovLimitDistance?]) {
    self.study = study
    self.found = found
    states = legs.prefix(study.series.particleNumbers.count)
    exact = legs.dropFirst(study.series.particleNumbers.count)
  }

  private var series: HartreeFockSeries { study.series }
  private var names: [String] { series.model.species.map(\.name) }
  private var reference: ResultAxis { ResultAxis("reference", study.references.map(\.rawValue)) }

  /// A row for each N, window, species, time and reference.
  var distances: ResultTable<VlasovLimitDistance> {
    ResultTable(
      "rows",
      axes: [series.axes.total, series.axes.window, series.axes.species, series.axes.time, reference],
      rows: found,
      columns: [
        .integer("N") { $0.total }, .integer("window") { $0.window }, .number("time") { $0.time },
        .text("species") { names[$0.species] }, .text("reference") { $0.reference.rawValue },
        .number("w1", array: "w1", equation: "W_1(m_N, m), q mod Λ and p, Euclidean") { $0.value.w1 },
        .number("dualGap") { $0.value.gap },
        .number("displacement", array: "displacement", equation: "W_1(m(0), m(t))") { $0.displacement.w1 },
        .number("displacementGap") { $0.displacement.gap },
        .number("referenceError", array: "reference-error", equation: "W_1 to half the samples") {
          $0.referenceError
        },
        .number("outside", array: "outside", equation: "mass of m_N beyond ±p-max, of 1") {
          $0.outside.husimi
        },
        .number("referenceOutside") { $0.outside.reference },
        .number("outsideError", array: "outside-error", equation: "d + oD of both histograms") {
          $0.outsideError
        },
        .number("binningError", array: "binning-error", equation: "change on cells twice as large") {
          $0.binningError
        },
        .number("error", array: "w1-error", equation: "of W_1 on all of phase space") { $0.error },
        .number("displacementError") { $0.displacementError },
      ])
  }

  /// The power of ħ and the verdict of each reference, window, time and species.
  private var curves: [Rate] {
    return study.references.flatMap { reference in
      series.windows.indices.flatMap { window in
        series.times.enumerated().flatMap { place, time in
          names.indices.map { species in
            Rate(
              reference: reference, window: window, time: time.value, species: species,
              curve: found.compactMap(\.self).filter {
                $0.reference == reference && $0.window == window && $0.time == time.value
                  && $0.species == species
              }, isResolved: states.allSatisfy { place >= $0.count || $0[place].isResolved })
          }
        }
      }
    }
  }

  /// What was decided, and by which power of ħ each distance falls at the last time.
  func conclusion(_ verdicts: VerdictTally) -> String {
    let last = curves.filter { $0.time == series.times.last?.value }
    let parts = study.references.compactMap { reference -> String? in
      let found = last.filter { $0.reference == reference }.compactMap(\.law.slope)
      guard let least = found.smallest(), let most = found.largest() else { return nil }
      return "\(reference.rawValue): W1 falls like ħ^\(least.short(3)) to ħ^\(most.short(3))"
    }
    return ([verdicts.sentence] + parts).joined(separator: "; ")
  }

  /// The same as a table.
  var rates: ResultTable<Rate> {
    return ResultTable(
      "rates", axes: [reference, series.axes.window, series.axes.time, series.axes.species], rows: curves,
      isResolved: { $0.isResolved },
      columns: [
        .text("reference", heading: "reference") { $0.reference.rawValue }, .integer("window") { $0.window },
        .text(nil, heading: "window") { series.windows[$0.window].name },
        .number("time", heading: "t", format: { $0.short() }) { $0.time },
        .text("species", heading: "species") { names[$0.species] },
        .optional(nil, heading: "W1, first N") { $0.curve.first?.value.w1 },
        .optional(nil, heading: "W1, last N") { $0.curve.last?.value.w1 },
        .optional(nil, heading: "displaced", format: { $0.short(3) }) { $0.curve.first?.displacement.w1 },
        .optional("rate", heading: "rate", array: "rates", format: { String(format: "ħ^%.2f", $0) }) {
          $0.law.slope
        },
        .optional("rateError", heading: "±", array: "rate-errors", format: { $0.scientific(0) }) {
          $0.law.slopeError
        },
        .verdict { $0.verdict },
      ])
  }

  /// The correlations of exact states, beside Hartree–Fock, where the species factorise exactly and the exchange hole is n_α ħ.
  var factorisation: ResultTable<Factorisation> {
    let total = ResultAxis("N", study.exactStates.map(\.total))
    let fractions = series.model.fractions
    let cross: [ResultColumn<Factorisation>] = pairs.enumerated().map { index, pair in
      .number(
        name("cross", pair), heading: correlation(pair.first, pair.second), array: name("cross", pair),
        equation: "(1.9), L¹ / (2π)²"
      ) { $0.figures.cross[index] }
    }
    let crossErrors: [ResultColumn<Factorisation>] = pairs.enumerated().map { index, pair in
      .number(
        name("crossError", pair), array: name("cross-error", pair),
        equation: "of the integrals and by other plane waves"
      ) { $0.figures.crossErrors[index] }
    }
    let own: [ResultColumn<Factorisation>] = names.indices.map { species in
      .number(nil, heading: correlation(species, species)) { $0.figures.pair[species] }
    }
    let hartreeFockCross: [ResultColumn<Factorisation>] = pairs.map { pair in
      .number(name("hartreeFockCross", pair)) { _ in 0 }
    }
    return ResultTable(
      "factorisation", axes: [total, series.axes.time], prefix: "factorisation/",
      rows: zip(study.exactStates, exact).flatMap { system, records in
        series.times.enumerated().map { place, time in
          place < records.count
            ? records[place].record.correlations.map {
              Factorisation(system.total, time.value, $0)
            } : nil
        }
      },
      columns: [
        .integer("N", heading: "N") { $0.total },
        .number("time", heading: "t", format: { $0.short() }) { $0.time },
      ] + cross + [
        .numbers("pair", array: "pair", equation: "(1.9), L¹ / (2π)²", axes: [series.axes.species]) {
          $0.figures.pair
        },
        .numbers(
          "pairErrors", array: "pair-error", equation: "of the integrals and by other plane waves",
          axes: [series.axes.species]
        ) {
          $0.figures.pairErrors
        },
        .optional(nil, heading: "±") { ($0.figures.crossErrors + $0.figures.pairErrors).largest() },
      ] + crossErrors + own + hartreeFockCross + [
        .numbers("hartreeFockPair", axes: [series.axes.species]) { row in
          fractions.map { $0 / Double(row.total) }
        },
        .number(nil, heading: "Hartree–Fock") { fractions[0] / Double($0.total) },
      ])
  }

  private var pairs: [(first: Int, second: Int)] { study.speciesPairs }

  /// A key for a pair of species: as it is where there is one pair, with their numbers where there are more.
  private func name(_ key: String, _ pair: (first: Int, second: Int)) -> String {
    pairs.count == 1 ? key : "\(key)-\(pair.first + 1)\(pair.second + 1)"
  }

  /// "‖m11 − m1 m2‖", one particle of each or two of the same species.
  private func correlation(_ a: Int, _ b: Int) -> String {
    let order = names.indices.map { ($0 == a ? 1 : 0) + ($0 == b ? 1 : 0) }
    return "‖m\(order.map(String.init).joined()) − m\(a + 1) m\(b + 1)‖"
  }

  /// Whether the correlation of every two species falls with N, at every time after zero.
  var trend: ResultTable<Trend> {
    let trends = series.times.enumerated().filter { $0.element.value > 0 }.flatMap { place, time in
      let records = exact.compactMap { place < $0.count ? $0[place] : nil }
      return pairs.indices.map { pair in
        Trend(
          pair: pair, time: time.value,
          curve: records.compactMap(\.record.correlations).map { ($0.cross[pair], $0.crossErrors[pair]) },
          isResolved: records.allSatisfy(\.isResolved))
      }
    }
    let which: [ResultColumn<Trend>] =
      pairs.count == 1
      ? []
      : [
        .text("pair", heading: "species") {
          "\(names[pairs[$0.pair].first]), \(names[pairs[$0.pair].second])"
        }
      ]
    let first = pairs.count == 1 ? correlation(0, 1) : "correlation"
    return ResultTable(
      "factorisationChecks", rows: trends, isResolved: { $0.isResolved },
      columns: which + [
        .number("time", heading: "t", format: { $0.short() }) { $0.time },
        .optional("first", heading: "\(first), first N") { $0.curve.first?.value },
        .optional("last", heading: "last N") { $0.curve.last?.value },
        .optional(nil, heading: "errors") { ($0.curve.first?.error ?? 0) + ($0.curve.last?.error ?? 0) },
        .verdict { $0.verdict },
      ])
  }

  /// ħ and the portraits.
  func addArrays(_ vlasov: VlasovReference, to run: ExperimentRun) {
    let (axes, portrait, numbers) = (series.axes, study.axes, series.particleNumbers)
    run.addArray("hbar", numbers.map { 1 / Double($0) }, axes: [axes.total], equation: "ħ = 1/N")
    let size = portrait.reduce(1) { $0 * $1.count }
    let missing = [Double](repeating: .nan, count: size * names.count * series.windows.count)
    let husimi = states.flatMap { records in
      series.times.indices.flatMap { place -> [Double] in
        let values = place < records.count ? records[place].record.densities?.values ?? missing : missing
        return stride(from: 0, to: values.count, by: size).flatMap { study.byRows(values[$0..<$0 + size]) }
      }
    }
    run.addArray(
      "husimi", husimi, axes: [axes.total, axes.time, axes.window, axes.species] + portrait,
      equation: "m_α of (2.12)")
    run.addArray(
      "vlasov", vlasov.densities.flatMap { $0.flatMap { study.byRows($0.values) } },
      axes: [axes.time, axes.species] + portrait, equation: "m_α of (1.1), means over the cells")
  }
}
