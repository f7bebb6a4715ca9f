import Foundation
import TestRandomNumbers
import Testing

/// Every number of every default configuration, made small, set to extreme values: a result, or one message; never a trap,
/// never a hang. The whole campaign, some eight thousand runs, with VLASOV_CAMPAIGN=1; else a seeded sample of it.
@Suite("Extreme numbers")
struct ExtremeNumbersTests {
  /// One number of one experiment with another value.
  struct Case: CustomStringConvertible, Sendable {
    let experiment: String
    let path: String
    let value: String
    /// The key that a refusal names.
    let key: String

    init(_ experiment: String, _ path: String, _ value: String, key: String? = nil) {
      self.experiment = experiment
      self.path = path
      self.value = value
      self.key = key ?? path
    }

    var description: String { "\(experiment) \(path) = \(value)" }
  }

  private static let magnitudes = ["1e-320", "1e-200", "1e-30", "1e30", "1e200", "1e308"]
  private static let values = magnitudes + magnitudes.map { "-" + $0 } + ["0"]
  private static let integers =
    values + ["9223372036854775807", "-9223372036854775808", "2147483648", "1000000", "1000", "-1"]

  /// Results, violated checks, refusals, numerical failures, too little memory.
  private static let allowed: Set<Int32> = [0, 1, 64, 70, 75]
  /// Seconds of processor time that a run may take; the estimate, in hours, allows it an eighth of them.
  private static let (processor, hours) = (30, 0.001)

  /// Cases of every experiment in the sample.
  private static let sample = 3
  private static let isWhole = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"

  @Test("an extreme number gives a result or one message, in time", arguments: ExperimentUnderTest.all)
  func campaign(experiment: ExperimentUnderTest) throws {
    let scratch = try ScratchFolder()
    let configuration = try Self.configuration(experiment, in: scratch)
    var all = configuration.numbers.flatMap { number in
      (number.isInteger ? Self.integers : Self.values).map { (number, $0) }
    }
    if !Self.isWhole {
      var random = SplitMix(seed: 5)
      all = (0..<Self.sample).map { _ in all[random.below(all.count)] }
    }
    var codes: [Int32: Int] = [:]
    for (number, value) in all {
      let code = try check(
        Case(experiment.name, number.path, value), configuration.replacing(number, by: value), in: scratch)
      codes[code, default: 0] += 1
    }
    if Self.isWhole {
      #expect(codes[64, default: 0] > 0 && codes[0, default: 0] > 0, "\(codes)")
    }
  }

  /// Every one of these stopped a program with a trap, ran for hours or gave infinities; all are refused now.
  static let refused: [Case] = [
    Case("many-body", "model.species[0].mass", "1e-310"),
    Case("many-body", "model.potentials[1].modes[0].coefficient", "1e308"),
    Case("many-body", "model.domain.length", "1e-200"),
    Case("many-body", "husimi-points[1].particles[0].q[0]", "-1e30"),
    Case("residue-scaling", "model.domain.length", "1e30", key: "test-functions"),
    Case("residue-scaling", "test-functions.a.p-centre", "1e30", key: "test-functions"),
    Case("residue-scaling", "test-functions.b.p-width", "1e30", key: "test-functions"),
    Case("residue-scaling", "model.potentials[0].modes[0].m[0]", "10000", key: "particle-numbers"),
    Case("residue-scaling", "particle-numbers[2]", "100000"),
    Case("vlasov-limit", "histogram.p-max", "1e-30", key: "histogram"),
    Case("vlasov-limit", "histogram.p-max", "1e-5", key: "histogram"),
    Case("vlasov-limit", "model.domain.length", "1e30", key: "histogram"),
    Case("vlasov-limit", "windows[0].width", "1e-30", key: "histogram"),
    Case("dyson-trees", "model.potentials[0].bandlimit", "1e100", key: "model.potentials"),
    Case("dyson-trees", "model.potentials[0].strength", "1e308"),
    Case("dyson-trees", "samples", "1000000000000"),
    Case("dyson-remainder", "initial.components[0].electron.drift[0]", "1e308"),
    Case("dyson-remainder", "times[1]", "1e6", key: "times"),
    Case("finite-size", "initial.components[0].ion.drift[0]", "1e308"),
    Case("finite-size", "hbars[1]", "0.4"),
    Case("finite-size", "particle-numbers[1]", "4"),
    Case("truncation-error", "times[1]", "1e6", key: "times"),
    Case("chain", "times[1]", "1e6", key: "times"),
    Case("chain", "moyal-hierarchy.time-step", "1e-90", key: "moyal-hierarchy.xi-extent"),
  ]

  @Test("what trapped, hung or overflowed is refused with its key", arguments: refused)
  func refusal(_ one: Case) throws {
    let scratch = try ScratchFolder()
    let configuration = try Self.configuration(ExperimentUnderTest(name: one.experiment), in: scratch)
    let number = try #require(configuration.numbers.first { $0.path == one.path })
    let outcome = try Self.run(one, configuration.replacing(number, by: one.value), in: scratch)
    #expect(outcome.exitCode == 64, "\(one): exit \(outcome.exitCode): \(outcome.errors.suffix(500))")
    #expect(outcome.errors.contains("extreme.yaml: \(one.key)"), "\(one): \(outcome.errors)")
  }

  /// Found by the whole campaign.
  static let trapped = [Case("vlasov-flow", "initial.components[0].electron.sigma[0]", "1e30")]

  @Test("what trapped gives a result or one message", arguments: trapped)
  func answer(_ one: Case) throws {
    let scratch = try ScratchFolder()
    let configuration = try Self.configuration(ExperimentUnderTest(name: one.experiment), in: scratch)
    let number = try #require(configuration.numbers.first { $0.path == one.path })
    _ = try check(one, configuration.replacing(number, by: one.value), in: scratch)
  }

  /// The effective small configuration, with a limit on the estimated time.
  private static func configuration(_ experiment: ExperimentUnderTest, in scratch: ScratchFolder) throws
    -> ConfigurationNumbers
  {
    let file = try scratch.write(
      experiment.smallConfiguration + "\ntime-limit: \(hours)\n", to: "small.yaml")
    let outcome = try experiment.process.run(["--dump-config", "--config", file], in: scratch.url)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    return try ConfigurationNumbers(outcome.output)
  }

  /// Runs a case and holds its outcome against the contract; returns the exit code.
  private func check(_ one: Case, _ text: String, in scratch: ScratchFolder) throws -> Int32 {
    let outcome = try Self.run(one, text, in: scratch)
    let (code, errors) = (outcome.exitCode, outcome.errors)
    #expect(Self.allowed.contains(code), "\(one): exit \(code): \(errors.suffix(500))")
    #expect((code <= 1) == errors.isEmpty, "\(one): exit \(code): \(errors.suffix(500))")
    #expect(errors.filter { $0 == "\n" }.count == (code <= 1 ? 0 : 1), "\(one): \(errors.suffix(500))")
    if code == 64 { #expect(errors.contains("extreme.yaml: "), "\(one): \(errors)") }
    return code
  }

  private static func run(_ one: Case, _ text: String, in scratch: ScratchFolder) throws
    -> ExperimentProcess.Outcome
  {
    let file = try scratch.write(text, to: "extreme.yaml")
    let output = scratch.url.appendingPathComponent("results")
    try? FileManager.default.removeItem(at: output)
    return try ExperimentProcess(name: one.experiment).run(
      ["--quiet", "--threads", "1", "--config", file, "--output", output.path], in: scratch.url,
      limit: .init(processor: processor))
  }
}
