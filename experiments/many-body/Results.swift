import CLibraries
import ExperimentKit

/// One of the statements that are checked, over all times.
struct Check {
  let name: String
  /// The worst value; nil where there was nothing to check.
  let value: Double?
  let limit: Double
  let verdict: Verdict
}

/// Rows, verdicts, table and arrays of the finished run.
struct Results {
  let settings: Settings
  let snapshots: [Snapshot]
  let failure: Evolution.Failure?
  let checks: [Check]

  init(_ settings: Settings, _ snapshots: [Snapshot], failure: Evolution.Failure?) {
    self.settings = settings
    self.snapshots = snapshots
    self.failure = failure
    checks = Self.checks(settings, snapshots)
  }

  /// The worst value of every statement against what it must not exceed. A statement that could be checked at no time is not
  /// decided at all (none), one that could be checked at some times only is undecided at best.
  private static func checks(_ settings: Settings, _ snapshots: [Snapshot]) -> [Check] {
    func check(_ name: String, _ limit: Double, _ value: (Snapshot) -> Double?) -> Check {
      let values = snapshots.compactMap(value)
      guard let worst = values.largest() else {
        return Check(name: name, value: nil, limit: limit, verdict: .none)
      }
      let verdict = Verdict(remainder: worst, budget: 0, boundLower: limit, boundUpper: limit)
      return Check(
        name: name, value: worst, limit: limit,
        verdict: values.count == snapshots.count ? verdict : verdict.worse(.undecided))
    }
    // The energy at the first time has nothing to drift from.
    let start = snapshots.count > 1 ? snapshots.first?.energy : nil
    return [
      check("Lemma 2.1: mass", 1e-10) { defect($0.mass, $0.massExpected) },
      check("Lemma 2.1: below 0 or above 1", 1e-10) { s in
        (s.range + s.husimi).map { Double.greatest(0, .greatest(-$0, $0 - 1)) }.largest()
      },
      check("Lemma 2.1: symmetry", 1e-12) { $0.symmetry },
      check("Lemma 2.1: recursion", 1e-10) { $0.fock?.recursion },
      check("Lemma 2.2: number moments", 1e-10) { s in
        s.fock.flatMap { $0.numberMoments.map { ($0 - 1).magnitude }.largest() }
      },
      check("(2.14): derivative / bound", 1 + 1e-9) { s in
        s.fock.flatMap { ratio($0.rate.map(\.magnitude), $0.rateBound) }
      },
      check("Lemma 2.3: kinetic energy / bound", 1 + 1e-9) { ratio($0.kinetic, $0.kineticBound) },
      check("(2.15) corrected", 1e-9) { defect($0.moment, $0.momentFromKinetic) },
      check("Proposition 2.1: moment / bound", 1 + 1e-9) { ratio($0.moment, $0.momentBound) },
      check("(3.5): defect", 1e-11) { s in
        s.fock.flatMap { $0.hierarchy.map { ($0.last ?? .nan).magnitude }.largest() }
      },
      check("energy drift", settings.method == .exact ? 1e-10 : 1e-6) { s in
        start.map { (s.energy - $0).magnitude }
      },
    ]
  }

  private static func defect(_ a: [Double], _ b: [Double]) -> Double? {
    zip(a, b).map { ($0 - $1).magnitude }.largest()
  }

  /// max a/b for a, b ≥ 0; 0 is within a bound of 0.
  private static func ratio(_ a: [Double], _ b: [Double]) -> Double? {
    zip(a, b).map { $0 == 0 && $1 == 0 ? 0 : $0 / $1 }.largest()
  }

  var summary: [(String, JSONValue)] {
    [
      ("species", .array(settings.model.species.map { .string($0.name) })),
      ("method", .string(settings.method.rawValue)), ("hbar", .number(1 / Double(settings.total))),
      ("window", .string(settings.window.name)), ("companion", companion),
      ("rows", .array(snapshots.map(row))), ("hierarchy", .array(hierarchyRows)),
      (
        "checks",
        .array(
          checks.map {
            .object([
              ("check", .string($0.name)), ("value", .optional($0.value)), ("limit", .number($0.limit)),
              ("verdict", .string($0.verdict.rawValue)),
            ])
          })
      ),
    ]
  }

  /// The Hartree–Fock companion of an exact run: null where there is none, else whether and why it failed.
  private var companion: JSONValue {
    guard settings.method == .exact, settings.followsHartreeFock else { return .null }
    return [
      "method": "hartree-fock", "failed": failure.map { .string($0.reason) } ?? .null,
      "time": .optional(failure?.time),
    ]
  }

  private func row(_ s: Snapshot) -> JSONValue {
    let list = { (values: [Double]?) in values.map(JSONValue.numbers) ?? .null }
    let unknown = s.husimi.indices.filter { !s.husimi[$0].isFinite }
    let reason: [(String, JSONValue)] =
      unknown.isEmpty
      ? [] : [("reason", .string("m is not a finite number at the points \(MessageText.list(unknown))"))]
    return .object(
      [
        ("time", .number(s.time)), ("energy", .number(s.energy)), ("kinetic", .numbers(s.kinetic)),
        ("norm", .number(s.norm)), ("propagationError", .number(s.error)),
        (
          "densityModes",
          .array(
            s.modes.map { values in
              .array(stride(from: 0, to: values.count, by: 2).map { .numbers([values[$0], values[$0 + 1]]) })
            })
        ),
        ("naturalOccupations", .array(s.occupations.map(JSONValue.numbers))), ("husimi", .numbers(s.husimi)),
        (
          "lemma21",
          .object([
            ("mass", .numbers(s.mass)), ("massExpected", .numbers(s.massExpected)),
            ("min", .number(s.range[0])), ("max", .number(s.range[1])),
            ("symmetry", .optional(s.symmetry)), ("recursion", .optional(s.fock?.recursion)),
          ])
        ),
        ("lemma22", list(s.fock?.numberMoments)),
        ("derivative214", .object([("rate", list(s.fock?.rate)), ("bound", list(s.fock?.rateBound))])),
        ("lemma23", .object([("kinetic", .numbers(s.kinetic)), ("bound", .numbers(s.kineticBound))])),
        (
          "proposition21",
          .object([
            ("moment", .numbers(s.moment)), ("momentFromKinetic", .numbers(s.momentFromKinetic)),
            ("bound", .numbers(s.momentBound)),
          ])
        ),
        (
          "hartreeFock",
          s.companion.map {
            .object([
              ("traceDistance", .numbers($0.traceDistance)), ("husimiL1", .numbers($0.husimiL1)),
              ("densityDistance", .numbers($0.densityDistance)),
            ])
          } ?? .null
        ),
      ] + reason)
  }

  private var hierarchyRows: [JSONValue] {
    settings.points.indices.flatMap { index in
      snapshots.compactMap { s -> JSONValue? in
        guard let fock = s.fock else { return nil }
        let isKnown = fock.hierarchy[index].allSatisfy(\.isFinite)
        return .object(
          [
            ("marginal", .array(settings.points[index].map { .integer($0.count) })),
            ("point", .integer(index)), ("time", .number(s.time)),
          ] + zip(Observer.terms, fock.hierarchy[index]).map { ($0, .number($1)) }
            + (isKnown ? [] : [("reason", .string("a term at this point is not a finite number"))]))
      }
    }
  }

  var table: String {
    var table = TextTable(["check", "worst", "limit", "verdict"])
    for check in checks {
      table.add([
        check.name, check.value?.scientific(2) ?? "–", check.limit.scientific(2), check.verdict.rawValue,
      ])
    }
    var states = TextTable(["time", "energy", "K1/N", "K2/N", "Tr|γ−γ_HF|/N", "Husimi L1"])
    for s in snapshots {
      states.add([
        s.time.short(4), s.energy.short(9), s.kinetic[0].short(6), s.kinetic[1].short(6),
        s.companion?.traceDistance[0].scientific(2) ?? "–", s.companion?.husimiL1[0].scientific(2) ?? "–",
      ])
    }
    return states.text + (failureLine.map { $0 + "\n" } ?? "") + "\n" + table.text
  }

  /// What became of a companion that failed.
  var failureLine: String? {
    failure.map {
      "the Hartree–Fock companion is missing from t = \($0.time.short()) on (\($0.reason)); the exact results are complete"
    }
  }

  func addArrays(to run: ExperimentRun) {
    let times = snapshots.count
    func stack(_ values: (Snapshot) -> [Double]) -> [Double] { snapshots.flatMap(values) }
    run.addArray("time", stack { [$0.time] }, shape: [times], axes: "time", units: "1")
    run.addArray(
      "grid/position",
      (0..<settings.gridPositions).map { settings.period * Double($0) / Double(settings.gridPositions) },
      shape: [settings.gridPositions], axes: "q", units: "1")
    run.addArray(
      "grid/momentum", settings.gridMomenta, shape: [settings.gridMomenta.count], axes: "p", units: "1")
    for (species, entry) in settings.model.species.enumerated() {
      run.addArray(
        "husimi/\(entry.name)", stack { $0.grid[species] },
        shape: [times, settings.gridMomenta.count, settings.gridPositions], axes: "time × p × q",
        equation: "m^{(1,0)} or m^{(0,1)}, (2.10), (2.11)")
      let occupations = stack { $0.occupations[species] }
      let orbitals = snapshots.first?.occupations[species].count ?? 0
      if snapshots.allSatisfy({ $0.occupations[species].count == orbitals }) {
        run.addArray(
          "occupations/\(entry.name)", occupations, shape: [times, orbitals],
          axes: "time × natural orbital", equation: "eigenvalues of γ^{(1,0)} or γ^{(0,1)}, (2.8)")
      }
    }
    run.addArray(
      "kinetic", stack(\.kinetic), shape: [times, 2], axes: "time × species", equation: "⟨K_α⟩/N, (2.6)")
    run.addArray(
      "kinetic-bound", stack(\.kineticBound), shape: [times, 2], axes: "time × species",
      equation: "(√(⟨K_α⟩_0/N) + c_α t/√2)², Lemma 2.3")
    for index in settings.points.indices {
      let terms = stack { $0.fock?.hierarchy[index] ?? [] }
      guard terms.count == times * Observer.terms.count else { continue }
      run.addArray(
        "hierarchy/\(index)", terms, shape: [times, Observer.terms.count],
        axes: "time × (\(Observer.terms.joined(separator: ", ")))",
        equation: "(3.1), (3.3), (3.5) as corrected")
    }
  }
}
