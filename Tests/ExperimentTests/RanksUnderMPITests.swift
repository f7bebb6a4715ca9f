#if MPI
  import ExperimentKit
  import Foundation
  import Testing

  /// Two ranks of dyson-trees of which one fails, refuses or is stopped: they end together, soon, with one exit code and
  /// one message.
  @Suite("Many ranks fail together", .serialized)
  struct RanksUnderMPITests {
    /// Some seconds of work in blocks of a few milliseconds.
    static let long = DysonTreesExperimentTests.configuration(samples: 2_000_000_000)
    static let short = DysonTreesExperimentTests.configuration(samples: 30_000)

    struct Outcome {
      let exitCode: Int32
      let messages: [String]
      let duration: Duration
    }

    /// Runs a script of `mpirun -n 2` in the folder. `$program` is the executable with what every run takes; each rank
    /// has its number in `rank` and leaves its process id in a file.
    private func run(_ script: String, in folder: ScratchFolder) throws -> Outcome {
      let shell = Process()
      shell.executableURL = URL(fileURLWithPath: "/bin/bash")
      shell.arguments = [
        "-c",
        """
        program='exec \(ExperimentProcess(name: "dyson-trees").executable.path) --threads 1 --quiet'
        ranks() {
          timeout 60 mpirun --allow-run-as-root --oversubscribe -n 2 \
            bash -c "rank=\\$OMPI_COMM_WORLD_RANK; echo \\$\\$ > pid.\\$rank; $1"
        }
        # Until a run has its folder and its rank 0 has worked for a second of the processor's time.
        until_it_works() {
          for try in $(seq 3000); do
            [ -s $1/config.yaml ] && [ "$(awk '{print $14 + $15}' /proc/$(cat pid.0)/stat)" -ge 100 ] && return
            sleep 0.02
          done
        }
        \(script)
        """,
      ]
      shell.currentDirectoryURL = folder.url
      shell.standardInput = FileHandle.nullDevice
      shell.standardOutput = FileHandle.nullDevice
      let errors = folder.url.appendingPathComponent("errors")
      try Data().write(to: errors)
      shell.standardError = try FileHandle(forWritingTo: errors)
      let start = ContinuousClock.now
      try shell.run()
      shell.waitUntilExit()
      let lines = try String(contentsOf: errors, encoding: .utf8).split(separator: "\n")
      return Outcome(
        exitCode: shell.terminationStatus,
        messages: lines.filter { $0.hasPrefix("dyson-trees: ") }.map(String.init),
        duration: ContinuousClock.now - start)
    }

    private func expect(_ outcome: Outcome, _ code: Int32, _ message: String) {
      #expect(outcome.exitCode == code)
      #expect(outcome.messages.count == 1 && outcome.messages[0].contains(message), "\(outcome.messages)")
      #expect(outcome.duration < .seconds(20))
    }

    @Test("MPI: what one rank refuses before the start, all refuse", .timeLimit(.minutes(2)))
    func refusals() throws {
      let folder = try ScratchFolder()
      let file = try folder.write(Self.short, to: "config.yaml")
      _ = try folder.write(Self.short.replacing("[0.7]", with: "[0.8]"), to: "stale.yaml")
      _ = try folder.write("mine", to: "thesis.tex")
      try FileManager.default.createDirectory(
        at: folder.url.appendingPathComponent("locked"), withIntermediateDirectories: true)
      let entries = folder.entries()

      let occupied = try run("ranks \"$program --config \(file) --output .\"", in: folder)
      expect(occupied, 73, "not empty")
      let locked = try run(
        """
        exec 9> locked/.lock; flock 9
        ranks "exec 9>&-; $program --config \(file) --output locked"
        """, in: folder)
      expect(locked, 73, "another run")
      for (second, code, message) in [
        ("absent.yaml", Int32(66), "rank 1: absent.yaml"), ("stale.yaml", 64, "another one on rank 1"),
      ] {
        let outcome = try run(
          """
          ranks "[ \\$rank = 0 ] && file=config.yaml || file=\(second); $program --config \\$file --output new"
          """, in: folder)
        expect(outcome, code, message)
      }
      let left = folder.entries().filter { !$0.hasPrefix("pid.") && $0 != "errors" }
      #expect(left == entries)
    }

    @Test(
      "MPI: a signal to one rank stops all with a checkpoint; a damaged or foreign checkpoint is refused by all",
      .timeLimit(.minutes(3)))
    func oneSignalAndTheCheckpoint() throws {
      let folder = try ScratchFolder()
      let file = try folder.write(Self.long, to: "config.yaml")
      for rank in 0..<2 {
        let outcome = try run(
          """
          (until_it_works run-\(rank); kill -TERM $(cat pid.\(rank))) &
          ranks "$program --config \(file) --output run-\(rank)"
          """, in: folder)
        expect(outcome, 130, "interrupted")
        #expect(folder.entries(of: "run-\(rank)") == ["checkpoint", "config.yaml"])
      }

      let other = try folder.write(Self.long.replacing("[0.7]", with: "[0.8]"), to: "other.yaml")
      let foreign = try run("ranks \"$program --config \(other) --output run-1 --resume\"", in: folder)
      expect(foreign, 64, "as in the run that is resumed")

      let checkpoint = folder.url.appendingPathComponent("run-1/checkpoint")
      var bytes = try Data(contentsOf: checkpoint)
      bytes[bytes.count - 3] ^= 4
      try bytes.write(to: checkpoint)
      let damaged = try run("ranks \"$program --config \(file) --output run-1 --resume\"", in: folder)
      expect(damaged, 66, "damaged")
      #expect(try Data(contentsOf: checkpoint) == bytes)
    }

    @Test(
      "MPI: a rank that hangs does not hold the others: a signal still ends them with a checkpoint",
      .timeLimit(.minutes(2)))
    func hangingRank() throws {
      let folder = try ScratchFolder()
      let file = try folder.write(Self.long, to: "config.yaml")
      let outcome = try run(
        """
        (until_it_works run; kill -STOP $(cat pid.1); kill -TERM $(cat pid.0)) &
        ranks "$program --config \(file) --output run"
        """, in: folder)
      expect(outcome, 130, "interrupted")
      #expect(folder.entries(of: "run") == ["checkpoint", "config.yaml"])
    }
  }
#endif
