import Foundation
import Testing

/// Damaged configurations of every experiment: one message or a valid run, never a trap, never a hang.
@Suite("Mutated configurations", .serialized)
struct FuzzTests {
  /// Of `--dump-config`: valid, wrong, or too large for this machine.
  private static let reading: Set<Int32> = [0, 64, 75]
  /// Of a run: also a violated check and a numerical failure.
  private static let running: Set<Int32> = [0, 1, 64, 70, 75]
  /// `timeout` says so when it had to stop a run.
  private static let stopped: Int32 = 124

  @Test(
    "four hundred mutated files are read or refused with one message", arguments: ExperimentUnderTest.all)
  func reading(experiment: ExperimentUnderTest) throws {
    let scratch = try ScratchFolder()
    let text = try experiment.process.run(["--dump-config"], in: scratch.url).output
    var mutations = Mutations(seed: 1)
    var refused = 0
    for _ in 0..<50 {
      let mutated = mutations.mutate(text)
      let file = try scratch.write(mutated, to: "mutated.yaml")
      let outcome = try run(experiment, ["--dump-config", "--config", file], seconds: 20, in: scratch)
      #expect(Self.reading.contains(outcome.code), "exit \(outcome.code)\n\(mutated)\n\(outcome.errors)")
      #expect((outcome.code == 0) == outcome.errors.isEmpty, "\(mutated)\n\(outcome.errors)")
      #expect(!Self.namesTypes(outcome.errors), "\(outcome.errors)")
      if outcome.code == 64 {
        refused += 1
        #expect(outcome.errors.contains("mutated.yaml: "), "\(outcome.errors)")
        #expect(outcome.errors.filter { $0 == "\n" }.count == 1, "\(outcome.errors)")
      }
    }
    #expect((10..<50).contains(refused), "\(refused) of 50 refused")
    #expect(scratch.entries() == ["mutated.yaml"])
  }

  @Test("mutated runs end with a result or one message", arguments: ExperimentUnderTest.all)
  func running(experiment: ExperimentUnderTest) throws {
    let scratch = try ScratchFolder()
    let text = try experiment.smallConfiguration
    var mutations = Mutations(seed: 2)
    for index in 0..<12 {
      let mutated = mutations.mutate(text)
      let file = try scratch.write(mutated, to: "mutated.yaml")
      let outcome = try run(
        experiment, ["--quiet", "--config", file, "--output", "run-\(index)"], seconds: 4, in: scratch)
      if outcome.code == Self.stopped { continue }
      #expect(Self.running.contains(outcome.code), "exit \(outcome.code)\n\(mutated)\n\(outcome.errors)")
      #expect((outcome.code <= 1) == outcome.errors.isEmpty, "\(mutated)\n\(outcome.errors)")
      #expect(outcome.errors.filter { $0 == "\n" }.count <= 1, "\(outcome.errors)")
      #expect(!Self.namesTypes(outcome.errors), "\(outcome.errors)")
    }
  }

  /// Words of the compiler's, which say nothing to a reader: `SIMD3<Int>(1, 0, 0)`, `Optional(2)`, `Domain.space`.
  private static func namesTypes(_ message: String) -> Bool {
    message.contains(#/SIMD\d|Optional\(|PhaseSpace\.|Interaction\.|\b[A-Z]\w+\(\w+: /#)
  }

  /// Runs with a limit on the time, after which `timeout` ends it with a code of its own.
  private func run(
    _ experiment: ExperimentUnderTest, _ arguments: [String], seconds: Int, in scratch: ScratchFolder
  ) throws -> (code: Int32, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
    process.arguments = ["--signal=KILL", "\(seconds)", experiment.process.executable.path] + arguments
    process.currentDirectoryURL = scratch.url
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let killed = process.terminationReason == .uncaughtSignal || process.terminationStatus == 137
    return (killed ? Self.stopped : process.terminationStatus, text)
  }
}
