import CLibraries
import ExperimentKit
import Foundation
import ModelConfiguration
import Wasserstein

/// Distances, rates and portraits from the Husimi densities of each (N, time) and the Vlasov reference.
struct Results {
  /// One distance of a Husimi measure from a reference.
  struct Row {
    let total: Int
    let window: Int
    let time: Int
    let species: Int
    let reference: Reference
    let distance: TransportDistance
    /// W1 of the reference between time 0 and t.
    let displacement: TransportDistance
    /// W1 of the reference from one with half the samples along each axis of a cell: above the reference's own error.
    let referenceError: Double
  }

  let settings: Settings
  let records: [[Double]]
  let vlasov: VlasovReference
  let rows: [Row]

  /// - Parameter finished: records that were made; those beyond are NaN.
  init(
    _ settings: Settings, _ records: [[Double]], _ vlasov: VlasovReference, _ run: ExperimentRun,
    finished: Int
  ) throws {
    self.settings = settings
    self.records = records
    self.vlasov = vlasov
    let series = settings.series
    let size = settings.grid.cells * settings.refinement * settings.refinement
    let plain = try series.times.indices.map { time in
      try (0..<2).map { try vlasov.histogram(time: time, species: $0) }
    }
    let displacements = try series.times.indices.map { time in
      try (0..<2).map { try Self.distance(plain[0][$0], plain[time][$0], run.workers) }
    }
    let errors = try series.times.indices.map { time in
      try (0..<2).map {
        let coarse = try vlasov.histogram(time: time, species: $0, .coarse)
        return try Self.distance(plain[time][$0], coarse, run.workers).upper
      }
    }
    let progress = run.progress("distances", total: records.count)
    var rows: [Row] = []
    for (number, total) in series.particleNumbers.enumerated() {
      for (window, profile) in series.windows.enumerated() {
        for species in 0..<2 {
          var start: PhaseSpaceHistogram?
          for time in series.times.indices where number * series.times.count + time < finished {
            try run.checkInterruption()
            let record = records[number * series.times.count + time]
            let offset = (2 * window + species) * size
            let husimi = try PhaseSpaceHistogram(
              density: record[offset..<(offset + size)].map { .greatest(0, $0) },
              refinement: settings.refinement,
              on: settings.grid)
            for reference in settings.references {
              let other: PhaseSpaceHistogram
              let displacement: TransportDistance
              let error: Double
              switch reference {
              case .vlasov:
                other = plain[time][species]
                displacement = displacements[time][species]
                error = errors[time][species]
              case .smoothedVlasov:
                let smoothed = {
                  try vlasov.smoothedHistogram(
                    time: time, species: species, window: profile, hbar: 1 / Double(total), $0)
                }
                other = try smoothed(.full)
                error = try Self.distance(other, smoothed(.coarse), run.workers).upper
                start = start ?? other
                displacement = try Self.distance(start ?? other, other, run.workers)
              }
              rows.append(
                Row(
                  total: total, window: window, time: time, species: species, reference: reference,
                  distance: try Self.distance(husimi, other, run.workers), displacement: displacement,
                  referenceError: error))
            }
          }
        }
      }
      progress.update((number + 1) * series.times.count)
    }
    progress.finish()
    self.rows = rows
  }

  private static func distance(_ a: PhaseSpaceHistogram, _ b: PhaseSpaceHistogram, _ workers: Workers) throws
    -> TransportDistance
  {
    try wassersteinDistance(a, b, workers: workers)
  }

  /// The rows of one curve against N.
  private func curve(_ window: Int, _ time: Int, _ species: Int, _ reference: Reference) -> [Row] {
    rows.filter {
      $0.window == window && $0.time == time && $0.species == species && $0.reference == reference
    }
  }

  func add(to run: ExperimentRun) {
    let series = settings.series
    let names = series.model.species.map(\.name)
    run.summary.append(("windows", .array(series.windows.map { .string($0.name) })))
    run.summary.append(
      (
        "rows",
        .array(
          rows.map { row in
            [
              "N": .integer(row.total), "window": .integer(row.window),
              "time": .number(series.times[row.time].value), "species": .string(names[row.species]),
              "reference": .string(row.reference.rawValue), "w1": .number(row.distance.value),
              "dualGap": .number(row.distance.gap), "displacement": .number(row.displacement.value),
              "displacementGap": .number(row.displacement.gap),
              "referenceError": .number(row.referenceError),
            ]
          })
      ))

    var rates: [JSONValue] = []
    var table = TextTable([
      "reference", "window", "t", "species", "W1, first N", "W1, last N", "displaced", "rate", "verdict",
    ])
    for reference in settings.references {
      for window in series.windows.indices {
        for (time, text) in series.times.enumerated() {
          for species in 0..<2 {
            let curve = curve(window, time, species, reference)
            // Distances that the reference's error could change by a quarter say nothing about the rate.
            let known = curve.filter { $0.distance.value > 4 * $0.referenceError }
            let rate = fittedSlope(known.map(\.distance.value), particleNumbers: known.map(\.total))
            let verdict = Self.verdict(curve)
            run.record(verdict)
            rates.append([
              "reference": .string(reference.rawValue), "window": .integer(window),
              "time": .number(text.value),
              "species": .string(names[species]), "rate": .optional(rate),
              "verdict": .string(verdict.rawValue),
            ])
            table.add([
              reference.rawValue, series.windows[window].name, text.value.short(), names[species],
              curve.first?.distance.value.scientific() ?? "–", curve.last?.distance.value.scientific() ?? "–",
              curve.first?.displacement.value.short(3) ?? "–",
              rate.map { String(format: "ħ^%.2f", $0) } ?? "–",
              verdict.rawValue,
            ])
          }
        }
      }
    }
    run.summary.append(("rates", .array(rates)))
    run.report = table.text
    addArrays(to: run)
  }

  /// Theorem 1.2 says that the distance tends to zero: it is certainly smaller at the largest N than at the smallest. One N
  /// alone has nothing to be compared with.
  private static func verdict(_ curve: [Row]) -> Verdict {
    guard let first = curve.first, let last = curve.last, first.total < last.total else { return .none }
    let error = first.referenceError + last.referenceError
    if last.distance.upper + error < first.distance.lower { return .holds }
    return last.distance.lower > first.distance.upper + error ? .violated : .undecided
  }

  private func addArrays(to run: ExperimentRun) {
    let series = settings.series
    let (columns, lines) = (
      settings.grid.positions * settings.refinement, settings.grid.momenta * settings.refinement
    )
    run.addArray(
      "hbar", series.particleNumbers.map { 1 / Double($0) }, shape: [series.particleNumbers.count], axes: "N",
      equation: "ħ = 1/N")
    run.addArray(
      "q", (0..<columns).map { (Double($0) + 0.5) * settings.grid.period / Double(columns) },
      shape: [columns],
      axes: "q", units: "length")
    let step = settings.grid.momentumStep / Double(settings.refinement)
    run.addArray(
      "p", (0..<lines).map { settings.grid.momentumRange.lowerBound + (Double($0) + 0.5) * step },
      shape: [lines],
      axes: "p", units: "momentum")
    run.addArray(
      "husimi", records.flatMap { $0 },
      shape: [series.particleNumbers.count, series.times.count, series.windows.count, 2, columns, lines],
      axes: "N × time × window × species × q × p", equation: "m^{(1,0)}, m^{(0,1)} of (2.12)")
    run.addArray(
      "vlasov", vlasov.densities.flatMap { $0.flatMap(\.values) },
      shape: [series.times.count, 2, columns, lines], axes: "time × species × q × p",
      equation: "m_1, m_2 of (1.1), means over the cells")
  }
}
