import CLibraries
import ExperimentKit
import Foundation
import Testing

@Suite("Experiments")
struct ExperimentTests {
  static let outputs = ["config.yaml", "data.h5", "manifest.json", "summary.json", "table.txt"]

  @Test("a run writes its five files, prints its table, and leaves no checkpoint")
  func completeRun() throws {
    let scratch = try TemporaryFolder()
    let outcome = Harness.run(["--output", scratch.path + "/out", "--seed", "7"]) { _, run in
      run.checkpointInterval = .zero
      try run.safePoint(step: 0) { _ in }
    }
    #expect(outcome.code == 0)
    #expect(outcome.output.hasPrefix("sum 9.0 seed 7 resumed 0\n"))
    #expect(outcome.errors == "")
    #expect(scratch.entries("out") == Self.outputs)
    #expect(scratch.text("out/config.yaml").contains("scale: 1.50\nseed: 7\n"))
    let file = try HDF5File(opening: scratch.path + "/out/data.h5")
    #expect(try file.read("sums").values == [1.5, 4.5, 9])
    #expect(try file.attribute("axes", of: "sums") == "number")
  }

  @Test("the manifest names the code, the machine, the libraries, the configuration and the outputs")
  func manifest() throws {
    let scratch = try TemporaryFolder()
    _ = Harness.run(["--output", scratch.path + "/out", "--seed", "7", "--threads", "1"])
    let json =
      try JSONSerialization.jsonObject(with: Data(scratch.text("out/manifest.json").utf8)) as? [String: Any]
    let manifest = try #require(json)
    for key in [
      "experiment", "version", "exitCode", "git", "toolchain", "flags", "cpu", "libraries", "seed", "threads",
      "configurationSHA256", "wallSeconds", "peakMemoryBytes", "finished", "outputsSHA256",
    ] { #expect(manifest[key] != nil, "\(key)") }
    #expect(manifest["seed"] as? Int == 7 && manifest["threads"] as? Int == 1)
    let libraries = manifest["libraries"] as? [String: String]
    #expect(libraries?.keys.sorted() == ["Arb", "FFTW", "GSL", "HDF5", "LEMON", "OpenBLAS"])
    #expect(libraries?.values.allSatisfy { $0.contains(/\d+\.\d+/) } == true)
    let configuration = scratch.text("out/config.yaml")
    #expect(manifest["configurationSHA256"] as? String == SHA256.hexadecimal(configuration.utf8))
    let hashes = try #require(manifest["outputsSHA256"] as? [String: String])
    for (name, hash) in hashes {
      let data = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/out/" + name))
      #expect(hash == SHA256.hexadecimal(data), "\(name)")
    }
    #expect(hashes.count == 4)
  }

  @Test("a program writes the files that it declares, no others, and not where somebody else's has the name")
  func furtherFiles() throws {
    let scratch = try TemporaryFolder()
    let write = { (files: [String], folder: String) in
      Harness.run(["--output", scratch.path + "/" + folder, "--resume"], files: files) { _, run in
        try run.add(file: "own.csv", "1\n")
      }
    }
    #expect(write(["own.csv"], "out").code == 0)
    #expect(
      scratch.entries("out") == (Self.outputs + ["own.csv"]).sorted() && scratch.text("out/own.csv") == "1\n")
    let undeclared = write([], "none")
    #expect(undeclared.code == 73 && undeclared.errors.contains("own.csv: the program does not declare"))
    for folder in ["theirs", "others"] {
      try FileManager.default.createDirectory(
        atPath: scratch.path + "/" + folder, withIntermediateDirectories: false)
    }
    try scratch.write("mine", to: "theirs/own.csv")
    let refused = write(["own.csv"], "theirs")
    #expect(refused.code == 73 && refused.errors.contains("move it away"))
    #expect(scratch.entries("theirs") == ["own.csv"] && scratch.text("theirs/own.csv") == "mine")
    // A file that the program does not write is in nobody's way.
    try scratch.write("mine", to: "others/roots.csv")
    #expect(write(["own.csv"], "others").code == 0 && scratch.text("others/roots.csv") == "mine")
  }

  static let failureKinds: [(any Error, Int32)] = [
    (ArgumentError("x", expected: "y", got: "z"), 64),
    (HypothesisError("Theorem", requires: "positivity"), 64),
    (ConfigurationError(file: "f", path: "p", message: "m"), 64),
    (InputError(path: "f", reason: "r"), 66),
    (NumericalFailure(in: "step 3", "NaN"), 70),
    (OutputError(path: "f", reason: "No space left on device"), 73),
    (MemoryError(purpose: "lattice", bytes: 1 << 50, available: 1), 75),
    (Interrupted(), 130),
  ]

  @Test(
    "every kind of failure has its exit code, one message, and leaves nothing behind",
    arguments: failureKinds)
  func failures(error: any Error, code: Int32) throws {
    let scratch = try TemporaryFolder()
    let outcome = Harness.run(["--output", scratch.path + "/out"]) { _, _ in throw error }
    #expect(outcome.code == code)
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("sums: "))
    #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
    #expect(scratch.entries() == [])
  }

  @Test(
    "a violated check is exit code 1, an undecided one 0, nothing to decide as well",
    arguments: [(Verdict.violated, Int32(1)), (.undecided, 0), (.none, 0)])
  func verdicts(verdict: Verdict, code: Int32) throws {
    let scratch = try TemporaryFolder()
    let outcome = Harness.run(["--output", scratch.path + "/out"]) { _, run in
      run.record(.holds)
      run.record(verdict)
      run.record(.holds)
      #expect(run.verdicts.count(of: .holds) == 2)
    }
    #expect(outcome.code == code)
    #expect(scratch.entries("out") == Self.outputs)
    let again = Harness.run(["--output", scratch.path + "/out", "--resume"])
    #expect(again.code == code)
  }

  @Test("a part that fails numerically leaves whole results, exit code 70, and a finished run")
  func partialFailure() throws {
    let scratch = try TemporaryFolder()
    let outcome = Harness.run(["--output", scratch.path + "/out"]) { _, run in
      run.record(.violated)
      run.recordFailure("the companion failed")
      run.recordFailure("so did another")
    }
    #expect(outcome.code == 70)
    #expect(outcome.errors == "sums: the companion failed; so did another\n")
    #expect(scratch.entries("out") == Self.outputs)
    // Resumed, it is shown again and not computed again.
    let again = Harness.run(["--output", scratch.path + "/out", "--resume"]) { _, _ in
      Issue.record("a finished run was computed again")
    }
    #expect(again.code == 70 && again.output.contains("finished before"))
  }

  @Test(
    "bad command lines are exit code 64 and write nothing",
    arguments: [
      ["--mystery"], ["--seed"], ["--seed", "abc"], ["--seed", "-1"], ["--threads", "0"],
      ["--threads", "99999"],
      ["--seed", "99999999999999999999"], ["positional"], ["--resume=yes"], ["--config"],
    ])
  func badArguments(arguments: [String]) throws {
    let scratch = try TemporaryFolder()
    let outcome = Harness.run(["--output", scratch.path + "/out"] + arguments)
    #expect(outcome.code == 64)
    #expect(outcome.output == "" && !outcome.errors.isEmpty)
    #expect(scratch.entries() == [])
  }

  @Test("a configuration file that is missing is 66, one that is wrong is 64")
  func configurationFiles() throws {
    let scratch = try TemporaryFolder()
    let missing = Harness.run(["--config", scratch.path + "/none.yaml", "--output", scratch.path + "/out"])
    #expect(missing.code == 66 && missing.errors.contains("none.yaml"))
    #expect(Harness.run(["--config", scratch.path, "--output", scratch.path + "/out"]).code == 66)
    try scratch.write("numbers: [1]\nscael: 2\n", to: "wrong.yaml")
    let wrong = Harness.run(["--config", scratch.path + "/wrong.yaml", "--output", scratch.path + "/out"])
    #expect(wrong.code == 64)
    #expect(wrong.errors.contains("wrong.yaml: scael: unknown key, did you mean 'scale'?"))
    try Data([0x6E, 0x3A, 0xFF, 0xFE]).write(to: URL(fileURLWithPath: scratch.path + "/latin.yaml"))
    let latin = Harness.run(["--config", scratch.path + "/latin.yaml", "--output", scratch.path + "/out"])
    #expect(latin.code == 64 && latin.errors.contains("UTF-8"))
    #expect(scratch.entries() == ["latin.yaml", "wrong.yaml"])
  }

  @Test("the dumped configuration is complete and dumps to itself")
  func dump() throws {
    let scratch = try TemporaryFolder()
    let first = Harness.run(["--dump-config", "--threads", "2", "--output", scratch.path + "/out"])
    let lines = first.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "# yaml-language-server: $schema=sums.schema.json" && lines[1].hasPrefix("# "))
    #expect(
      lines.dropFirst(2).joined(separator: "\n") == "numbers: [1, 2, 3]\nscale: 1.50\nseed: 1\nthreads: 2\n")
    try scratch.write(first.output, to: "dumped.yaml")
    let second = Harness.run(["--dump-config", "--config", scratch.path + "/dumped.yaml"])
    #expect(second.output == first.output)
    #expect(scratch.entries() == ["dumped.yaml"])
  }

  @Test("--version, --cite, --help say so and write nothing; --quiet says nothing")
  func sayings() throws {
    #expect(Harness.run(["--version"]).output.contains(Experiment.version))
    #expect(Harness.run(["--cite"]).output.hasSuffix("A reference.\n"))
    let help = Harness.run(["--help"])
    #expect(help.code == 0 && help.output.contains("--dump-config"))
    let scratch = try TemporaryFolder()
    let quiet = Harness.run(["--quiet", "--output", scratch.path + "/out"])
    #expect(quiet.code == 0 && quiet.output == "" && quiet.errors == "")
  }
}
