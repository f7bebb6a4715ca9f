import Foundation
import Testing

/// What the world around a process may withhold or break: streams, pipes, files, threads, permissions. One program stands
/// for all, since what is tested is theirs in common.
@Suite("The outside world of a process", .serialized)
struct ProcessStartTests {
  private let program = ExperimentUnderTest(name: "truncation-error")

  /// Runs a line of bash in `scratch`, in which `$PROGRAM` is the program and small.yaml its configuration.
  private func shell(_ line: String, in scratch: ScratchFolder) throws -> ExperimentProcess.Outcome {
    var tiny = try program.smallConfiguration
    for (key, value) in [
      ("lattice", "{modes: 1, xi-extent: 4, time-step: 0.25}"), ("rank", "1"), ("closures", "[zero]"),
      ("times", "[0.25]"),
    ] { tiny = tiny.replacing(try Regex("(?m)^\(key):.*$"), with: "\(key): \(value)") }
    _ = try scratch.write(tiny, to: "small.yaml")
    let output = scratch.url.appendingPathComponent(".out")
    let errors = scratch.url.appendingPathComponent(".err")
    for file in [output, errors] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
    process.arguments = ["--signal=KILL", "60", "/bin/bash", "-c", line]
    process.environment = ProcessInfo.processInfo.environment.merging([
      "PROGRAM": program.process.executable.path, "LLVM_PROFILE_FILE": "/dev/null",
    ]) { $1 }
    process.currentDirectoryURL = scratch.url
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return ExperimentProcess.Outcome(
      exitCode: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }

  @Test(
    "closed standard streams take nothing out of the folder, and nothing of theirs goes into it",
    arguments: [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
  func closedStreams(streams: String) throws {
    let scratch = try ScratchFolder()
    let closed = try shell("$PROGRAM --config small.yaml --output closed \(streams)", in: scratch)
    let open = try shell("$PROGRAM --config small.yaml --output open", in: scratch)
    #expect(closed.exitCode == 0 && open.exitCode == 0, "\(closed.errors)")
    #expect(scratch.entries(of: "closed") == ContractTests.outputs)
    for name in ["summary.json", "data.h5", "table.txt", "config.yaml"] {
      #expect(try scratch.data("closed/" + name) == scratch.data("open/" + name), "\(name)")
    }
    let lock = String(decoding: try scratch.data("closed/.lock"), as: UTF8.self)
    #expect(
      lock.split(separator: "\n").allSatisfy { line in
        ["vlasov-hierarchy ", "partial ", "file ", "run "].contains { line.hasPrefix($0) }
      }, "\(lock)")
  }

  @Test("a table that cannot be printed is 73, after the results are written")
  func fullStream() throws {
    let scratch = try ScratchFolder()
    let outcome = try shell("$PROGRAM --config small.yaml --output out >/dev/full", in: scratch)
    #expect(outcome.exitCode == 73 && outcome.errors.contains("standard output"), "\(outcome.errors)")
  }

  @Test(
    "a configuration is read from a file, a pipe or standard input alike",
    arguments: [
      "cat small.yaml | $PROGRAM --dump-config --config -", "$PROGRAM --dump-config --config - < small.yaml",
      "cat small.yaml | $PROGRAM --dump-config --config /dev/stdin",
      "$PROGRAM --dump-config --config <(cat small.yaml)",
      "mkfifo pipe; while IFS= read -r l; do echo \"$l\"; done < small.yaml > pipe & $PROGRAM --dump-config --config pipe",
    ])
  func pipes(line: String) throws {
    let scratch = try ScratchFolder()
    let piped = try shell(line, in: scratch)
    let direct = try shell("$PROGRAM --dump-config --config small.yaml", in: scratch)
    #expect(piped.exitCode == 0 && piped.output == direct.output && !direct.output.isEmpty, "\(piped.errors)")
  }

  @Test("what is wrong in standard input is said of it; a folder is no configuration")
  func wrongInput() throws {
    let scratch = try ScratchFolder()
    let wrong = try shell("echo 'mystery: 1' | $PROGRAM --config -", in: scratch)
    #expect(wrong.exitCode == 64 && wrong.errors.contains("standard input: "), "\(wrong.errors)")
    #expect(try shell("$PROGRAM --config .", in: scratch).exitCode == 66)
    let endless = try shell("$PROGRAM --config /dev/zero", in: scratch)
    #expect(endless.exitCode == 64 && endless.errors.contains("4 MiB"), "\(endless.errors)")
  }

  @Test(
    "a path that is not UTF-8 is refused, never another path",
    arguments: ["--output $'out\\xff'", "--config $'small\\xe4.yaml'"])
  func encodings(argument: String) throws {
    let scratch = try ScratchFolder()
    let outcome = try shell("$PROGRAM --config small.yaml \(argument)", in: scratch)
    #expect(outcome.exitCode == 64 && outcome.errors.contains("expected UTF-8 text"), "\(outcome.errors)")
    #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
    #expect(scratch.entries() == ["small.yaml"])
  }

  @Test(
    "with few open files, threads or little address space a run ends with a result or one message",
    arguments: [
      "ulimit -n 5", "ulimit -n 9", "ulimit -n 16", "ulimit -n 24", "ulimit -n 31", "ulimit -n 64",
      "ulimit -v 320000", "ulimit -v 420000", "ulimit -v 700000",
    ])
  func limits(limit: String) throws {
    let scratch = try ScratchFolder()
    let outcome = try shell(
      "\(limit); exec $PROGRAM --config small.yaml --output out --threads 2 --quiet", in: scratch)
    #expect([0, 73, 75].contains(outcome.exitCode), "\(outcome.exitCode) \(outcome.errors)")
    #expect(
      outcome.errors.filter { $0 == "\n" }.count == (outcome.exitCode == 0 ? 0 : 1), "\(outcome.errors)")
    #expect(scratch.entries() == (outcome.exitCode == 0 ? ["out", "small.yaml"] : ["small.yaml"]))
  }

  @Test("a soft limit of open files is raised")
  func softLimit() throws {
    let scratch = try ScratchFolder()
    let outcome = try shell(
      "ulimit -Sn 8; exec $PROGRAM --config small.yaml --output out --quiet", in: scratch)
    #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
  }

  /// Runs as a user without rights; only root can.
  private static let asNobody = "setpriv --reuid=65534 --regid=65534 --clear-groups"
  static let isRoot =
    getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")

  @Test(
    "where no threads may be started there is one message and no waiting", .enabled(if: isRoot),
    arguments: [1, 2, 4])
  func fewProcesses(count: Int) throws {
    let scratch = try ScratchFolder()
    chmod(scratch.url.path, 0o777)
    // Copied: the products may lie where nobody may look.
    let outcome = try shell(
      "cp $PROGRAM program && chmod 755 program small.yaml && exec \(Self.asNobody) prlimit --nproc=\(count) "
        + "./program --config small.yaml --output out --threads 4 --quiet", in: scratch)
    #expect(outcome.exitCode == 75 && outcome.errors.contains("threads must be started"), "\(outcome.errors)")
    #expect(outcome.errors.filter { $0 == "\n" }.count == 1, "\(outcome.errors)")
    #expect(scratch.entries() == ["program", "small.yaml"])
  }

  @Test("a folder that cannot be listed is not taken for an empty one", .enabled(if: isRoot))
  func unlistable() throws {
    let scratch = try ScratchFolder()
    chmod(scratch.url.path, 0o777)
    let outcome = try shell(
      "cp $PROGRAM program && chmod 755 program small.yaml && mkdir out && touch out/thesis.tex && chmod 333 out "
        + "&& exec \(Self.asNobody) ./program --config small.yaml --output out --quiet", in: scratch)
    #expect(outcome.exitCode == 73 && outcome.errors.contains("cannot be listed"), "\(outcome.errors)")
    #expect(scratch.entries(of: "out") == ["thesis.tex"])
  }

  @Test("runs that start in the same second do not share a default folder")
  func sameSecond() throws {
    let scratch = try ScratchFolder()
    let outcome = try shell(
      "for i in 1 2 3; do $PROGRAM --config small.yaml --quiet & pids+=($!); done; "
        + "for pid in ${pids[@]}; do wait $pid || exit 1; done", in: scratch)
    #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
    #expect(scratch.entries(of: "results/truncation-error").count == 3)
  }

  @Test("the default number of threads is that of the processors that the process may use")
  func affinity() throws {
    let scratch = try ScratchFolder()
    let outcome = try shell("exec taskset -c 0 $PROGRAM --dump-config", in: scratch)
    #expect(outcome.exitCode == 0 && outcome.output.contains("\nthreads: 1\n"), "\(outcome.errors)")
  }
}

/// The scripts refuse what they do not understand before they install or build anything.
@Suite("Scripts")
struct ScriptTests {
  private static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("scripts")

  @Test(
    "bad arguments of scripts are exit code 64 and one word about it, at once",
    arguments: [
      "setup --mystery", "reproduce mystery", "test --mystery", "test --filter", "test --sanitize everything",
      "test --mpi --coverage", "benchmark mystery", "benchmark --mystery", "documentation --scratch",
      "documentation mystery", "slurm-dyson-trees.sh one", "slurm-vlasov-flow.sh one",
    ])
  func refusals(line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let process = Process()
    process.executableURL = Self.scripts.appendingPathComponent(words[0])
    process.arguments = Array(words.dropFirst())
    // Nothing that installs or builds is on this path.
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"]
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 64, "\(text)")
    #expect(!text.contains("==>") && !text.isEmpty, "\(text)")
  }
}
