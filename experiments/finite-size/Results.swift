import CLibraries
import ExperimentKit
import Hierarchy
import PhaseSpace

/// Rows, fitted slopes, arrays and the table.
struct Results {
  let settings: Settings
  /// closure × variant × time × marginal × (max, l2)
  let records: [Double]
  /// Hierarchies and times that were reached; what follows them is NaN.
  let finished: Int

  private func maximum(_ closure: Int, _ variant: Int, _ time: Int, _ order: Int) -> Double {
    let (variants, times, orders) = (settings.variants.count, settings.times.count, settings.orders.count)
    return records[2 * (((closure * variants + variant) * times + time) * orders + order)]
  }

  func add(to run: ExperimentRun) throws {
    let (variants, times, orders) = (settings.variants, settings.times, settings.orders)
    var rows: [JSONValue] = []
    var slopes: [JSONValue] = []
    var table = TextTable(["closure", "against", "t", "marginal", "slope", "expected"])
    for (c, closure) in settings.closures.enumerated() {
      for (v, variant) in variants.enumerated() {
        for (t, time) in times.enumerated() {
          for (o, order) in orders.enumerated() {
            guard (c * variants.count + v) * times.count + t < finished else { continue }
            let at = 2 * (((c * variants.count + v) * times.count + t) * orders.count + o)
            rows.append(
              .object([
                ("closure", .string(closure.name)), ("N", variant.number.map { .integer($0) } ?? .null),
                ("hbar", .optional(variant.hbar?.value)), ("time", .number(time.value)),
                ("marginal", .array(order.counts.map(JSONValue.integer))), ("max", .number(records[at])),
                ("l2", .number(records[at + 1])),
              ]))
          }
        }
      }
      for (against, expected) in [("N", -1.0), ("hbar", 2.0)] {
        let members = variants.indices.filter { (variants[$0].number != nil) == (against == "N") }
        guard members.count > 1 else { continue }
        let scales = members.map { variants[$0].number.map(Double.init) ?? variants[$0].hbar?.value ?? 1 }
        for (t, time) in times.enumerated() {
          for (o, order) in orders.enumerated() {
            let errors = members.map { maximum(c, $0, t, o) }
            // A distance that is zero (at t = 0, or a species that feels nothing) has no slope.
            let slope =
              errors.allSatisfy { $0 > 0 } ? try ConvergenceOrder.fitted(steps: scales, errors: errors) : nil
            slopes.append(
              .object([
                ("closure", .string(closure.name)), ("against", .string(against)),
                ("time", .number(time.value)),
                ("marginal", .array(order.counts.map(JSONValue.integer))), ("slope", .optional(slope)),
                ("expected", .number(expected)),
              ]))
            table.add([
              closure.name, against, time.text, "\(order)", slope.map { $0.short() } ?? "–", expected.short(),
            ])
          }
        }
      }
    }
    run.summary.append(("rows", .array(rows)))
    run.summary.append(("slopes", .array(slopes)))
    run.addArray(
      "distance", records, shape: [settings.closures.count, variants.count, times.count, orders.count, 2],
      axes: "closure × variant × time × marginal × (max, l2)", equation: "‖w_N − w_∞‖ or ‖w_ħ − w_0‖")
    run.report += table.text
  }
}
