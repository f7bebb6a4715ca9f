import CLibraries
import ExperimentKit
import Hierarchy
import PhaseSpace

/// The distance of one marginal to its limit.
struct Row {
  let closure: String
  let variant: Variant
  let time: DecimalNumber
  let order: MarginalOrder
  let distance: MarginalDistance

  static var columns: [ResultColumn<Row>] {
    [
      .text("closure") { $0.closure },
      .json("N") { $0.variant.number.map(JSONValue.integer) ?? .null },
      .optional("hbar") { $0.variant.hbar?.value },
      .decimal("time") { $0.time },
      .integers("marginal") { $0.order.counts },
      .number("max") { $0.distance.maximum },
      .number("l2") { $0.distance.l2 },
      .numbers(
        nil, array: "distance", equation: "‖w_N − w_∞‖ or ‖w_ħ − w_0‖",
        axes: [ResultAxis("norm", ["max", "l2"])]
      ) { [$0.distance.maximum, $0.distance.l2] },
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

  static var columns: [ResultColumn<Slope>] {
    [
      .text("closure", heading: "closure") { $0.closure },
      .text("against", heading: "against") { $0.against.rawValue },
      .decimal("time", heading: "t") { $0.time },
      .integers("marginal", heading: "marginal", text: \.order.description) { $0.order.counts },
      .optional("slope", heading: "slope", format: NumberFormat.short()) { $0.law.slope },
      .optional("slopeError", heading: "±", format: NumberFormat.short(1)) { $0.law.slopeError },
      .number("expected", heading: "expected", format: NumberFormat.short()) { $0.against.expectedSlope },
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

  func rows(_ records: [[Recorded<[MarginalDistance]>]]) -> [Row] {
    records.numbered().flatMap { leg, place, recorded in
      zip(base.orders, recorded.record).map { order, distance in
        let (closure, variant) = pairs[leg]
        return Row(
          closure: closure.name, variant: variant, time: base.times[place], order: order, distance: distance)
      }
    }
  }

  /// The slopes in N and in ħ where there are at least two of them; nil for one whose distances are not all there, or zero
  /// (at t = 0, or a species that feels nothing).
  func slopes(_ rows: [Row]) -> [Slope] {
    let lines = base.closures.flatMap { closure in Variant.Scale.allCases.map { (closure.name, $0) } }
    return lines.flatMap { closure, scale in
      let steps = variants.filter { $0.scale == scale }.map(\.size)
      guard steps.count > 1 else { return [Slope]() }
      return base.times.flatMap { time in
        base.orders.map { order in
          let errors = rows.filter {
            ($0.closure, $0.variant.scale, $0.order) == (closure, scale, order) && $0.time == time
          }.map(\.distance.maximum)
          return Slope(
            closure: closure, against: scale, time: time, order: order,
            law: PowerLaw(sizes: Array(steps.prefix(errors.count)), values: errors))
        }
      }
    }
  }
}
