import CLibraries
import Foundation
import Testing

/// What EXPERIMENTS promises of every executable, asked of the executables themselves.
@Suite("The contract of every experiment")
struct ContractTests {
  static let outputs = ["config.yaml", "data.h5", "manifest.json", "summary.json", "table.txt"]

  @Test("there are experiments to test, and they were built")
  func built() {
    #expect(!ExperimentUnderTest.all.isEmpty)
    for experiment in ExperimentUnderTest.all {
      #expect(
        FileManager.default.isExecutableFile(atPath: experiment.process.executable.path), "\(experiment)")
    }
  }

  @Test(
    "the dumped configuration is valid and dumps to itself; nothing is written",
    arguments: ExperimentUnderTest.all)
  func dump(experiment: ExperimentUnderTest) throws {
    let scratch = try ScratchFolder()
    let first = try experiment.process.run(["--dump-config"], in: scratch.url)
    #expect(first.exitCode == 0 && first.errors == "")
    #expect(first.output.contains("\nseed: ") && first.output.contains("\nthreads: "))
    let file = try scratch.write(first.output, to: "dumped.yaml")
    let second = try experiment.process.run(["--dump-config", "--config", file], in: scratch.url)
    #expect(second.exitCode == 0 && second.output == first.output, "\(second.errors)")
    #expect(scratch.entries() == ["dumped.yaml"])
  }

  @Test(
    "bad command lines and configurations are exit code 64, one message, nothing written",
    arguments: ExperimentUnderTest.all)
  func refusals(experiment: ExperimentUnderTest) throws {
    let scratch = try ScratchFolder()
    for arguments in [["--mystery"], ["--seed", "x"], ["--threads", "0"], ["word"]] {
      let outcome = try experiment.process.run(arguments, in: scratch.url)
      #expect(outcome.exitCode == 64 && outcome.output == "" && !outcome.errors.isEmpty)
    }
    let valid = try experiment.process.run(["--dump-config"], in: scratch.url).output
    let file = try scratch.write("", to: "wrong.yaml")
    for (yaml, message) in [
      (valid + "mystery: 1\n", "mystery: unknown key"),
      (valid + "sede: 1\n", "sede: unknown key, did you mean 'seed'?"),
      (valid.replacing(#/(?m)^model:/#, with: "modle:"), "modle"),
      (valid.replacing("species:", with: "spceies:"), "spceies"),
      ("", "mapping"), ("\u{0}", "YAML"), ("model: [", "YAML"), ("%", "YAML"), (valid + valid, "YAML"),
    ] {
      #expect(yaml != valid, "\(message)")
      _ = try scratch.write(yaml, to: "wrong.yaml")
      let outcome = try experiment.process.run(["--config", file], in: scratch.url)
      #expect(outcome.exitCode == 64 && outcome.output == "", "\(message)")
      #expect(outcome.errors.hasPrefix("\(experiment): "), "\(outcome.errors)")
      #expect(
        outcome.errors.contains("wrong.yaml: ") && outcome.errors.contains(message), "\(outcome.errors)")
      // One error a line; --quiet says the first only.
      #expect(
        outcome.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("\(experiment): ") },
        "\(outcome.errors)")
      let quiet = try experiment.process.run(["--config", file, "--quiet"], in: scratch.url)
      #expect(quiet.exitCode == 64 && quiet.errors.filter { $0 == "\n" }.count == 1, "\(quiet.errors)")
      #expect(outcome.errors.hasPrefix(quiet.errors), "\(outcome.errors)")
    }
    #expect(scratch.entries() == ["wrong.yaml"])
  }

  @Test("missing input is 66, impossible output 73", arguments: ExperimentUnderTest.all)
  func files(experiment: ExperimentUnderTest) throws {
    let scratch = try ScratchFolder()
    #expect(try experiment.process.run(["--config", "absent.yaml"], in: scratch.url).exitCode == 66)
    for output in ["/dev/null", "/dev/null/below", "/proc/new", ""] {
      let outcome = try experiment.process.run(["--output", output], in: scratch.url)
      #expect(outcome.exitCode == 73 && outcome.output == "", "\(output)")
    }
    _ = try scratch.write("mine", to: "thesis.tex")
    let occupied = try experiment.process.run(["--output", "."], in: scratch.url)
    #expect(occupied.exitCode == 73 && occupied.errors.contains("not empty"))
    #expect(scratch.entries() == ["thesis.tex"])
  }

  @Test(
    "a run writes readable files, says nothing on a piped stderr, and repeats to the byte",
    arguments: ExperimentUnderTest.all)
  func runs(experiment: ExperimentUnderTest) throws {
    let scratch = try ScratchFolder()
    let file = try scratch.write(try experiment.smallConfiguration, to: "small.yaml")
    let first = try experiment.process.run(["--config", file, "--output", "first"], in: scratch.url)
    #expect([0, 1].contains(first.exitCode) && first.errors == "", "\(first.errors)")
    #expect(first.output.split(separator: "\n").count > 3)
    #expect(scratch.entries(of: "first") == experiment.outputs)
    let summary = try JSONSerialization.jsonObject(with: scratch.data("first/summary.json")) as? [String: Any]
    #expect(summary?["experiment"] as? String == experiment.name)
    #expect(throws: Never.self) { try HDF5File(opening: scratch.url.path + "/first/data.h5") }

    // Alone from what the first one wrote, which is complete.
    let second = try experiment.process.run(
      ["--config", "first/config.yaml", "--output", "second", "--quiet"], in: scratch.url)
    #expect(second.exitCode == first.exitCode && second.output == "" && second.errors == "")
    for name in ["summary.json", "data.h5", "config.yaml", "table.txt"] {
      #expect(try scratch.data("first/" + name) == scratch.data("second/" + name), "\(name)")
    }
    let manifest = try scratch.data("first/manifest.json")
    let again = try experiment.process.run(
      ["--config", file, "--output", "first", "--resume"], in: scratch.url)
    #expect(again.exitCode == first.exitCode && again.output.contains("finished before"))
    #expect(try scratch.data("first/manifest.json") == manifest)
    let other = try experiment.process.run(
      ["--config", file, "--output", "first", "--resume", "--seed", "77"], in: scratch.url)
    #expect(other.exitCode == 64)
  }

  @Test(
    "stopped and killed again and again, at any moment, a run resumes to the same bytes",
    arguments: ExperimentUnderTest.all)
  func interrupted(experiment: ExperimentUnderTest) throws {
    let scratch = try ScratchFolder()
    let file = try scratch.write(try experiment.smallConfiguration, to: "small.yaml")
    let whole = try experiment.process.launchQuietly(
      ["--config", file, "--output", "whole"], in: scratch.url)
    var work = 0.0
    try ExperimentProcess.wait(for: "the end", of: whole, seconds: 300) {
      work = max(work, ExperimentProcess.processorTime(whole))
      return false
    }
    #expect(whole.terminationReason == .exit && [0, 1].contains(whole.terminationStatus))

    // Each goes on from what the one before left, by these shares of all the work.
    var stops = 0
    let arguments = ["--config", file, "--output", "parts"]
    for (index, (signal, share)) in [(SIGKILL, 0.1), (SIGTERM, 0.3), (SIGKILL, 0.3), (SIGINT, 0.3)]
      .enumerated()
    {
      let process = try experiment.process.launchQuietly(
        arguments + (index == 0 ? [] : ["--resume"]), in: scratch.url)
      try ExperimentProcess.wait(forProcessorTime: share * work, of: process)
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      let wasKilled = process.terminationReason == .uncaughtSignal
      // By the signal that was sent, never by a trap of its own.
      #expect(
        (wasKilled ? [signal] : [whole.terminationStatus, 130]).contains(process.terminationStatus),
        "\(process.terminationStatus) after signal \(signal)")
      if wasKilled || process.terminationStatus == 130 { stops += 1 }
    }
    #expect(stops >= 2)
    let resumed = try experiment.process.run(arguments + ["--resume"], in: scratch.url)
    #expect(resumed.exitCode == whole.terminationStatus, "\(resumed.errors)")
    for name in ["summary.json", "data.h5"] {
      #expect(try scratch.data("whole/" + name) == scratch.data("parts/" + name), "\(name)")
    }
    #expect(scratch.entries(of: "parts") == experiment.outputs)
  }

  @Test(
    "where a file cannot be written to its end nothing half-written stays: exit code 73",
    arguments: ExperimentUnderTest.all)
  func fullDisk(experiment: ExperimentUnderTest) throws {
    let scratch = try ScratchFolder()
    let file = try scratch.write(try experiment.smallConfiguration, to: "small.yaml")
    let dump = try experiment.process.run(["--dump-config", "--config", file], in: scratch.url)
    #expect(dump.exitCode == 0 && !dump.output.isEmpty)
    // A limit on the size of files, in blocks of 512 bytes: below the configuration's size, and below that of the data,
    // which hold the configuration and more.
    for blocks in [0, dump.output.utf8.count / 512 + 2] {
      let shell = Process()
      shell.executableURL = URL(fileURLWithPath: "/bin/sh")
      shell.arguments = [
        "-c", "ulimit -f \(blocks); exec \"$0\" --config small.yaml --output full --quiet",
        experiment.process.executable.path,
      ]
      shell.currentDirectoryURL = scratch.url
      // Programs built for coverage write a profile as they end, which the limit would cut off, too.
      shell.environment = ProcessInfo.processInfo.environment.merging(["LLVM_PROFILE_FILE": "/dev/null"]) {
        $1
      }
      let errors = Pipe()
      shell.standardError = errors
      try shell.run()
      let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      shell.waitUntilExit()
      #expect(shell.terminationReason == .exit && shell.terminationStatus == 73, "\(text)")
      #expect(text.contains("cannot write") && text.filter { $0 == "\n" }.count == 1, "\(text)")
      #expect(scratch.entries() == ["small.yaml"])
    }
  }
}
