import CLibraries
import ExperimentKit
import Numerics
import PhaseSpace
import Studies

/// What is recorded at one time, with its error where half the step was followed.
struct Row {
  let time: DecimalNumber
  let record: FlowRecord
  /// The same with half the step.
  let halved: FlowRecord?
}

extension FlowStudy {
  var timeAxis: ResultAxis { ResultAxis("time", times.map(\.value), unit: "time") }
  private var names: [String] { model.species.map(\.name) }
  private var speciesAxis: ResultAxis { ResultAxis("species", names) }
  private var modeAxis: ResultAxis {
    let d = lattice.dimension
    return d == 1
      ? ResultAxis("mode", modes.map { $0[0] }) : ResultAxis("mode", modes.map { $0.text(dimension: d) })
  }
  private var componentAxis: ResultAxis { ResultAxis("axis", Array(0..<lattice.dimension)) }

  func rows(_ legs: [[Recorded<FlowRecord>]]) -> [Row] {
    legs[0].enumerated().map { place, recorded in
      let halved = legs.count > 1 && place < legs[1].count ? legs[1][place].record : nil
      return Row(time: times[place], record: recorded.record, halved: halved)
    }
  }

  /// The first time, the last and up to seven between.
  func isShown(_ time: DecimalNumber) -> Bool {
    let last = times.count - 1
    let places = Set((0...min(8, last)).map { $0 * last / max(1, min(8, last)) })
    return times.enumerated().contains { places.contains($0) && $1 == time }
  }

  /// An object by species.
  private func bySpecies(_ value: (Int) -> JSONValue) -> JSONValue {
    .object(names.enumerated().map { ($1, value($0)) })
  }

  /// What half the step changes, 16/15 of it: the error of a method of fourth order.
  private func error(_ row: Row, _ numbers: (FlowRecord) -> [Double]) -> Double? {
    row.halved.map { halved in
      16.0 / 15
        * zip(numbers(row.record), numbers(halved)).reduce(0) { .greatest($0, ($1.0 - $1.1).magnitude) }
    }
  }

  private func densities(_ record: FlowRecord) -> [Double] {
    names.indices.flatMap { probe.densities(record.sample, species: $0) }
  }

  private func kinetic(_ record: FlowRecord) -> [Double] {
    names.indices.map { probe.kinetic(record.sample, species: $0) }
  }

  private func momentum(_ record: FlowRecord) -> [Double] {
    names.indices.flatMap { probe.momentum(record.sample, species: $0) }
  }

  var columns: [ResultColumn<Row>] {
    [
      .decimal("time", heading: "t") { $0.time },
      .json("density") { row in
        bySpecies { .numbers(probe.densities(row.record.sample, species: $0), shape: [modes.count, 2]) }
      },
      .numbers(
        nil, array: "density", equation: "ρ̂_α(κn) = w^α(0,κn)", axes: [speciesAxis, modeAxis, .complex]
      ) { densities($0.record) },
      .optional("densityError", array: "density-error", equation: "≥ |ρ̂ as computed − ρ̂|") {
        error($0, densities)
      },
      .numbers(
        "fieldEnergy", array: "field-energy", unit: "energy",
        equation: "Σ_{αβ} v_{αβ,n} Re ρ̂_α(κn) conj ρ̂_β(κn)", axes: [modeAxis]
      ) { probe.fieldEnergies($0.record.sample) },
      .number(nil, heading: "field, n = \(modes[0].text(dimension: lattice.dimension))") {
        probe.fieldEnergies($0.record.sample)[0]
      },
      .optional(
        "fieldEnergyError", heading: "±", array: "field-energy-error", unit: "energy",
        equation: "of the largest of the modes", format: NumberFormat.scientific(0)
      ) { error($0) { probe.fieldEnergies($0.sample) } },
      .number(
        "potential", heading: "potential", array: "potential", unit: "energy",
        equation: "½ Σ_{αβ} Σ_m v_{αβ,m} ρ̂_α(κm) conj ρ̂_β(κm)"
      ) { probe.potential($0.record.sample) },
      .json("kinetic") { row in bySpecies { .number(probe.kinetic(row.record.sample, species: $0)) } },
      .numbers(
        nil, array: "kinetic", unit: "energy", equation: "−Δ_ξ w^α(0,0)/2m_α", axes: [speciesAxis]
      ) { kinetic($0.record) },
      .number(
        "total", heading: "total energy", array: "total", unit: "energy", equation: "kinetic + potential",
        format: NumberFormat.scientific(9)
      ) { probe.total($0.record.sample) },
      .number("kineticError", array: "kinetic-error", unit: "energy", equation: "of the differences in ξ") {
        $0.record.kineticError
      },
      .optional(
        "totalError", heading: "±", array: "total-error", unit: "energy",
        equation: "of the step and of the differences in ξ", format: NumberFormat.scientific(0)
      ) { row in
        error(row) { [probe.total($0.sample)] }.map { $0 + row.record.kineticError }
      },
      .json("momentum") { row in
        bySpecies { .numbers(probe.momentum(row.record.sample, species: $0), shape: [lattice.dimension]) }
      },
      .numbers(
        nil, array: "momentum", unit: "momentum", equation: "−i∇_ξ w^α(0,0)",
        axes: [speciesAxis, componentAxis]
      ) { momentum($0.record) },
      .json("mass") { row in bySpecies { .number(row.record.mass[$0]) } },
      .numbers(nil, array: "mass", equation: "w^α(0,0)", axes: [speciesAxis]) { $0.record.mass },
      .json("l2") { row in bySpecies { .number(row.record.l2[$0]) } },
      .numbers(
        nil, array: "l2", equation: "(∫∫ f_α² dq dp)^½: its loss has left the lattice", axes: [speciesAxis]
      ) { $0.record.l2 },
      .number(
        "homogeneousChange", heading: "change at n = 0", array: "homogeneous-change",
        equation: "max |w^α_t(ξ,0) − w^α_0(ξ,0)|/n_α", format: NumberFormat.scientific(1)
      ) { $0.record.homogeneousChange },
    ]
  }

  /// An integer in d = 1, else a list.
  func modeValue(_ mode: ModeIndex) -> JSONValue {
    let d = lattice.dimension
    return d == 1 ? .integer(mode[0]) : .array((0..<d).map { .integer(mode[$0]) })
  }

  var pulseList: JSONValue {
    .array(
      pulses.map { pulse in
        .object([
          ("time", .number(pulse.time.value)), ("species", .string(names[pulse.species])),
          ("mode", modeValue(pulse.mode)),
          ("amplitude", .number(pulse.amplitude)), ("phase", .number(pulse.phase)),
        ])
      })
  }

  /// All samples, in data.h5 only.
  func seriesTable(_ records: [Recorded<FlowRecord>]) -> ResultTable<[Double]> {
    let samples = series(records).map(Array.init)
    let axis = ResultAxis(
      "series-time", samples.indices.map { Double($0) * sampleStep }, unit: "time")
    return ResultTable(
      nil, axes: [axis], prefix: "series/", rows: samples,
      columns: [
        .numbers(nil, array: "density", equation: "ρ̂_α(κn)", axes: [speciesAxis, modeAxis, .complex]) {
          sample in names.indices.flatMap { probe.densities(sample, species: $0) }
        },
        .numbers(nil, array: "field-energy", unit: "energy", equation: "as 'field-energy'", axes: [modeAxis])
        {
          probe.fieldEnergies($0)
        },
        .number(nil, array: "potential", unit: "energy", equation: "as 'potential'") { probe.potential($0) },
        .numbers(nil, array: "kinetic", unit: "energy", equation: "as 'kinetic'", axes: [speciesAxis]) {
          sample in names.indices.map { probe.kinetic(sample, species: $0) }
        },
      ])
  }
}
