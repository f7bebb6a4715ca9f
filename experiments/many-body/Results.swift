import ExperimentKit
import Interaction
import ManyBody

/// Rows, verdicts, table and arrays of the finished run.
struct Results {
  let settings: Settings
  let snapshots: [Snapshot]

  init(_ settings: Settings, _ snapshots: [Snapshot]) {
    self.settings = settings
    self.snapshots = snapshots
  }

  /// The checks, over all times: the worst value against what it must not exceed.
  var verdicts: [(name: String, value: Double, limit: Double, verdict: Verdict)] {
    func worst(_ value: (Snapshot) -> Double?) -> Double? {
      let values = snapshots.compactMap(value)
      return values.isEmpty ? nil : values.contains { $0.isNaN } ? .nan : values.max()
    }
    let checks: [(String, Double?, Double)] = [
      ("Lemma 2.1: mass", worst { defect($0["mass"], $0["massExpected"]) }, 1e-10),
      ("Lemma 2.1: below 0 or above 1", worst { s in s["range"].map { max(-$0[0], $0[1] - 1, 0) } }, 1e-10),
      ("Lemma 2.1: symmetry", worst { $0["symmetry"]?[0] }, 1e-12),
      ("Lemma 2.1: recursion", worst { $0["recursion"]?[0] }, 1e-10),
      (
        "Lemma 2.2: number moments",
        worst { s in s["lemma22"].map { $0.map { ($0 - 1).magnitude }.max() ?? 0 } }, 1e-10
      ),
      (
        "(2.14): derivative / bound",
        worst { s in ratio(s["rate214"]?.map(\.magnitude), s["bound214"]) }, 1 + 1e-9
      ),
      ("Lemma 2.3: kinetic energy / bound", worst { ratio($0["kinetic"], $0["bound23"]) }, 1 + 1e-9),
      ("(2.15) corrected", worst { defect($0["moment"], $0["momentFromKinetic"]) }, 1e-9),
      ("Proposition 2.1: moment / bound", worst { ratio($0["moment"], $0["bound21"]) }, 1 + 1e-9),
      ("(3.5): defect", worst { s in hierarchyDefect(s) }, 1e-11),
      ("energy drift", worst { s in energyDrift(s) }, settings.method == .exact ? 1e-10 : 1e-6),
    ]
    return checks.compactMap { name, value, limit in
      value.map {
        (
          name, $0, limit,
          Verdict(remainder: $0, budget: 0, boundLower: limit, boundUpper: limit)
        )
      }
    }
  }

  private func defect(_ a: [Double]?, _ b: [Double]?) -> Double? {
    guard let a, let b else { return nil }
    return zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
  }

  private func ratio(_ a: [Double]?, _ b: [Double]?) -> Double? {
    guard let a, let b else { return nil }
    return zip(a, b).reduce(0) { max($0, $1.0 / $1.1) }
  }

  private func hierarchyDefect(_ s: Snapshot) -> Double? {
    settings.points.indices.compactMap { s["hierarchy-\($0)"]?.last?.magnitude }.max()
  }

  private func energyDrift(_ s: Snapshot) -> Double? {
    guard let start = snapshots.first?["energy"]?.first, let now = s["energy"]?.first else { return nil }
    return (now - start).magnitude
  }

  var summary: [(String, JSONValue)] {
    [
      ("species", .array(settings.model.species.map { .string($0.name) })),
      ("method", .string(settings.method.rawValue)), ("hbar", .number(1 / Double(settings.total))),
      ("window", .string(settings.window.name)), ("rows", .array(snapshots.map(row))),
      ("hierarchy", .array(hierarchyRows)),
      (
        "checks",
        .array(
          verdicts.map {
            .object([
              ("check", .string($0.name)), ("value", .number($0.value)), ("limit", .number($0.limit)),
              ("verdict", .string($0.verdict.rawValue)),
            ])
          })
      ),
    ]
  }

  private func row(_ s: Snapshot) -> JSONValue {
    let list = { (name: String) in s[name].map(JSONValue.numbers) ?? .null }
    let first = { (name: String) in JSONValue.optional(s[name]?.first) }
    let modes = (0..<2).map { species -> JSONValue in
      let values = s["modes-\(species)"] ?? []
      return .array(
        stride(from: 0, to: values.count, by: 2).map { .numbers([values[$0], values[$0 + 1]]) })
    }
    return .object([
      ("time", first("time")), ("energy", first("energy")), ("kinetic", list("kinetic")),
      ("norm", first("norm")), ("propagationError", first("error")), ("densityModes", .array(modes)),
      ("naturalOccupations", .array((0..<2).map { list("occupations-\($0)") })), ("husimi", list("husimi")),
      (
        "lemma21",
        .object([
          ("mass", list("mass")), ("massExpected", list("massExpected")),
          ("min", .optional(s["range"]?[0])), ("max", .optional(s["range"]?[1])),
          ("symmetry", first("symmetry")), ("recursion", first("recursion")),
        ])
      ),
      ("lemma22", list("lemma22")),
      ("derivative214", .object([("rate", list("rate214")), ("bound", list("bound214"))])),
      ("lemma23", .object([("kinetic", list("kinetic")), ("bound", list("bound23"))])),
      (
        "proposition21",
        .object([
          ("moment", list("moment")), ("momentFromKinetic", list("momentFromKinetic")),
          ("bound", list("bound21")),
        ])
      ),
      (
        "hartreeFock",
        settings.method == .exact
          ? .object([
            ("traceDistance", list("traceDistance")), ("husimiL1", list("husimiL1")),
            ("densityDistance", list("densityDistance")),
          ]) : .null
      ),
    ])
  }

  private var hierarchyRows: [JSONValue] {
    settings.points.indices.flatMap { index in
      snapshots.compactMap { s -> JSONValue? in
        guard let terms = s["hierarchy-\(index)"], let time = s["time"]?.first else { return nil }
        return .object(
          [
            ("marginal", .array(settings.points[index].map { .integer($0.count) })),
            ("point", .integer(index)), ("time", .number(time)),
          ] + zip(Observer.terms, terms).map { ($0, .number($1)) })
      }
    }
  }

  var table: String {
    var table = TextTable(["check", "worst", "limit", "verdict"])
    for check in verdicts {
      table.add([check.name, check.value.scientific(2), check.limit.scientific(2), check.verdict.rawValue])
    }
    var states = TextTable(["time", "energy", "K1/N", "K2/N", "Tr|γ−γ_HF|/N", "Husimi L1"])
    for s in snapshots {
      states.add([
        (s["time"]?[0] ?? .nan).short(4), (s["energy"]?[0] ?? .nan).short(9),
        (s["kinetic"]?[0] ?? .nan).short(6),
        (s["kinetic"]?[1] ?? .nan).short(6), (s["traceDistance"]?[0] ?? .nan).scientific(2),
        (s["husimiL1"]?[0] ?? .nan).scientific(2),
      ])
    }
    return states.text + "\n" + table.text
  }

  func addArrays(to run: ExperimentRun) {
    let times = snapshots.count
    func stack(_ name: String) -> [Double] { snapshots.flatMap { $0[name] ?? [] } }
    run.addArray("time", stack("time"), shape: [times], axes: "time", units: "1")
    run.addArray(
      "grid/position",
      (0..<settings.gridPositions).map { settings.period * Double($0) / Double(settings.gridPositions) },
      shape: [settings.gridPositions], axes: "q", units: "1")
    run.addArray(
      "grid/momentum", settings.gridMomenta, shape: [settings.gridMomenta.count], axes: "p", units: "1")
    for (species, entry) in settings.model.species.enumerated() {
      run.addArray(
        "husimi/\(entry.name)", stack("grid-\(species)"),
        shape: [times, settings.gridMomenta.count, settings.gridPositions], axes: "time × p × q",
        equation: "m^{(1,0)} or m^{(0,1)}, (2.10), (2.11)")
      let occupations = stack("occupations-\(species)")
      if occupations.count % max(1, times) == 0,
        snapshots.allSatisfy({ $0["occupations-\(species)"]?.count == occupations.count / max(1, times) })
      {
        run.addArray(
          "occupations/\(entry.name)", occupations, shape: [times, occupations.count / max(1, times)],
          axes: "time × natural orbital", equation: "eigenvalues of γ^{(1,0)} or γ^{(0,1)}, (2.8)")
      }
    }
    run.addArray(
      "kinetic", stack("kinetic"), shape: [times, 2], axes: "time × species", equation: "⟨K_α⟩/N, (2.6)")
    run.addArray(
      "kinetic-bound", stack("bound23"), shape: [times, 2], axes: "time × species",
      equation: "(√(⟨K_α⟩_0/N) + c_α t/√2)², Lemma 2.3")
    for index in settings.points.indices {
      let terms = stack("hierarchy-\(index)")
      guard terms.count == times * Observer.terms.count else { continue }
      run.addArray(
        "hierarchy/\(index)", terms, shape: [times, Observer.terms.count],
        axes: "time × (\(Observer.terms.joined(separator: ", ")))",
        equation: "(3.1), (3.3), (3.5) as corrected")
    }
  }
}
