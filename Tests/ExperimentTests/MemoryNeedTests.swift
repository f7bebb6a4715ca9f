import Foundation
import Testing

/// What programs say they will hold, against what they hold, and against limits that the system sets.
@Suite("Memory of the experiments", .serialized)
struct MemoryNeedTests {
  /// A configuration of a program that holds some hundred MiB and takes a second or a few.
  struct Large: CustomStringConvertible, Sendable {
    let name: String
    let values: [(key: String, value: String)]
    var isQuick = true

    var description: String { name }
    var experiment: ExperimentUnderTest { ExperimentUnderTest(name: name) }
  }

  static let all: [Large] = [
    Large(
      name: "chain",
      values: [
        ("times", "[0, 0.05]"), ("modes", "4"),
        ("lattice", "{modes: 40, xi-extent: 200, time-step: 0.05}"),
        ("moyal-hierarchy", "{modes: 4, xi-extent: 18, time-step: 0.05}"),
        ("grid", "{positions: 24, momenta: 25, p-max: 1.5}"), ("histogram", "{q: 12, p: 12, p-max: 1.5}"),
      ]),
    Large(
      name: "dyson-remainder",
      values: [
        ("method", "lattice"), ("lattice", "{modes: 30, xi-extent: 40.0, time-step: 0.05}"),
        ("times", "[0.05]"),
      ],
      isQuick: false),
    // Trees need next to nothing; forty thousand rows of them do not.
    Large(
      name: "dyson-trees",
      values: [
        ("times", "[\((1...4000).map { "\(Double($0) / 5000)" }.joined(separator: ", "))]"),
        ("sampler", "pseudorandom"), ("samples", "64"), ("bounds", "[paper]"), ("convergence", "null"),
      ], isQuick: false),
    Large(
      name: "finite-size",
      values: [
        // The zero closure has its limit beside it on the lattice.
        ("lattice", "{modes: 10, xi-extent: 7.0, time-step: 0.25}"), ("particle-numbers", "[4]"),
        ("hbars", "[]"), ("times", "[0.25]"), ("closures", "[zero]"),
      ]),
    Large(
      name: "many-body",
      values: [
        ("model", manyBodyModel), ("times", "[0, 0.1]"), ("modes", "6"),
        ("grid", "{positions: 160, momenta: 161, p-max: 1.2}"),
      ], isQuick: false),
    Large(
      name: "mean-field-rate",
      values: [
        ("particle-numbers", "[[4, 4]]"), ("modes", "7"), ("times", "[0, 0.05]"), ("hierarchy", "null"),
      ], isQuick: false),
    Large(
      name: "residue-scaling",
      values: [
        ("particle-numbers", "[32]"), ("modes", "24000"), ("times", "[0.0, 0.01]"),
        ("windows", "[{kind: gaussian, width: 1.0}]"),
        (
          "orbitals",
          "{a: {amplitude: 0.3, momentum: 720, occupation: sea}, b: {amplitude: -0.2, momentum: -720, occupation: sea}}"
        ),
      ], isQuick: false),
    Large(
      name: "truncation-error",
      values: [
        ("lattice", "{modes: 11, xi-extent: 8.0, time-step: 0.25}"), ("closures", "[cumulant]"),
        ("times", "[0.25]"),
      ]),
    Large(
      name: "vlasov-flow",
      values: [
        ("lattice", "{modes: 40, xi-extent: 500.0, time-step: 0.02}"), ("times", "[0, 0.1]"), ("fit", "[]"),
        ("portraits", "[]"),
      ]),
    Large(
      name: "vlasov-limit",
      values: [
        ("particle-numbers", "[10, 18]"), ("times", "[0.0, 0.05]"), ("refinement", "32"),
        ("histogram", "{q: 40, p: 40, p-max: 1.2}"),
      ], isQuick: false),
  ]

  /// Four and four fermions.
  private static let manyBodyModel = """

      dimension: 1
      domain: {kind: torus, length: 6.283185307179586}
      species: [{name: electron}, {name: ion}]
      particles: {electron: 4, ion: 4}
      potentials:
        - {between: [electron, ion], kind: trigonometric, modes: [{m: [1], coefficient: -0.6}, {m: [2], coefficient: 0.1}]}
    """

  private static let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"

  @Test(
    "a run holds what it said it would, within 15 %", arguments: all.filter { $0.isQuick || isCampaign })
  func peak(large: Large) throws {
    let scratch = try ScratchFolder()
    let file = try scratch.write(try large.experiment.configuration(large.values), to: "large.yaml")
    let outcome = try large.experiment.process.run(
      ["--config", file, "--output", "out", "--threads", "2"], in: scratch.url)
    #expect([0, 1].contains(outcome.exitCode) && outcome.errors == "", "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("memory: "))
    let manifest = try JSONSerialization.jsonObject(with: scratch.data("out/manifest.json")) as? [String: Any]
    let need = try #require(manifest?["memoryNeedBytes"] as? Double)
    let baseline = try #require(manifest?["memoryBaselineBytes"] as? Double)
    let peak = try #require(manifest?["peakMemoryBytes"] as? Double)
    #expect(need > 150e6)
    #expect(((peak - baseline) / need - 1).magnitude < 0.15, "\(peak) − \(baseline) for \(need)")
  }

  @Test("under a limit of address space a run is refused with 75 and one message", arguments: all)
  func addressSpace(large: Large) throws {
    let scratch = try ScratchFolder()
    _ = try scratch.write(try large.experiment.configuration(large.values), to: "large.yaml")
    // Enough to start in, too little for the run.
    let outcome = try limited(large, kibibytes: 600_000, in: scratch)
    #expect(outcome.exitCode == 75 && outcome.output == "", "\(outcome.exitCode) \(outcome.errors)")
    #expect(outcome.errors.hasPrefix("\(large): the run (") && outcome.errors.hasSuffix("(ulimit -v)\n"))
    #expect(outcome.errors.filter { $0 == "\n" }.count == 1, "\(outcome.errors)")
    #expect(scratch.entries() == ["large.yaml"])
  }

  @Test(
    "a limit of address space that leaves enough room changes nothing",
    arguments: all.filter { $0.name == "truncation-error" })
  func enoughRoom(large: Large) throws {
    let scratch = try ScratchFolder()
    _ = try scratch.write(try large.experiment.configuration(large.values), to: "large.yaml")
    let outcome = try limited(large, kibibytes: 1_600_000, in: scratch)
    #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
  }

  private func limited(_ large: Large, kibibytes: Int, in scratch: ScratchFolder) throws
    -> ExperimentProcess.Outcome
  {
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = [
      "-c",
      "ulimit -v \(kibibytes); exec \"$0\" --config large.yaml --output out --threads 2 >stdout 2>stderr",
      large.experiment.process.executable.path,
    ]
    shell.currentDirectoryURL = scratch.url
    try shell.run()
    shell.waitUntilExit()
    defer {
      for name in ["stdout", "stderr"] {
        try? FileManager.default.removeItem(at: scratch.url.appendingPathComponent(name))
      }
    }
    return ExperimentProcess.Outcome(
      exitCode: shell.terminationReason == .exit ? shell.terminationStatus : -1,
      output: String(decoding: try scratch.data("stdout"), as: UTF8.self),
      errors: String(decoding: try scratch.data("stderr"), as: UTF8.self))
  }
}
