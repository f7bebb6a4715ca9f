import Foundation
import Testing

/// residue-scaling and vlasov-limit as a user runs them, small.
@Suite("The experiments residue-scaling and vlasov-limit")
struct HartreeFockSeriesTests {
  static let model = """
    model:
      dimension: 1
      domain: {kind: torus, length: 6.283185307179586}
      species: [{name: a}, {name: b}]
      potentials:
        - {between: [a, a], kind: trigonometric, modes: [{m: [1], coefficient: 0.5}]}
        - {between: [a, b], kind: trigonometric, modes: [{m: [1], coefficient: -0.6}, {m: [2], coefficient: 0.1}]}
    orbitals:
      a: {amplitude: 0.3, momentum: 0.25, occupation: sea}
      b: {amplitude: -0.2, phase: 0.5, momentum: -0.15, occupation: sea}

    """
  static let residues =
    model + """
      particle-numbers: [10, 66, 130]
      windows: [{kind: gaussian, width: 1.0}, {kind: cosine-power, radius: 2.0, power: 6}]
      times: [0.0, 0.1]
      test-functions:
        a: {constant: 1.0, modes: [{m: [1], amplitude: 0.6, phase: 0.4}], p-centre: 0.1, p-width: 0.3}
        b: {constant: 1.0, modes: [{m: [1], amplitude: -0.5}], p-centre: -0.05, p-width: 0.35}

      """
  static let limit =
    model + """
      particle-numbers: [10, 18]
      windows: [{kind: gaussian, width: 1.0}]
      times: [0.0, 0.4]
      histogram: {q: 12, p: 12, p-max: 1.2}
      compare: [vlasov, smoothed-vlasov]
      factorisation: {particle-numbers: [2, 4], modes: 4}

      """

  @Test(
    "residue-scaling: a row for each term, window, time and N; slopes above the paper's; threads change no bit"
  )
  func residueScaling() throws {
    let folder = try ScratchFolder()
    let file = try folder.write(Self.residues, to: "config.yaml")
    let process = ExperimentProcess(name: "residue-scaling")
    let outcome = try process.run(["--config", file, "--output", "one", "--threads", "2"], in: folder.url)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(
      folder.entries(of: "one") == ["config.yaml", "data.h5", "manifest.json", "summary.json", "table.txt"])
    let rows = try folder.rows("one")
    #expect(rows.count == 3 * 2 * 2 * 13)
    let names = Set(rows.compactMap { $0["term"] as? String })
    let required = [
      "R", "Rtilde-11", "Rtilde-12", "Rtilde-21", "Rtilde-22", "Rtilde-11-exchange", "Rtilde-22-exchange",
      "Rhat-12",
      "Rhat-11", "Rhat-11-exchange",
    ]
    #expect(names.isSuperset(of: required))
    // R of a Gaussian window is its leading order.
    for row in rows where row["term"] as? String == "R" && row["window"] as? Int == 0 {
      let (value, leading) = (row["value"] as? Double, row["leading"] as? Double)
      #expect((try #require(value) - #require(leading)).magnitude < 1e-12)
    }
    let slopes = try folder.rows("one", "slopes")
    #expect(slopes.count == 2 * 2 * 13)
    // V_22 = 0: no residue, no slope.
    for entry in slopes {
      let isAbsent = (entry["term"] as? String)?.hasPrefix("Rtilde-22") ?? false
      #expect((entry["slope"] is NSNull) == isAbsent)
      #expect(entry["verdict"] as? String == (isAbsent ? "none" : "holds"))
    }
    // Two small N say nothing about ħ → 0.
    let small = try folder.write(Self.residues.replacing("[10, 66, 130]", with: "[2, 4]"), to: "small.yaml")
    #expect(try process.run(["--config", small, "--output", "small"], in: folder.url).exitCode == 0)
    #expect(
      try folder.rows("small", "slopes").contains {
        $0["verdict"] as? String == "undecided"
      })
    let again = try process.run(
      ["--config", "one/config.yaml", "--output", "two", "--threads", "2"], in: folder.url)
    #expect(again.exitCode == 0)
    #expect(
      try Data(contentsOf: folder.url.appendingPathComponent("one/summary.json"))
        == Data(contentsOf: folder.url.appendingPathComponent("two/summary.json")))
  }

  @Test("vlasov-limit: certified distances that fall with N, and the displacement of the solution")
  func vlasovLimit() throws {
    let folder = try ScratchFolder()
    let file = try folder.write(Self.limit, to: "config.yaml")
    let outcome = try ExperimentProcess(name: "vlasov-limit").run(
      ["--config", file, "--output", "one"], in: folder.url)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let rows = try folder.rows("one")
    #expect(rows.count == 2 * 2 * 2 * 2)
    for row in rows {
      #expect(try #require(row["dualGap"] as? Double) <= 1e-6)
      let displacement = try #require(row["displacement"] as? Double)
      if row["time"] as? Double == 0 { #expect(displacement < 1e-9) } else { #expect(displacement > 0.01) }
    }
    // (1.9) at t = 0; at later times the exact states are entangled, less so for more particles.
    let exact = try folder.rows("one", "factorisation")
    let cross = try exact.map { try #require($0["cross"] as? Double) }
    #expect(cross.count == 4)
    #expect(cross[0] < 1e-10 && cross[2] < 1e-10)
    #expect(cross[1] > 0.01 && cross[3] > 0.001 && cross[3] < cross[1])
    let rates = try folder.rows("one", "rates")
    #expect(rates.count == 2 * 2 * 2)
    for rate in rates {
      #expect(rate["verdict"] as? String == "holds")
      if rate["reference"] as? String == "vlasov" {
        #expect((try #require(rate["rate"] as? Double) - 1).magnitude < 0.25)
      }
    }
  }

  @Test("an interrupted series resumes to the same bits")
  func resume() throws {
    let folder = try ScratchFolder()
    let longer = Self.residues.replacing("[10, 66, 130]", with: "[10, 18, 34, 66]")
      .replacing("times: [0.0, 0.1]", with: "times: [0.0, 0.6]\ntime-step: 0.006")
    let file = try folder.write(longer, to: "config.yaml")
    let process = ExperimentProcess(name: "residue-scaling")
    #expect(
      try process.run(["--config", file, "--output", "whole", "--quiet"], in: folder.url).exitCode == 0)
    let interrupted = try process.launchQuietly(
      ["--config", file, "--output", "parts", "--quiet"], in: folder.url)
    try ExperimentProcess.wait(forProcessorTime: 0.4, of: interrupted)
    interrupted.interrupt()
    interrupted.waitUntilExit()
    #expect(interrupted.terminationStatus == 130)
    #expect(!folder.entries(of: "parts").contains("summary.json"))
    let resumed = try process.run(
      ["--config", file, "--output", "parts", "--resume", "--quiet"], in: folder.url)
    #expect(resumed.exitCode == 0, "\(resumed.errors)")
    #expect(
      try Data(contentsOf: folder.url.appendingPathComponent("whole/summary.json"))
        == Data(contentsOf: folder.url.appendingPathComponent("parts/summary.json")))
  }

  @Test(
    "bad configurations exit with 64 and name the key",
    arguments: [
      ("[10, 66, 130]", "[10, 17]", "particle-numbers[1]"), ("[10, 66, 130]", "[18, 10]", "particle-numbers"),
      ("species: [{name: a}, {name: b}]", "species: [{name: a}]", "model.potentials[1].between[1]"),
      ("dimension: 1", "dimension: 2", "model"),
      ("p-width: 0.3}", "p-width: -1}", "test-functions.a.p-width"),
      ("{kind: gaussian, width: 1.0}", "{kind: square, width: 1.0}", "windows[0].kind"),
      ("times: [0.0, 0.1]", "times: [0.2, 0.1]", "times"),
      ("test-functions:", "test-function:", "test-function"),
      ("dimension: 1", "dimension: 1\n  kernel: {kind: moyal, hbar: 0.1}", "model.kernel"),
      ("dimension: 1", "dimension: 1\n  particles: {a: 2, b: 2}", "model.particles"),
      ("dimension: 1", "dimension: 1\n", "ok"),
    ])
  func refusals(change: (from: String, to: String, path: String)) throws {
    let folder = try ScratchFolder()
    let text = Self.residues.replacing(change.from, with: change.to)
    let file = try folder.write(text, to: "config.yaml")
    let outcome = try ExperimentProcess(name: "residue-scaling").run(
      ["--config", file, "--dump-config"], in: folder.url)
    if change.path == "ok" {
      #expect(outcome.exitCode == 0)
    } else {
      #expect(outcome.exitCode == 64)
      #expect(outcome.errors.contains(change.path), "\(outcome.errors)")
    }
  }
}
