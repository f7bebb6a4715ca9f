import Foundation
import TestRandomNumbers
import Testing

/// Windows wider than the circle, test functions narrower than its momenta, histograms that hold a part of the mass: the programs are
/// right, or say that they are not.
@Suite("Integrals over phase space, in the programs")
struct PhaseSpaceIntegralsTests {
  private static let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"

  private func run(_ program: String, _ yaml: String, in folder: ScratchFolder, as output: String = "run")
    throws
    -> ExperimentProcess.Outcome
  {
    let file = try folder.write(yaml, to: "\(output).yaml")
    return try ExperimentProcess(name: program).run(
      ["--config", file, "--output", output, "--threads", "1"], in: folder.url)
  }

  // MARK: windows on the torus

  private static func manyBody(window: String, more: String = "") -> String {
    VerdictTests.manyBody(times: "[0]", modes: 4).replacing("{kind: gaussian, width: 1.0}", with: window)
      .replacing("particles: {a: 2, b: 2}", with: "particles: {a: 1, b: 1}")
  }

  /// Gaussians from a tenth of the period to three of them, cosine powers alike.
  static let windows: [String] = (0..<(isCampaign ? 40 : 8)).map { seed in
    var source = SplitMix(seed: UInt64(seed))
    return seed % 2 == 0
      ? "{kind: gaussian, width: \(source.scale(0.5, 20))}"
      : "{kind: cosine-power, radius: \(source.scale(1, 20)), power: \(2 + source.below(6))}"
  }

  @Test(
    "Lemma 2.1's masses, the recursion and (2.15) hold with every window, and none is violated by the quadrature",
    arguments: windows)
  func anyWindow(window: String) throws {
    let folder = try ScratchFolder()
    let outcome = try run("many-body", Self.manyBody(window: window), in: folder)
    #expect(outcome.exitCode == 0, "\(outcome.output) \(outcome.errors)")
    let checks = try folder.rows("run", "checks")
    func verdict(_ name: String) -> String? {
      checks.first { $0["check"] as? String == name }?["verdict"] as? String
    }
    for name in ["Lemma 2.1: mass", "Lemma 2.1: recursion", "(2.15) corrected"] {
      #expect(verdict(name) == "holds", "\(name): \(window)")
    }
    #expect(!checks.contains { $0["verdict"] as? String == "violated" })
    let norm = try #require(try folder.summary("run")["coherentStateNorm"] as? Double)
    #expect(outcome.output.contains("the window is wide for the circle") == (norm > 1 + 1e-6))
    let greatest = try #require(
      (try folder.rows("run")[0]["lemma21"] as? [String: Any])?["max"] as? Double)
    #expect(greatest <= norm + 1e-12)
    #expect(
      verdict("Lemma 2.1: below 0 or above 1") == (greatest + norm - 2 <= 1e-10 ? "holds" : "undecided"))
  }

  // MARK: histograms

  private static func limit(reach: Double, numbers: String = "[4, 10]", q: Int = 12, p: Int = 12) throws
    -> String
  {
    try #require(ExperimentUnderTest.all.first { $0.name == "vlasov-limit" }).configuration([
      (key: "particle-numbers", value: numbers), (key: "times", value: "[0.0, 0.25]"),
      (key: "histogram", value: "{q: \(q), p: \(p), p-max: \(reach)}"), (key: "refinement", value: "4"),
      (key: "characteristics", value: "{q: 64, p: 48}"),
    ]).replacing(/(?m)^factorisation.*$/, with: "")
  }

  @Test(
    "a histogram that no Husimi measure has half of its mass in is refused at once",
    arguments: [1e-300, 1e-30, 1e-18, 1e-9, 0.001, 0.01, 0.05, 0.1])
  func refused(reach: Double) throws {
    let folder = try ScratchFolder()
    let file = try folder.write(try Self.limit(reach: reach, numbers: "[10]"), to: "config.yaml")
    let outcome = try ExperimentProcess(name: "vlasov-limit").run(
      ["--config", file, "--output", "run"], in: folder.url, limit: .init(processor: 5))
    #expect(outcome.exitCode == 64, "\(outcome.errors)")
    #expect(outcome.errors.contains("histogram.p-max: expected at least"))
    #expect(outcome.errors.contains("\n") && !outcome.errors.dropLast().contains("\n"))
  }

  @Test("what a histogram cuts off stands in its rows, and no rate holds on it")
  func cut() throws {
    let folder = try ScratchFolder()
    let outcome = try run("vlasov-limit", try Self.limit(reach: 0.3), in: folder)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    for row in try folder.rows("run") {
      #expect(try #require(row["outside"] as? Double) > 0.05)
      #expect(try #require(row["outsideError"] as? Double) > 0.2)
    }
    #expect(try folder.rows("run", "rates").allSatisfy { $0["verdict"] as? String == "undecided" })
    #expect(outcome.output.contains("mass outside the histogram"))
  }

  @Test("a distance is within its error of that on a histogram of everything, however much is cut off")
  func neighbours() throws {
    let folder = try ScratchFolder()
    _ = try run("vlasov-limit", try Self.limit(reach: 3, q: 24, p: 60), in: folder, as: "all")
    let all = try folder.rows("all")
    #expect(all.allSatisfy { ($0["outside"] as? Double ?? 1) < 1e-6 })
    var source = SplitMix(seed: 7)
    for number in 0..<(Self.isCampaign ? 20 : 4) {
      let reach = source.scale(0.25, 2)
      let name = "cut-\(number)"
      _ = try run("vlasov-limit", try Self.limit(reach: reach), in: folder, as: name)
      for (row, whole) in zip(try folder.rows(name), all) {
        let w1 = try #require(row["w1"] as? Double)
        let (error, rest) = (
          try #require(row["error"] as? Double), try #require(whole["error"] as? Double)
        )
        let expected = try #require(whole["w1"] as? Double)
        #expect((w1 - expected).magnitude <= error + rest, "p-max \(reach): \(w1) ± \(error) for \(expected)")
      }
    }
  }
}
