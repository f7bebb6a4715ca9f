import Foundation
import Testing

/// SIGTERM in phases without a safe point, and before there is anything to save.
@Suite("Interruption everywhere", .serialized)
struct InterruptionTests {
  /// A configuration of which one phase lasts minutes on any machine.
  struct Phase: CustomStringConvertible, Sendable {
    let description: String
    let program: String
    /// Top-level keys of the small configuration and what to write for them.
    let changes: [(key: String, value: String)]
    /// Seconds of processor time after which the phase has begun.
    let begun: Double
    /// Whether a checkpoint is left; nil: that depends on how long the run took to get there.
    let keeps: Bool?
    var isSampled = false
  }

  static let phases: [Phase] = [
    Phase(
      description: "one transport problem", program: "vlasov-limit",
      changes: [
        ("times", "[0.25]"), ("particle-numbers", "[10, 18]"), ("histogram", "{q: 320, p: 320, p-max: 1.2}"),
        ("refinement", "1"),
      ], begun: 6, keeps: true, isSampled: true),
    Phase(
      description: "one long step of exact dynamics", program: "many-body",
      changes: [("times", "[0, 4000]"), ("method", "exact"), ("time-step", "0.5")], begun: 2, keeps: true,
      isSampled: true),
    Phase(
      description: "the convergence study", program: "dyson-trees",
      changes: [("convergence", "{orders: [1, 2], samples: [2048, 30000000000]}")], begun: 2, keeps: true,
      isSampled: true),
    Phase(
      description: "the factorisation", program: "vlasov-limit",
      changes: [
        ("times", "[0, 3000]"), ("time-step", "1"), ("particle-numbers", "[10, 18]"),
        ("factorisation", "{particle-numbers: [2, 4, 6], modes: 6}"),
      ], begun: 5,
      keeps: nil),
    Phase(
      description: "the reference", program: "truncation-error",
      changes: [("lattice", "{modes: 24, xi-extent: 100, time-step: 0.0005}"), ("times", "[50]")], begun: 2,
      keeps: nil),
    Phase(
      description: "the lattices of the remainder", program: "dyson-remainder",
      changes: [
        ("method", "lattice"), ("lattice", "{modes: 40, xi-extent: 200, time-step: 0.01}"),
        ("times", "[0.2, 2]"),
      ], begun: 2, keeps: nil),
    Phase(
      description: "the nodes of the remainder", program: "dyson-remainder",
      changes: [("times", "[0.2, 60]"), ("orders", "40")], begun: 2, keeps: nil),
    Phase(
      description: "one long step of Hartree–Fock", program: "residue-scaling",
      changes: [("particle-numbers", "[4002]"), ("times", "[0, 1]"), ("time-step", "1")], begun: 2, keeps: nil
    ),
  ]

  static var tried: [Phase] {
    ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1" ? phases : phases.filter(\.isSampled)
  }

  @Test("SIGTERM ends every phase in five seconds with exit code 130", arguments: tried)
  func phase(phase: Phase) throws {
    let scratch = try ScratchFolder()
    let experiment = ExperimentUnderTest(name: phase.program)
    let yaml = try experiment.smallConfiguration(phase.changes)
    let file = try scratch.write(yaml, to: "long.yaml")
    let errors = scratch.url.appendingPathComponent("errors")
    try Data().write(to: errors)
    let process = try experiment.process.launch(
      ["--config", file, "--output", "run", "--quiet"], in: scratch.url, output: FileHandle.nullDevice,
      errors: FileHandle(forWritingTo: errors))
    try ExperimentProcess.wait(forProcessorTime: phase.begun, of: process)
    let said = try String(contentsOf: errors, encoding: .utf8)
    try #require(process.isRunning, "\(said)")
    let start = ContinuousClock.now
    kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    #expect(ContinuousClock.now - start < .seconds(5))
    #expect(process.terminationReason == .exit && process.terminationStatus == 130)
    #expect(try String(contentsOf: errors, encoding: .utf8) == "\(phase.program): interrupted\n")
    let left = scratch.entries(of: "run")
    #expect(left == (phase.keeps ?? !left.isEmpty ? ["checkpoint", "config.yaml"] : []))
    #expect(FileManager.default.fileExists(atPath: scratch.url.path + "/run") == !left.isEmpty)
  }

  @Test(
    "no signal is lost, however early it comes and whether it was blocked before or not",
    arguments: [false, true])
  func early(isBlocked: Bool) throws {
    let scratch = try ScratchFolder()
    let experiment = ExperimentUnderTest(name: "many-body")
    let file = try scratch.write(try experiment.longConfiguration, to: "long.yaml")
    for attempt in 0..<12 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      let mode = isBlocked ? "--block-signal=TERM" : "--default-signal=TERM"
      process.arguments = [
        mode, experiment.process.executable.path, "--config", file, "--output", "run-\(attempt)", "--quiet",
      ]
      process.currentDirectoryURL = scratch.url
      process.standardError = FileHandle.nullDevice
      try process.run()
      usleep(UInt32(attempt) * 4000)
      kill(process.processIdentifier, SIGTERM)
      try ExperimentProcess.wait(for: "its end", of: process, seconds: 20) { false }
      #expect(process.terminationStatus == (process.terminationReason == .exit ? 130 : SIGTERM))
      if isBlocked, attempt > 1 { #expect(process.terminationReason == .exit) }
    }
  }

  @Test("a signal while a run starts leaves nothing half-made")
  func start() throws {
    let scratch = try ScratchFolder()
    let experiment = ExperimentUnderTest(name: "many-body")
    let file = try scratch.write(try experiment.smallConfiguration, to: "small.yaml")
    for attempt in 0..<20 {
      let process = try experiment.process.launchQuietly(
        ["--config", file, "--output", "run", "--quiet"], in: scratch.url)
      // As soon as the folder is there, and up to a millisecond later.
      let start = ContinuousClock.now
      while process.isRunning, !FileManager.default.fileExists(atPath: scratch.url.path + "/run") {
        try #require(ContinuousClock.now - start < .seconds(120), "no folder")
      }
      let found = ContinuousClock.now
      while ContinuousClock.now - found < .microseconds(attempt / 2 * 100) {}
      kill(process.processIdentifier, SIGTERM)
      process.waitUntilExit()
      #expect(process.terminationStatus == (process.terminationReason == .exit ? 130 : SIGTERM))
      let left = (try? FileManager.default.contentsOfDirectory(atPath: scratch.url.path + "/run")) ?? []
      #expect(left.isEmpty || left.contains("checkpoint"), "\(left) after attempt \(attempt)")
      try? FileManager.default.removeItem(atPath: scratch.url.path + "/run")
    }
  }
}
