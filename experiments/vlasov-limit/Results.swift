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

  /// The power of ħ, of distances that are known to their gap and the reference's error.
  var law: PowerLaw {
    PowerLaw(
      curve.map(\.value.w1), errors: curve.map { $0.value.gap + $0.referenceError },
      particleNumbers: curve.map(\.total))
  }

  /// Theorem 1.2 says that the distance tends to zero: it is certainly smaller at the largest N than at the smallest. One N
  /// alone has nothing to be compared with.
  var verdict: Verdict {
    guard let first = curve.first, let last = curve.last, first.total < last.total else { return .none }
    let error = first.referenceError + last.referenceError
    if last.distance.upperBound + error < first.distance.lowerBound { return .holds }
    return last.distance.lowerBound > first.distance.upperBound + error ? .violated : .undecided
  }
}

/// (1.9) at one time: the correlation of two species at the smallest and at the largest N.
struct Trend {
  /// The place of the two among the pairs of species.
  let pair: Int
  let time: Double
  let curve: [Double]
  /// What the plane waves leave open of each; 0 where there is nothing to compare with.
  let errors: [Double]
  let isResolved: Bool

  /// It is certainly smaller at the largest N than at the smallest.
  var verdict: Verdict {
    guard let first = curve.first, let last = curve.last, curve.count > 1 else { return .none }
    let error = (errors.first ?? 0) + (errors.last ?? 0)
    // Without correlation at the smallest N, or with a figure that is not finite, nothing is known.
    guard first > 1e-9, first.isFinite, last.isFinite, error.isFinite else { return .undecided }
    if last + error < first { return .holds }
    return last - error > first ? .violated : .undecided
  }
}

/// Tables and arrays of the finished run.
struct Results {
  typealias Factorisation = (
    total: Int, time: Double, figures: VlasovLimitRecord.Correlations, errors: VlasovLimitRecord.Correlations?
  )

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
      ])
  }

  /// The power of ħ and the verdict of each reference, window, time and species.
  var rates: ResultTable<Rate> {
    let rates = study.references.flatMap { reference in
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
    return ResultTable(
      "rates", axes: [reference, series.axes.window, series.axes.time, series.axes.species], rows: rates,
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
              Factorisation(system.total, time.value, $0, records[place].record.correlationErrors)
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
        .optionalNumbers("crossErrors") { $0.errors?.cross },
        .optionalNumbers("pairErrors") { $0.errors?.pair },
        .optional(nil, heading: "±") { row in row.errors.flatMap { ($0.cross + $0.pair).largest() } },
      ] + own + hartreeFockCross + [
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
          pair: pair, time: time.value, curve: records.compactMap { $0.record.correlations?.cross[pair] },
          errors: records.map { $0.record.correlationErrors?.cross[pair] ?? 0 },
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
        .optional("first", heading: "\(first), first N") { $0.curve.first },
        .optional("last", heading: "last N") { $0.curve.last }, .verdict { $0.verdict },
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
