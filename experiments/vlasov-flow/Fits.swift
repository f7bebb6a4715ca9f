import CLibraries
import ExperimentKit
import Numerics
import PhaseSpace
import Studies

/// A portrait with its place.
struct PortraitRow {
  let time: DecimalNumber
  let species: String
  let portrait: FlowPortrait
}

extension FlowStudy {
  var fitColumns: [ResultColumn<FlowFitResult>] {
    let d = lattice.dimension
    let modeText = { (result: FlowFitResult) in result.fit.mode.text(dimension: d) }
    let number = { (format: Int) in NumberFormat.scientific(format) }
    // What encloses zero as closely as it was enclosed is none.
    let nearest = { (ball: Ball) in ball.lower <= 0 && ball.upper >= 0 ? 0 : ball.middle }
    return [
      .json("mode", heading: "mode", text: modeText) { self.modeValue($0.fit.mode) },
      .text("species", heading: "of") { self.model.species[$0.fit.species].name },
      .text("kind", heading: "kind") { $0.fit.kind.rawValue },
      .decimal("from") { $0.fit.from }, .decimal("to") { $0.fit.to },
      .optional("rate", heading: "γ", format: number(6)) { $0.wave?.real },
      .optional("rateError", heading: "±", format: number(0)) { $0.errors?.rate },
      .optional(nil, heading: "γ of the root", format: number(6)) { $0.root?.imaginary.middle },
      .optional("frequency", heading: "ω", format: number(6)) { $0.frequency },
      .optional("frequencyError", heading: "±", format: number(0)) { $0.errors?.frequency },
      .optional(nil, heading: "ω of the root", format: number(6)) { $0.root.map { nearest($0.real) } },
      .json("root") { result in
        result.root.map { root in
          .object([
            ("omega", .numbers([root.real.lower, root.real.upper], shape: [2])),
            ("gamma", .numbers([root.imaginary.lower, root.imaginary.upper], shape: [2])),
          ])
        } ?? .null
      },
      .number("homogeneousChange") { $0.homogeneousChange },
      .json("reason") { $0.reason.map(JSONValue.string) },
      .verdict { $0.verdict },
    ]
  }

  /// A sentence for each wave, and one on the energy.
  func conclusions(_ rows: [Row], _ results: [FlowFitResult]) -> [String] {
    let waves = results.compactMap { result -> String? in
      guard let wave = result.wave, let errors = result.errors else { return nil }
      let root = result.root.map { ", linear theory \($0.imaginary.middle.short(6))" } ?? ""
      return "mode \(result.fit.mode.text(dimension: lattice.dimension)) of "
        + "\(model.species[result.fit.species].name): γ = \(wave.real.short(6)) ± \(errors.rate.scientific(0))\(root)"
    }
    let energies = rows.map { probe.total($0.record.sample) }
    guard let first = energies.first, let least = energies.smallest(), let most = energies.largest() else {
      return waves
    }
    let change = [most - first, first - least].largest() ?? .nan
    return waves + ["the total energy changes by at most \(change.scientific(1)) of \(first.short(4))"]
  }

  /// The portraits of each species, and a table of their extremes.
  func portraitTables(_ records: [Recorded<FlowRecord>]) -> [ResultTable<PortraitRow>] {
    guard let portraits else { return [] }
    let axis = ResultAxis("portrait-time", portraits.times.map(\.value), unit: "time")
    let drawn = records.enumerated().filter { !$1.record.portraits.isEmpty }
    let extremes: [ResultColumn<PortraitRow>] = [
      .decimal("time", heading: "t") { $0.time }, .text("species", heading: "portrait of") { $0.species },
      .number("minimum", heading: "least f", format: NumberFormat.scientific(2)) { $0.portrait.minimum },
      .number("maximum", heading: "greatest f", format: NumberFormat.scientific(2)) { $0.portrait.maximum },
      .number("cut", heading: "cut off", format: NumberFormat.scientific(0)) { $0.portrait.cut },
    ]
    let rows = { (species: Int) in
      drawn.map { place, recorded in
        PortraitRow(
          time: times[place], species: self.model.species[species].name,
          portrait: recorded.record.portraits[species])
      }
    }
    let pictures = model.species.indices.map { species in
      ResultTable(
        nil, axes: [axis], prefix: "portraits/\(model.species[species].name)/", rows: rows(species),
        columns: [
          .numbers(
            nil, array: "density", unit: "1/action", equation: "f_α(q,p), of the first axis",
            axes: portraits.grid.axes(species: species)
          ) { $0.portrait.values.values }
        ])
    }
    return [ResultTable("portraits", rows: model.species.indices.flatMap(rows), columns: extremes)] + pictures
  }
}
