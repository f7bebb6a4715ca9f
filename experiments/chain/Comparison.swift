import CLibraries
import ExperimentKit
import Husimi
import Interaction
import Numerics
import PhaseSpace
import Wasserstein

/// The distances between neighbours of the chain, and between its ends.
struct Comparison {
  private struct Row {
    let time: Double
    let from: Int
    let to: Int
    let species: Int
    let density: Double
    let husimi: Double
    let wasserstein: Double?
  }

  let settings: Settings
  let names: [String]
  let workers: Workers
  private var rows: [Row] = []
  private var times: [Double] = []
  private var pictures: [[[Double]]] = []  // time, stage·2 + species, p × q
  private var modes: [Double] = []

  init(_ settings: Settings, _ names: [String], workers: Workers) {
    self.settings = settings
    self.names = names
    self.workers = workers
  }

  /// Neighbours, then first to last.
  private var arrows: [(Int, Int)] { (0..<names.count - 1).map { ($0, $0 + 1) } + [(0, names.count - 1)] }

  mutating func add(_ stages: [any Stage], at time: Double) throws {
    times.append(time)
    let highest = max(1, settings.interaction.highestMode)
    let densities = stages.map { $0.densityModes(upTo: highest) }
    modes += densities.flatMap { $0.flatMap { $0.flatMap { [$0.real, $0.imaginary] } } }
    var grids: [[Double]] = []
    var masses: [[Double]] = []
    for stage in stages {
      for species in 0..<2 {
        grids.append(
          try stage.husimi(species, positions: settings.gridPositions, momenta: settings.gridMomenta))
        if let cells = settings.histogram {
          masses.append(
            try stage.husimi(species, positions: cells.positions, momenta: cells.momentumCentres))
        }
      }
    }
    pictures.append(grids)
    let step = settings.gridMomenta[1] - settings.gridMomenta[0]
    let cell = settings.period / Double(settings.gridPositions) * step / (2 * .pi)
    for (from, to) in arrows {
      for species in 0..<2 {
        let a = 2 * from + species
        let b = 2 * to + species
        rows.append(
          Row(
            time: time, from: from, to: to, species: species,
            density: zip(densities[from][species], densities[to][species]).reduce(0) {
              .greatest($0, ($1.0 - $1.1).length)
            },
            husimi: zip(grids[a], grids[b]).reduce(0) { $0 + ($1.0 - $1.1).magnitude } * cell,
            wasserstein: try settings.histogram.flatMap {
              try distance(masses[a], masses[b], on: $0)
            }))
      }
    }
  }

  /// W1 of the normalised histograms; nil where more than 1e-3 of the mass is negative (a Wigner function carried
  /// by the classical flow, then smoothed, need not be a measure).
  private func distance(_ a: [Double], _ b: [Double], on grid: PhaseSpaceGrid) throws -> Double? {
    func histogram(_ values: [Double]) throws -> PhaseSpaceHistogram? {
      // From momentum-major to the grid's position-major cells; a common shift by half a cell does not matter.
      let ordered = (0..<grid.positions).flatMap { j in
        (0..<grid.momenta).map { values[$0 * grid.positions + j] }
      }
      let negative = ordered.reduce(0) { $0 + .greatest(0, -$1) }
      let positive = ordered.map { Double.greatest(0, $0) }
      let total = positive.reduce(0, +)
      guard total.isFinite, negative.isFinite else {
        throw NumericalFailure(in: "a Husimi measure of the chain", "values that are not finite")
      }
      guard negative <= 1e-3 * total else { return nil }
      return try PhaseSpaceHistogram(positive.map { $0 / total }, on: grid)
    }
    guard let first = try histogram(a), let second = try histogram(b) else { return nil }
    return try wassersteinDistance(first, second, metric: .euclidean, workers: workers).value
  }

  /// Whether no time is finished yet.
  var isEmpty: Bool { times.isEmpty }

  /// Writes what a checkpoint keeps of the times so far, under the number of the series.
  func write(_ series: Int, to writer: CheckpointWriter) {
    writer.write("\(series)/modes", modes)
    let grids = pictures.joined()
    writer.write("\(series)/pictures", count: grids.reduce(0) { $0 + $1.count }) { next in
      for grid in grids { grid.withUnsafeBufferPointer(next) }
    }
    writer.write("\(series)/rows", rows.flatMap { [$0.density, $0.husimi, $0.wasserstein ?? .nan] })
  }

  /// Takes up the comparisons already made at the first times.
  /// - Throws: `InputError` when an array has another length.
  mutating func restore(_ checkpoint: CheckpointReader, _ prefix: String, times: [Double]) throws {
    self.times = times
    let grids = 2 * names.count
    let size = settings.gridPositions * settings.gridMomenta.count
    modes = try checkpoint.array(
      prefix + "modes", count: times.count * grids * max(1, settings.interaction.highestMode) * 2)
    let saved = try checkpoint.array(prefix + "pictures", count: times.count * grids * size)
    pictures = times.indices.map { time in
      (0..<grids).map { grid in
        let start = (time * grids + grid) * size
        return Array(saved[start..<start + size])
      }
    }
    // Where there is no W1.
    let values = try checkpoint.array(
      prefix + "rows", count: 3 * 2 * times.count * arrows.count, mayBeNaN: { $0 % 3 == 2 })
    let places = times.flatMap { time in
      arrows.flatMap { arrow in (0..<2).map { (time, arrow, $0) } }
    }
    rows = places.enumerated().map { index, place in
      let wasserstein = values[3 * index + 2]
      return Row(
        time: place.0, from: place.1.0, to: place.1.1, species: place.2, density: values[3 * index],
        husimi: values[3 * index + 1], wasserstein: wasserstein.isNaN ? nil : wasserstein)
    }
  }

  private var species: [String] { settings.model.species.map(\.name) }

  /// The rows of summary.json.
  var jsonRows: [JSONValue] {
    rows.map {
      .object([
        ("time", .number($0.time)), ("from", .string(names[$0.from])), ("to", .string(names[$0.to])),
        ("species", .string(species[$0.species])), ("densityDistance", .number($0.density)),
        ("husimiL1", .number($0.husimi)), ("w1", .optional($0.wasserstein)),
      ])
    }
  }

  /// The rows of the last time.
  var table: String {
    var table = TextTable(["time", "from", "to", "species", "density modes", "Husimi L1", "W1"])
    for row in rows where row.time == times.last {
      table.add([
        row.time.short(4), names[row.from], names[row.to], species[row.species], row.density.scientific(2),
        row.husimi.scientific(2), (row.wasserstein ?? .nan).scientific(2),
      ])
    }
    return table.text
  }

  /// Pictures and density modes, under `prefix`.
  func addArrays(to run: ExperimentRun, prefix: String = "") {
    run.addArray("\(prefix)time", times, shape: [times.count], axes: "time")
    run.addArray(
      "\(prefix)grid/position",
      (0..<settings.gridPositions).map { settings.period * Double($0) / Double(settings.gridPositions) },
      shape: [settings.gridPositions], axes: "q")
    run.addArray(
      "\(prefix)grid/momentum", settings.gridMomenta, shape: [settings.gridMomenta.count], axes: "p")
    for (stage, name) in names.enumerated() {
      for (index, entry) in species.enumerated() {
        run.addArray(
          "\(prefix)husimi/\(name)/\(entry)", pictures.flatMap { $0[2 * stage + index] },
          shape: [times.count, settings.gridMomenta.count, settings.gridPositions], axes: "time × p × q",
          equation: "m^{(1,0)} or m^{(0,1)}")
      }
    }
    run.addArray(
      "\(prefix)density-modes", modes,
      shape: [times.count, names.count, 2, max(1, settings.interaction.highestMode), 2],
      axes: "time × stage × species × mode m = 1 … × (re, im)", equation: "r_m = ∫ρ e^{−iκmx} dx")
  }
}
