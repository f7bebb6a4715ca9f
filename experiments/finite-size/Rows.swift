import CLibraries
import Computing
import ExperimentKit
import Hierarchy
import ModelConfiguration
import PhaseSpace
import Studies
import Vlasov

/// The hierarchy of one variant, and what it is compared with.
struct Compared {
  let own: any RankedHierarchy
  /// The hierarchy of the limit on the same lattice, where the closure does not keep the data's product: nil where the limit is
  /// the exact solution.
  let limit: (any RankedHierarchy)?
  let reference: ReferenceSolution

  var moving: [any Evolution] { [own] + (limit.map { [$0] } ?? []) + [reference] }
}

/// How far one marginal is from its limit.
struct Record: Codable, Sendable {
  let distance: MarginalDistance
  /// The same of the marginals divided by their masses, times that of the limit; nil where there are too few particles.
  let normalised: MarginalDistance?
  let referenceError: Double
  let latticeError: Double
  /// What shared orbitals miss of the marginal and of its limit, in L² over the norm; 0 in full storage.
  let storageShare: Double

  /// What the distance may be off by.
  var error: Double { referenceError + latticeError + storageShare * distance.referenceMaximum }

  /// The records of all marginals.
  static func all(_ orders: [MarginalOrder], _ compared: Compared) throws -> [Record] {
    let exact = compared.reference.components()
    let tables = try ProductTables(exact)
    return try orders.map { order in
      func distance(times factor: Double = 1) throws -> MarginalDistance {
        guard let limit = compared.limit else {
          return compared.own.distance(order, times: factor, to: tables)
        }
        return try compared.own.distance(order, times: factor, to: limit)
      }
      let mass = compared.own.model.mass(of: order)
      let lattice = compared.reference.latticeError(of: order)
      return Record(
        distance: try distance(),
        normalised: mass == 0 ? nil : try distance(times: compared.reference.model.mass(of: order) / mass),
        // A limit on the lattice is off by what the lattice is.
        referenceError: exact.error(of: order).maximum + (compared.limit == nil ? 0 : lattice),
        latticeError: lattice,
        storageShare: compared.own.storageShare(order) + (compared.limit?.storageShare(order) ?? 0))
    }
  }
}

/// The distance of one marginal to its limit.
struct Row {
  let closure: String
  let variant: Variant
  let time: DecimalNumber
  let order: MarginalOrder
  let record: Record
  let isResolved: Bool

  static var columns: [ResultColumn<Row>] {
    [
      .text("closure") { $0.closure },
      .json("N") { $0.variant.number.map(JSONValue.integer) ?? .null },
      .optional("hbar") { $0.variant.hbar?.value },
      .decimal("time") { $0.time },
      .integers("marginal") { $0.order.counts },
      .number("max") { $0.record.distance.maximum },
      .number("l2") { $0.record.distance.l2 },
      .optional("normalisedMax") { $0.record.normalised?.maximum },
      .optional("normalisedL2") { $0.record.normalised?.l2 },
      .number("referenceError") { $0.record.referenceError },
      .number("latticeError") { $0.record.latticeError },
      .number("storageShare") { $0.record.storageShare },
      .boolean("resolved") { $0.isResolved },
      .numbers(
        nil, array: "distance", equation: "‖w_N − w_∞‖ or ‖w_ħ − w_0‖",
        axes: [ResultAxis("norm", ["max", "l2"])]
      ) { [$0.record.distance.maximum, $0.record.distance.l2] },
      .numbers(
        nil, array: "normalised-distance", equation: "‖(c_∞/c_N) w_N − w_∞‖, c the mass of the marginal",
        axes: [ResultAxis("norm", ["max", "l2"])]
      ) { [$0.record.normalised?.maximum ?? .nan, $0.record.normalised?.l2 ?? .nan] },
    ]
  }
}

/// The slope of a marginal's distance in N or ħ, log–log.
struct Slope {
  let closure: String
  let against: Variant.Scale
  let time: DecimalNumber
  let order: MarginalOrder
  let law: PowerLaw
  /// Of the marginals divided by their masses.
  let normalised: PowerLaw

  /// −1 or 2 where the powers that are fitted are those of distances with a leading term.
  var expected: Double? { law.slope == nil ? nil : against.expectedSlope }

  /// "N: slopes -1.02 to -0.98, expected -1", a sentence for each scale.
  static func conclusions(_ slopes: [Slope]) -> [String] {
    Variant.Scale.allCases.compactMap { scale in
      let found = slopes.filter { $0.against == scale }.compactMap(\.law.slope)
      guard let least = found.smallest(), let most = found.largest() else { return nil }
      return "\(scale.rawValue): slopes \(least.short(3)) to \(most.short(3)), expected "
        + scale.expectedSlope.short()
    }
  }

  static var columns: [ResultColumn<Slope>] {
    [
      .text("closure", heading: "closure") { $0.closure },
      .text("against", heading: "against") { $0.against.rawValue },
      .decimal("time", heading: "t") { $0.time },
      .integers("marginal", heading: "marginal", text: \.order.description) { $0.order.counts },
      .optional("slope", heading: "slope", format: NumberFormat.short(3)) { $0.law.slope },
      .optional("slopeError", heading: "±", format: NumberFormat.short(1)) { $0.law.slopeError },
      .optional("normalisedSlope", heading: "normalised", format: NumberFormat.short(3)) {
        $0.normalised.slope
      },
      .optional("normalisedSlopeError", heading: "±", format: NumberFormat.short(1)) {
        $0.normalised.slopeError
      },
      .optional("expected", heading: "expected", format: NumberFormat.short()) { $0.expected },
      .json("reason") { $0.law.reason.map(JSONValue.string) ?? .null },
    ]
  }
}

extension Settings {
  var axes: [ResultAxis] {
    [
      ResultAxis("closure", base.closures.map(\.name)), ResultAxis("variant", variants.map(\.description)),
      ResultAxis("time", base.times.map(\.value)), ResultAxis("marginal", base.orders.map(\.description)),
    ]
  }

  func rows(_ records: [[Recorded<[Record]>]]) -> [Row] {
    records.numbered().flatMap { leg, place, recorded in
      zip(base.orders, recorded.record).map { order, record in
        let (closure, variant) = pairs[leg]
        return Row(
          closure: closure.name, variant: variant, time: base.times[place], order: order, record: record,
          isResolved: recorded.isResolved)
      }
    }
  }

  /// The slopes in N and in ħ where there are at least two of them, of the distances that are resolved and larger than what
  /// the lattice and the reference are off by.
  func slopes(_ rows: [Row]) -> [Slope] {
    let lines = base.closures.flatMap { closure in Variant.Scale.allCases.map { (closure.name, $0) } }
    return lines.flatMap { closure, scale in
      guard variants.filter({ $0.scale == scale }).count > 1 else { return [Slope]() }
      return base.times.flatMap { time in
        base.orders.map { order in
          let chosen = rows.filter {
            ($0.closure, $0.variant.scale, $0.order) == (closure, scale, order) && $0.time == time
              && $0.isResolved
          }
          func law(_ distance: (Record) -> MarginalDistance?) -> PowerLaw {
            let known = chosen.filter { distance($0.record) != nil }
            return PowerLaw(
              sizes: known.map(\.variant.size), values: known.compactMap { distance($0.record)?.maximum },
              errors: known.map(\.record.error))
          }
          return Slope(
            closure: closure, against: scale, time: time, order: order, law: law { $0.distance },
            normalised: law { $0.normalised })
        }
      }
    }
  }
}
