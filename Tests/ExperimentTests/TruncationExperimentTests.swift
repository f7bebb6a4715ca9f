import Foundation
import Testing

/// truncation-error and finite-size as a user runs them, small.
@Suite("The experiments truncation-error and finite-size")
struct TruncationExperimentTests {
  static let physics = """
    model:
      dimension: 1
      domain: {kind: torus, length: 6.283185307179586}
      species: [{name: a, fraction: 0.5}, {name: b, fraction: 0.5}]
      potentials:
        - {between: [a, a], kind: trigonometric, modes: [{m: [1], coefficient: 0.5}]}
        - {between: [a, b], kind: trigonometric, modes: [{m: [1], coefficient: -0.4}]}

    """
  static let model =
    physics + """
      initial:
        kind: mixture
        components:
          - weight: 0.6
            a: {kind: maxwellian, sigma: [1.0], drift: [0.0], modulation: [{m: [1], amplitude: 0.3}]}
            b: {kind: maxwellian, sigma: [0.7], drift: [0.1], modulation: [{m: [1], amplitude: -0.2}]}
          - weight: 0.4
            a: {kind: maxwellian, sigma: [1.0], drift: [0.2], modulation: [{m: [1], amplitude: -0.2}]}
            b: {kind: maxwellian, sigma: [0.7], drift: [0.0], modulation: [{m: [1], amplitude: 0.4}]}
      rank: 2

      """
  static let truncation =
    model + """
      lattice: {modes: 3, xi-extent: 8.0, time-step: 0.25}
      closures: [zero, cumulant]
      times: [0.0, 0.5, 1.0]

      """
  /// One product, which the cumulant closure keeps: the limit is the exact solution.
  static let finiteSize =
    physics + """
      initial:
        kind: factorised
        components:
          - a: {kind: maxwellian, sigma: [1.0], drift: [0.0], modulation: [{m: [1], amplitude: 0.3}]}
            b: {kind: maxwellian, sigma: [0.9], drift: [0.1], modulation: [{m: [1], amplitude: -0.2}]}
      rank: 2
      lattice: {modes: 3, xi-extent: 7.0, time-step: 0.2}
      closures: [cumulant]
      times: [1.0]
      particle-numbers: [16, 32, 64]
      hbars: [0.4, 0.2]

      """

  @Test("truncation-error on shared orbitals: the rows of full storage, to what the orbitals say they miss")
  func orbitals() throws {
    let folder = try ScratchFolder()
    let process = ExperimentProcess(name: "truncation-error")
    let full = try folder.write(Self.truncation, to: "full.yaml")
    let shared = try folder.write(
      Self.truncation + "storage: orbitals\norbitals: {tolerance: 1.0e-6, most: 30}\n", to: "orbitals.yaml")
    for (file, output) in [(full, "full"), (shared, "orbitals")] {
      let outcome = try process.run(["--config", file, "--output", output, "--threads", "1"], in: folder.url)
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }
    let (rows, expected) = (try folder.rows("orbitals"), try folder.rows("full"))
    #expect(rows.count == expected.count && rows.count == 2 * 3 * 5)
    for (row, other) in zip(rows, expected) {
      let share = try #require(row["storageShare"] as? Double)
      #expect(share <= 1e-6 && (share > 0) == (row["time"] as? Double != 0))
      #expect(other["storageShare"] as? Double == 0)
      for key in ["max", "l2"] {
        let (own, theirs) = (row[key] as? Double ?? .nan, other[key] as? Double ?? .nan)
        #expect((own - theirs).magnitude <= 5 * share + 1e-13, "\(key): \(own), \(theirs)")
      }
      #expect(row["state"] as? String == other["state"] as? String)
    }
    let few = try folder.write(
      Self.truncation + "storage: orbitals\norbitals: {most: 1}\n", to: "few.yaml")
    let refused = try process.run(["--config", few, "--output", "few"], in: folder.url)
    #expect(refused.exitCode == 64 && refused.errors.contains("orbitals.most"), "\(refused.errors)")
  }

  @Test(
    "truncation-error: a row per closure, time and marginal; no error at t = 0; the cumulant closure is better"
  )
  func truncationError() throws {
    let folder = try ScratchFolder()
    let file = try folder.write(Self.truncation, to: "config.yaml")
    let process = ExperimentProcess(name: "truncation-error")
    let outcome = try process.run(["--config", file, "--output", "one", "--threads", "2"], in: folder.url)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let rows = try folder.rows("one")
    #expect(rows.count == 2 * 3 * 5)
    func error(_ closure: String, _ time: Double) throws -> Double {
      let found = rows.first {
        $0["closure"] as? String == closure && $0["time"] as? Double == time
          && $0["marginal"] as? [Int] == [1, 1]
      }
      let row = try #require(found)
      return try #require(row["max"] as? Double)
    }
    #expect(try error("zero", 0) < 1e-14)
    #expect(try error("cumulant", 1) < error("zero", 1) / 3)
    // What is left is the closure's: above what the lattice and the reference are off by.
    for row in rows where row["time"] as? Double == 1 && row["marginal"] as? [Int] == [1, 1] {
      let (max, reference) = (row["max"] as? Double ?? 0, row["referenceError"] as? Double ?? 1)
      let lattice = row["latticeError"] as? Double ?? 1
      #expect(reference < 1e-13 && lattice < 2e-5 && max > 5 * lattice, "\(row)")
    }
    let reports = try folder.rows("one", "reports")
    #expect(reports.count == 2 * 3)
    for report in reports {
      let (state, time) = (report["state"] as? String, report["time"] as? Double)
      let isBroken = report["closure"] as? String == "zero" && time != 0
      #expect(state == (isBroken ? "unphysical" : "physical"), "\(report)")
      #expect((report["reasons"] as? [String])?.isEmpty == !isBroken)
    }
  }

  @Test("finite-size: slopes −1 in N and 2 in ħ within their errors, with the falling factorials and without")
  func finiteSize() throws {
    let folder = try ScratchFolder()
    let file = try folder.write(Self.finiteSize, to: "config.yaml")
    let process = ExperimentProcess(name: "finite-size")
    let outcome = try process.run(["--config", file, "--output", "one"], in: folder.url)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let rows = try folder.rows("one")
    #expect(rows.count == 5 * 1 * 5)
    for row in rows {
      let reference = try #require(row["referenceError"] as? Double)
      #expect(reference < 1e-13 && row["resolved"] as? Bool == true, "\(row)")
      if row["marginal"] as? [Int] == [2, 0], let number = row["N"] as? Int {
        // 1 − c_N/c_∞ = 2/N of ¼ is the falling factorial alone.
        let (max, normalised) = (row["max"] as? Double ?? 0, row["normalisedMax"] as? Double ?? 1)
        #expect(abs(max - 0.5 / Double(number)) < 1e-6 && normalised < max / 2, "\(row)")
      }
    }
    for entry in try folder.rows("one", "slopes") {
      // At t = 1 every marginal feels N and ħ.
      let expected = try #require(entry["expected"] as? Double)
      for name in ["slope", "normalisedSlope"] {
        let slope = try #require(entry[name] as? Double, "\(entry)")
        #expect(abs(slope - expected) < 0.15, "\(entry)")
      }
    }
  }

  /// Two particles, one of each species.
  static let fewParticles =
    physics.replacing(
      "  dimension: 1\n", with: "  dimension: 1\n  particles: {a: 1, b: 1}\n  coupling: 0.3\n")
      + """
      initial:
        kind: factorised
        components:
          - a: {kind: maxwellian, sigma: [1.0], drift: [0.0], modulation: [{m: [1], amplitude: 0.3}]}
            b: {kind: maxwellian, sigma: [0.9], drift: [0.1], modulation: [{m: [1], amplitude: -0.2}]}
      rank: 1
      lattice: {modes: 3, xi-extent: 6.0, time-step: 0.25}
      closures: [zero, factorised]
      times: [0.0, 0.5, 1.0]

      """

  @Test("few particles: rows above their errors below rank N, zero at rank N, the same in both storages")
  func few() throws {
    let folder = try ScratchFolder()
    let process = ExperimentProcess(name: "truncation-error")
    let whole = Self.fewParticles.replacing("rank: 1", with: "rank: 2").replacing(
      "[zero, factorised]", with: "[zero, factorised, cumulant, exact]")
    let shared = "storage: orbitals\norbitals: {tolerance: 1.0e-4}\n"
    for (name, text) in [
      ("full", Self.fewParticles), ("orbitals", Self.fewParticles + shared), ("whole", whole),
      ("shared", whole + shared),
    ] {
      let file = try folder.write(text, to: "\(name).yaml")
      let outcome = try process.run(["--config", file, "--output", name, "--threads", "2"], in: folder.url)
      #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
      #expect(!outcome.output.contains("not resolved"), "\(outcome.output)")
    }
    func number(_ key: String, _ row: [String: Any]) throws -> Double { try #require(row[key] as? Double) }
    let (rows, others) = (try folder.rows("full"), try folder.rows("orbitals"))
    #expect(rows.count == 2 * 3 * 2 && others.count == rows.count)
    for (row, other) in zip(rows, others) {
      let error = try number("referenceError", row)
      let shares = try number("storageShare", other) + number("referenceError", other)
      #expect(try (number("max", row) - number("max", other)).magnitude <= shares + error + 1e-13)
      if row["time"] as? Double == 1 {
        #expect(try number("max", row) > 30 * (error + number("latticeError", row)) && error > 0, "\(row)")
      }
    }
    for name in ["whole", "shared"] {
      let rows = try folder.rows(name)
      #expect(rows.count == 4 * 3 * 3)
      for row in rows {
        #expect(try number("max", row) < 1e-13, "\(row)")
        #expect(row["state"] as? String == "", "\(row)")
      }
    }
  }

  @Test("correlated data: an error at rank 2 that the nodes hardly make, and how many orbitals there are")
  func correlated() throws {
    let folder = try ScratchFolder()
    let process = ExperimentProcess(name: "truncation-error")
    let text =
      Self.physics + """
        initial:
          kind: correlated
          components:
            - a: {kind: gaussian, sigma: [1.0], drift: [0.1], width: [1.3], centre: [0.3]}
              b: {kind: gaussian, sigma: [0.9], drift: [0.0], width: [1.4], centre: [-0.4]}
          momentum-covariance: [[0.0, 0.0], [0.0, 0.0]]
          position-covariance: [[0.2, -0.2], [-0.2, 0.2]]
        rank: 2
        lattice: {modes: 3, xi-extent: 6.0, time-step: 0.25}
        closures: [factorised, cumulant]
        times: [0.0, 0.5]

        """
    for (name, ending) in [("full", ""), ("orbitals", "storage: orbitals\norbitals: {tolerance: 1.0e-5}\n")] {
      let file = try folder.write(text + ending, to: "\(name).yaml")
      let outcome = try process.run(["--config", file, "--output", name, "--threads", "2"], in: folder.url)
      #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
    }
    let (rows, others) = (try folder.rows("full"), try folder.rows("orbitals"))
    #expect(rows.count == 2 * 2 * 5 && others.count == rows.count)
    for (row, other) in zip(rows, others) {
      func number(_ key: String, _ row: [String: Any]) throws -> Double { try #require(row[key] as? Double) }
      let errors = try number("referenceError", row) + number("referenceError", other)
      let share = try number("storageShare", other) * number("referenceMax", row)
      #expect(try (number("max", row) - number("max", other)).magnitude <= errors + share + 1e-13)
      #expect(try number("referenceError", other) < 2e-6 && number("referenceError", row) < 2e-7, "\(row)")
      if row["closure"] as? String == "factorised", row["marginal"] as? [Int] == [1, 1],
        row["time"] as? Double == 0.5
      {
        #expect(try number("max", row) > 1e-3)
      }
    }
    for report in try folder.rows("full", "reports") { #expect(report["orbitals"] is NSNull) }
    for report in try folder.rows("orbitals", "reports") {
      let (kept, widest) = (report["orbitals"] as? [Int] ?? [], report["orbitalsWidest"] as? [Int] ?? [])
      #expect(kept.count == 2 && widest.count == 2 && zip(kept, widest).allSatisfy { 1 < $0 && $0 <= $1 })
    }
  }

  @Test(
    "on a chosen grid shared orbitals have its errors in their own, and a step is suggested for fourth order")
  func chosenGrid() throws {
    let folder = try ScratchFolder()
    let process = ExperimentProcess(name: "truncation-error")
    let chosen = Self.truncation.replacing("time-step: 0.25", with: "tolerance: 1.0e-5")
    for (name, text) in [("full", chosen), ("orbitals", chosen + "storage: orbitals\n")] {
      let file = try folder.write(text, to: "\(name).yaml")
      let outcome = try process.run(["--config", file, "--output", name, "--threads", "2"], in: folder.url)
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }
    let (rows, expected) = (try folder.rows("orbitals"), try folder.rows("full"))
    #expect(rows.count == expected.count && rows.count == 2 * 3 * 5)
    for (row, other) in zip(rows, expected) {
      func number(_ key: String, _ row: [String: Any]) throws -> Double { try #require(row[key] as? Double) }
      // Of two exact solutions on two grids, what each is off; of the orbitals, in L² over the norm, what they miss and their steps do.
      let allowed =
        try number("latticeError", row) + number("latticeError", other)
        + number("storageShare", row) * number("referenceMax", row)
      #expect(try (number("max", row) - number("max", other)).magnitude <= allowed + 1e-13, "\(row)")
      #expect(try number("storageShare", row) < 1.1e-5, "both tolerances: \(row)")
    }
    func step(_ name: String) throws -> Double {
      let text = try String(
        contentsOf: folder.url.appendingPathComponent("\(name)/config.yaml"), encoding: .utf8)
      let value = try #require(text.components(separatedBy: "time-step: ").last)
      return try #require(Double(value.prefix { "0123456789.e-".contains($0) }))
    }
    #expect(try 4 * step("orbitals") == step("full"), "the times are multiples of both")
  }

  @Test(
    "an interrupted run resumes to the same bits", arguments: ["full", "few", "orbitals on a chosen grid"])
  func resume(of kind: String) throws {
    let folder = try ScratchFolder()
    let orbitals =
      Self.truncation.replacing(
        "xi-extent: 8.0, time-step: 0.25",
        with: "xi-extent: 9.0, xi-step: 0.3, time-step: 0.5, tolerance: 1.0e-6"
      ).replacing("[0.0, 0.5, 1.0]", with: "[0.5, 4.0]") + "storage: orbitals\n"
    let full = Self.truncation.replacing(
      "{modes: 3, xi-extent: 8.0, time-step: 0.25}", with: "{modes: 4, xi-extent: 6.0, time-step: 0.2}"
    ).replacing("[0.0, 0.5, 1.0]", with: "[0.4, 3.0]")
    let longer =
      kind == "few"
      ? Self.fewParticles.replacing("[0.0, 0.5, 1.0]", with: "[0.5, 8.0]") : kind == "full" ? full : orbitals
    let file = try folder.write(longer, to: "config.yaml")
    let process = ExperimentProcess(name: "truncation-error")
    #expect(
      try process.run(["--config", file, "--output", "whole", "--quiet"], in: folder.url).exitCode == 0)
    let interrupted = try process.launchQuietly(
      ["--config", file, "--output", "parts", "--quiet"], in: folder.url)
    try ExperimentProcess.wait(forProcessorTime: 0.4, of: interrupted)
    interrupted.interrupt()
    interrupted.waitUntilExit()
    #expect(interrupted.terminationStatus == 130)
    let resumed = try process.run(
      ["--config", file, "--output", "parts", "--resume", "--quiet"], in: folder.url)
    #expect(resumed.exitCode == 0, "\(resumed.errors)")
    #expect(
      try Data(contentsOf: folder.url.appendingPathComponent("whole/summary.json"))
        == Data(contentsOf: folder.url.appendingPathComponent("parts/summary.json")))
  }

  @Test(
    "too many particles, ranks beyond them, the exact closure elsewhere and an unknown one are refused with 64"
  )
  func refusals() throws {
    let folder = try ScratchFolder()
    let closures = "closures: [zero, cumulant]"
    func particles(_ each: Int) -> String { "dimension: 1\n  particles: {a: \(each), b: \(each)}" }
    for (program, changes, path) in [
      ("truncation-error", [("rank: 2", "rank: 9")], "rank"),
      ("truncation-error", [(closures, "closures: [unknown]")], "closures"),
      ("truncation-error", [(closures, "closures: [exact]")], "closures"),
      ("truncation-error", [("dimension: 1", particles(2)), (closures, "closures: [exact]")], "closures"),
      ("truncation-error", [("dimension: 1", particles(5))], "model.particles"),
      ("truncation-error", [("dimension: 1", particles(1)), ("rank: 2", "rank: 3")], "rank"),
      ("finite-size", [("kind: mixture", "kind: correlated"), (closures, "hbars: [0.2]")], "initial.kind"),
    ] {
      let text = changes.reduce(Self.truncation) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
      let file = try folder.write(text, to: "config.yaml")
      let outcome = try ExperimentProcess(name: program).run(
        ["--config", file, "--output", "refused"], in: folder.url)
      #expect(outcome.exitCode == 64, "\(changes): \(outcome.errors)")
      #expect(
        outcome.errors.contains(" \(path)") && outcome.errors.filter { $0 == "\n" }.count == 1,
        "\(outcome.errors)")
    }
  }

  @Test(
    "where the solution overflows the finished times are kept, with when and why, and the run stays unfinished"
  )
  func incomplete() throws {
    let folder = try ScratchFolder()
    let experiment = ExperimentUnderTest(name: "truncation-error")
    let replaced = [
      ("lattice:.*", "lattice: {modes: 2, xi-extent: 40, time-step: 1}"), ("times:.*", "times: [1, 2, 4000]"),
      ("rank:.*", "rank: 1"), ("closures:.*", "closures: [zero]"),
    ]
    var text = try experiment.smallConfiguration
    for (line, new) in replaced { text = text.replacing(try Regex("(?m)^\(line)$"), with: new) }
    text = text.replacing(try Regex("coefficient: [-0-9.]+"), with: "coefficient: 5")
    let file = try folder.write(text, to: "unstable.yaml")
    for flags in [[], ["--resume"]] {
      let outcome = try experiment.process.run(["--config", file, "--output", "run"] + flags, in: folder.url)
      #expect(outcome.exitCode == 70, "\(outcome.errors)")
      #expect(
        outcome.errors.contains("(between t = 2 and t = 4000). Kept in run, marked incomplete: 2 of 3 times.")
      )
      #expect(outcome.errors.contains("What may help: "))
      #expect(outcome.errors.contains("mode (1) ") && outcome.errors.filter { $0 == "\n" }.count == 1)
      let incomplete = try #require(folder.summary("run")["incomplete"] as? [String: Any])
      #expect(incomplete["time"] as? [Double] == [2, 4000])
      #expect(try folder.rows("run").compactMap { $0["time"] as? Double }.allSatisfy { $0 <= 2 })
      #expect(try folder.rows("run").count == 4)
      #expect(!folder.entries(of: "run").contains("manifest.json"))
    }
  }
}
