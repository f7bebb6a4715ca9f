import CLibraries
import ExperimentKit
import PhaseSpace

/// What is written: summary rows, reports, arrays and the table.
struct Results {
  let settings: Settings
  let reference: Reference
  /// closure × time; NaN for those that are not finished.
  let records: [Record]
  let finished: Int

  func add(to run: ExperimentRun) {
    let (closures, times, orders) = (settings.closures, settings.times, settings.orders)
    var rows: [JSONValue] = []
    var reports: [JSONValue] = []
    var (maxima, norms) = ([Double](), [Double]())
    var table = TextTable(["closure", "t", "marginal", "max error", "L² error", "max", "state"])
    for (index, record) in records.enumerated() {
      guard index < finished else {
        maxima += orders.map { _ in .nan }
        norms += orders.map { _ in .nan }
        continue
      }
      let (closure, time) = (closures[index / times.count], times[index % times.count])
      let numbers = record.numbers
      let isPhysical = numbers[3 * orders.count + Record.reportNames.count] == 0
      for (number, order) in orders.enumerated() {
        let part = Array(numbers[(3 * number)..<(3 * number + 3)])
        maxima.append(part[0])
        norms.append(part[1])
        rows.append(
          .object([
            ("closure", .string(closure.name)), ("time", .number(time.value)),
            ("marginal", .array(order.counts.map(JSONValue.integer))), ("max", .number(part[0])),
            ("l2", .number(part[1])), ("referenceMax", .number(part[2])),
          ]))
        table.add([
          closure.name, time.text, "\(order)", part[0].scientific(), part[1].scientific(),
          part[2].scientific(),
          isPhysical ? "" : "unphysical",
        ])
      }
      let report = Record.reportNames.enumerated().map { name in
        (name.element, JSONValue.number(numbers[3 * orders.count + name.offset]))
      }
      reports.append(
        .object(
          [("closure", .string(closure.name)), ("time", .number(time.value))] + report + [
            ("physical", .boolean(isPhysical))
          ]))
    }
    run.summary.append(("rank", .integer(settings.rank)))
    run.summary.append(("rows", .array(rows)))
    run.summary.append(("reports", .array(reports)))
    let shape = [closures.count, times.count, orders.count]
    let axes = "closure × time × marginal"
    run.addArray("max", maxima, shape: shape, axes: axes, equation: "max |w − w_exact|")
    run.addArray("l2", norms, shape: shape, axes: axes, equation: "(Π Δξ Σ |w − w_exact|²)^½")
    run.addArray("times", times.map(\.value), shape: [times.count], axes: "time")
    let modes = settings.lattice.modes + 1
    let equation =
      "c_m = w^{(1,1)}(0,κm; 0,−κm) − w^{(1,0)}(0,κm) w^{(0,1)}(0,−κm); g(q_1 − q_2) = Σ_m c_m e^{−iκm(q_1 − q_2)}"
    run.addArray(
      "pair-correlation", records.flatMap { Array($0.numbers.suffix(2 * modes)) },
      shape: [closures.count, times.count, modes, 2], axes: "closure × time × mode m = 0… × (re, im)",
      equation: equation)
    run.addArray(
      "pair-correlation-exact",
      reference.correlations.joined().flatMap { [$0.real, $0.imaginary] }
        + [Double](repeating: .nan, count: 2 * modes * (times.count - reference.correlations.count)),
      shape: [times.count, modes, 2], axes: "time × mode m = 0… × (re, im)", equation: equation)
    run.report += table.text
  }
}
