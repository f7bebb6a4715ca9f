import CLibraries
import ExperimentKit
import Foundation
import Testing

struct ResumeTests {
  /// Stops the run in `folder` after its checkpoint of the whole sum was written.
  static func interrupt(_ scratch: TemporaryFolder) -> Harness.Outcome {
    Harness.run(["--output", scratch.path + "/out"]) { _, run in
      run.checkpointInterval = .zero
      try run.safePoint { Checkpoint(step: 2, arrays: ["sums": [1.5, 4.5]]) }
      throw Interrupted()
    }
  }

  @Test("an interrupted run is exit code 130, keeps its checkpoint, and goes on to the same results")
  func goesOn() throws {
    let scratch = try TemporaryFolder()
    #expect(Self.interrupt(scratch).code == 130)
    #expect(scratch.entries("out") == ["checkpoint", "config.yaml"])
    let resumed = Harness.run(["--output", scratch.path + "/out", "--resume"])
    #expect(resumed.code == 0)
    #expect(resumed.output.hasPrefix("sum 9.0 seed 1 resumed 2\n"))
    #expect(scratch.entries("out") == ExperimentTests.outputs)
    let whole = Harness.run(["--output", scratch.path + "/whole"])
    #expect(whole.code == 0)
    #expect(scratch.text("out/summary.json") == scratch.text("whole/summary.json"))
  }

  @Test("without --resume an interrupted run's folder is refused")
  func needsTheFlag() throws {
    let scratch = try TemporaryFolder()
    _ = Self.interrupt(scratch)
    let outcome = Harness.run(["--output", scratch.path + "/out"])
    #expect(outcome.code == 73 && outcome.errors.contains("--resume"))
  }

  @Test("a resumed run with another configuration is exit code 64 and changes nothing")
  func anotherConfiguration() throws {
    let scratch = try TemporaryFolder()
    _ = Self.interrupt(scratch)
    let before = scratch.text("out/checkpoint")
    let outcome = Harness.run(["--output", scratch.path + "/out", "--resume", "--seed", "2"])
    #expect(outcome.code == 64)
    #expect(scratch.text("out/checkpoint") == before)
    #expect(scratch.entries("out") == ["checkpoint", "config.yaml"])
    _ = Harness.run(["--output", scratch.path + "/done"])
    #expect(Harness.run(["--output", scratch.path + "/done", "--resume", "--seed", "2"]).code == 64)
  }

  @Test("a damaged checkpoint is reported, not computed with")
  func damaged() throws {
    let scratch = try TemporaryFolder()
    _ = Self.interrupt(scratch)
    let url = URL(fileURLWithPath: scratch.path + "/out/checkpoint")
    var data = try Data(contentsOf: url)
    data[data.count - 3] ^= 4
    try data.write(to: url)
    let outcome = Harness.run(["--output", scratch.path + "/out", "--resume"])
    #expect(outcome.code == 66 && outcome.errors.contains("damaged"))
    #expect(try Data(contentsOf: url) == data)
  }

  @Test("a finished run resumed prints its table again and computes nothing")
  func finished() throws {
    let scratch = try TemporaryFolder()
    let first = Harness.run(["--output", scratch.path + "/out"])
    let manifest = scratch.text("out/manifest.json")
    let again = Harness.run(["--output", scratch.path + "/out", "--resume"]) { _, _ in
      Issue.record("computed again")
    }
    #expect(again.code == 0)
    #expect(again.output.split(separator: "\n").first == first.output.split(separator: "\n").first)
    #expect(scratch.text("out/manifest.json") == manifest)
  }

  @Test("--resume on an absent or empty folder, or one without a checkpoint, starts anew")
  func startsAnew() throws {
    let scratch = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/empty", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/killed", withIntermediateDirectories: true)
    try scratch.write("numbers: [5]\n", to: "killed/config.yaml")
    for name in ["absent", "empty", "killed"] {
      let outcome = Harness.run(["--output", "\(scratch.path)/\(name)", "--resume"])
      #expect(outcome.code == 0 && outcome.output.hasPrefix("sum 9.0 seed 1 resumed 0\n"))
      #expect(scratch.entries(name) == ExperimentTests.outputs)
    }
  }

  @Test("while one run lives, another one in its folder is told so")
  func locked() throws {
    let scratch = try TemporaryFolder()
    let arguments = ["--output", scratch.path + "/out"]
    let outer = Harness.run(arguments) { _, _ in
      for flags in [[], ["--resume"]] {
        let inner = Harness.run(arguments + flags)
        #expect(inner.code == 73)
      }
    }
    #expect(outer.code == 0)
  }
}
