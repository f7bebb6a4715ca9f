import CLibraries
import ExperimentKit
import Foundation
import Testing

@Suite("Resumed runs")
struct ResumeTests {
  /// Stops the run in `folder` after its checkpoint of the whole sum was written.
  static func interrupt(_ scratch: TemporaryFolder) -> Harness.Outcome {
    Harness.run(["--output", scratch.path + "/out"]) { _, run in
      run.checkpointInterval = .zero
      try run.safePoint(step: 2) { $0.write("sums", [1.5, 4.5]) }
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
    #expect(outcome.errors.contains("seed: expected 1 as in the run that is resumed, got 2"))
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
    // What a run killed before its first checkpoint leaves: a configuration, and the record that it is ours.
    do {
      let killed = try OutputFolder(scratch.path + "/killed", allowExisting: false)
      try killed.write(Data("numbers: [5]\n".utf8), to: "config.yaml")
    }
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

  @Test("other differences of configuration are named by their key paths")
  func differences() throws {
    let scratch = try TemporaryFolder()
    _ = Self.interrupt(scratch)
    for (yaml, message) in [
      ("numbers: [1, 4, 3]\n", "numbers[1]: expected 2 as in the run that is resumed, got 4"),
      ("numbers: [1, 2, 3, 4]\n", "numbers[3]: expected nothing as in the run that is resumed, got 4"),
      ("numbers: [1, 2]\nscale: 2\n", "(also another scale, numbers[2])"),
    ] {
      try scratch.write(yaml.contains("scale") ? yaml : yaml + "scale: 1.50\n", to: "other.yaml")
      let outcome = Harness.run(
        ["--config", scratch.path + "/other.yaml", "--output", scratch.path + "/out", "--resume"])
      if message.hasPrefix("(") {
        #expect(outcome.errors.contains("numbers[2]") && outcome.errors.contains("scale"))
      } else {
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
      }
      #expect(outcome.code == 64)
    }
  }

  @Test("another number of threads is allowed exactly where the results do not depend on it, and said")
  func threads() throws {
    let scratch = try TemporaryFolder()
    let arguments = ["--output", scratch.path + "/out", "--threads", "1"]
    _ = Harness.run(arguments) { _, run in
      run.checkpointInterval = .zero
      try run.safePoint(step: 2) { $0.write("sums", [1.5, 4.5]) }
      throw Interrupted()
    }
    let other = ["--output", scratch.path + "/out", "--resume", "--threads", "3"]
    let refused = Harness.run(other, dependsOnThreads: true)
    #expect(refused.code == 64)
    #expect(refused.errors.contains("threads: expected 1 as in the run that is resumed, got 3"))
    let outcome = Harness.run(other)
    #expect(outcome.code == 0 && outcome.output.hasPrefix("sum 9.0 seed 1 resumed 2\n"))
    #expect(outcome.errors == "sums: threads 1 before, 3 now: the results do not depend on it\n")
    #expect(scratch.text("out/config.yaml").contains("threads: 3"))
  }

  @Test(
    "a folder with files of the user's and no run of ours is refused, touched by nothing, whatever happens",
    arguments: ["config.yaml", "data.h5", "summary.json", "table.txt", "manifest.json", "checkpoint"])
  func usersFiles(name: String) throws {
    let scratch = try TemporaryFolder()
    let text = "# mine\nnumbers: [1, 2, 3]\n"
    try FileManager.default.createDirectory(atPath: scratch.path + "/out", withIntermediateDirectories: true)
    try scratch.write(text, to: "out/\(name)")
    for flags in [["--resume"], [], ["--resume", "--config", scratch.path + "/out/\(name)"]] {
      let outcome = Harness.run(["--output", scratch.path + "/out"] + flags) { _, _ in
        throw NumericalFailure(in: "step", "NaN")
      }
      #expect(outcome.code == 73, "\(outcome.errors)")
      #expect(!outcome.errors.contains("--resume"))
      #expect(scratch.text("out/\(name)") == text)
      #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/out") == [name])
    }
  }

  @Test("a run that fails beside files of the user's takes back what it wrote and nothing else")
  func failsBeside() throws {
    let scratch = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: scratch.path + "/out", withIntermediateDirectories: true)
    try scratch.write("mine", to: "out/thesis.tex")
    let outcome = Harness.run(["--output", scratch.path + "/out", "--resume"]) { _, _ in
      throw ArgumentError("x", expected: "y", got: "z")
    }
    #expect(outcome.code == 64)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/out") == ["thesis.tex"])
  }

  @Test("comments in a resumed run's configuration stay; another configuration in its place is refused")
  func comments() throws {
    let scratch = try TemporaryFolder()
    _ = Self.interrupt(scratch)
    let commented = "# why these numbers\n" + scratch.text("out/config.yaml")
    try scratch.write("numbers: [7]\n", to: "out/config.yaml")
    let arguments = ["--output", scratch.path + "/out", "--resume"]
    let refused = Harness.run(arguments)
    #expect(refused.code == 73 && scratch.text("out/config.yaml") == "numbers: [7]\n")
    try scratch.write(commented, to: "out/config.yaml")
    let own = Harness.run(arguments + ["--config", scratch.path + "/out/config.yaml"])
    #expect(own.code == 0 && own.output.contains("resumed 2"), "\(own.errors)")
    #expect(scratch.text("out/config.yaml") == commented)
    let again = Harness.run(arguments)
    #expect(again.code == 0 && again.output.contains("finished before"), "\(again.errors)")
  }

  @Test(
    "a finished run whose results are damaged is not called finished", arguments: ["data.h5", "table.txt"])
  func damagedResults(name: String) throws {
    let scratch = try TemporaryFolder()
    _ = Harness.run(["--output", scratch.path + "/out"])
    var data = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/out/" + name))
    data[data.count / 2] ^= 1
    try data.write(to: URL(fileURLWithPath: scratch.path + "/out/" + name))
    let outcome = Harness.run(["--output", scratch.path + "/out", "--resume"])
    #expect(outcome.code == 66 && outcome.errors.contains("\(name): damaged"), "\(outcome.errors)")
    #expect(outcome.output == "")
  }

  @Test(
    "a numerical failure keeps the rows that were finished, says which, when and what may help; --resume goes on"
  )
  func incomplete() throws {
    let scratch = try TemporaryFolder()
    var fails = true
    let run = { (arguments: [String]) in
      Harness.run(["--output", scratch.path + "/out"] + arguments) { settings, run in
        run.keepRows(remedy: "a smaller step") { run in
          run.summary.append(("rows", [1.5]))
          run.addArray("sums", [1.5], axes: [ResultAxis("number", [1])])
          run.report = "one row\n"
          return FinishedRows(1, of: [0.25, 0.5, 0.75])
        }
        if fails { throw NumericalFailure(in: "the sum", "NaN") }
      }
    }
    for arguments in [[], ["--resume"]] {
      let outcome = run(arguments)
      #expect(outcome.code == 70)
      #expect(
        outcome.errors
          == "sums: the sum: NaN (between t = 0.25 and t = 0.5). Kept in \(scratch.path)/out, marked "
          + "incomplete: 1 of 3 times. What may help: a smaller step\n")
      #expect(scratch.entries("out") == ["config.yaml", "data.h5", "summary.json", "table.txt"])
      let summary =
        try JSONSerialization.jsonObject(with: Data(scratch.text("out/summary.json").utf8)) as? [String: Any]
      let incomplete = try #require(summary?["incomplete"] as? [String: Any])
      #expect(incomplete["reason"] as? String == "the sum: NaN")
      #expect(incomplete["time"] as? [Double] == [0.25, 0.5])
      #expect(summary?["rows"] as? [Double] == [1.5])
      #expect(scratch.text("out/table.txt").hasPrefix("one row\nincomplete: "))
      #expect(try HDF5File(opening: scratch.path + "/out/data.h5").read("sums").values == [1.5])
      #expect(run([]).code == 73)
    }
    fails = false
    let whole = run(["--resume"])
    #expect(whole.code == 0 && whole.output.hasPrefix("sum 9.0"), "\(whole.errors)")
    #expect(scratch.entries("out") == ExperimentTests.outputs)
    #expect(!scratch.text("out/summary.json").contains("incomplete"))
  }

  @Test("a numerical failure before any row leaves nothing behind")
  func nothingFinished() throws {
    let scratch = try TemporaryFolder()
    let outcome = Harness.run(["--output", scratch.path + "/out"]) { _, run in
      run.keepRows(remedy: "") { _ in nil }
      throw NumericalFailure(in: "the sum", "NaN")
    }
    #expect(outcome.code == 70 && outcome.errors == "sums: the sum: NaN\n")
    #expect(scratch.entries() == [])
  }
}
