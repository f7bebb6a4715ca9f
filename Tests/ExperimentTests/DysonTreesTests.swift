import Foundation
import Testing

/// dyson-trees as a user runs it, small.
@Suite("The experiment dyson-trees")
struct DysonTreesExperimentTests {
  static func configuration(samples: Int, domain: String = "{kind: space}", particles: String = "null")
    -> String
  {
    """
    model:
      dimension: 1
      domain: \(domain)
      species: [{name: a, fraction: 0.5}, {name: b, fraction: 0.5}]
      potentials:
        - {between: [a, a], kind: bump, strength: 1.0, bandlimit: 1.5, power: 2}
        - {between: [a, b], kind: bump, strength: -0.7, bandlimit: 1.5, power: 2}
      particles: \(particles)
    initial:
      kind: factorised
      components:
        - a: {kind: gaussian, sigma: [1.0], drift: [0.2], width: [0.8], centre: [0.0]}
          b: {kind: gaussian, sigma: [0.6], drift: [-0.3], width: [1.1], centre: [0.5]}
    times: [0.25, 0.5]
    points:
      - particles: [{species: a, xi: [0.7], eta: [1.0]}]
      - particles: [{species: a, xi: [0.7], eta: [0.0]}, {species: b, xi: [0.1], eta: [-1.0]}]
    orders: 3
    bounds: [paper, first-moment, branching, multi-type]
    samples: \(samples)

    """
  }
  static let study = "convergence: {orders: [1, 2], samples: [2048, 8192]}\n"

  let process = ExperimentProcess(name: "dyson-trees")

  private func bytes(_ folder: ScratchFolder, _ run: String, _ file: String = "summary.json") throws -> Data {
    try Data(contentsOf: folder.url.appendingPathComponent("\(run)/\(file)"))
  }

  @Test("a row for each point, time and order, with error bars and bounds; threads change no bit")
  func rows() throws {
    let folder = try ScratchFolder()
    let file = try folder.write(Self.configuration(samples: 30_000) + Self.study, to: "config.yaml")
    let outcome = try process.run(["--config", file, "--output", "one", "--threads", "1"], in: folder.url)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let summary = try #require(
      try JSONSerialization.jsonObject(with: try bytes(folder, "one")) as? [String: Any])
    let rows = try #require(summary["rows"] as? [[String: Any]])
    #expect(rows.count == 2 * 2 * 3)
    for row in rows {
      let error = try #require(row["standardError"] as? Double)
      let parts = [row["standardErrorRe"] as? Double, row["standardErrorIm"] as? Double].compactMap { $0 }
      #expect(abs(error - (parts[0] * parts[0] + parts[1] * parts[1]).squareRoot()) < 1e-12 * error)
      let bounds = try #require(row["bounds"] as? [String: Double])
      #expect(Set(bounds.keys) == ["paper", "first-moment", "branching", "multi-type"])
      #expect(row["verdict"] as? String == "holds")
      #expect(try #require(row["samples"] as? Int) >= 30_000)
    }
    #expect((summary["slopes"] as? [[String: Any]])?.count == 4)

    let two = try process.run(["--config", file, "--output", "two", "--threads", "2"], in: folder.url)
    #expect(two.exitCode == 0)
    #expect(try bytes(folder, "two") == bytes(folder, "one"))
  }

  @Test("an interrupted run continues to the same bits")
  func resume() throws {
    let folder = try ScratchFolder()
    let file = try folder.write(Self.configuration(samples: 3_000_000), to: "config.yaml")
    let whole = try process.run(["--config", file, "--output", "whole"], in: folder.url)
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let running = try process.launchQuietly(["--config", file, "--output", "parts"], in: folder.url)
    try ExperimentProcess.wait(for: "the folder", of: running) { !folder.entries(of: "parts").isEmpty }
    let begun = ExperimentProcess.processorTime(running)
    try ExperimentProcess.wait(forProcessorTime: begun + 0.1, of: running)
    running.interrupt()
    running.waitUntilExit()
    #expect(running.terminationStatus == 130)
    let rest = try process.run(["--config", file, "--output", "parts", "--resume"], in: folder.url)
    #expect(rest.exitCode == 0, "\(rest.errors)")
    #expect(try bytes(folder, "parts") == bytes(folder, "whole"))
  }

  @Test(
    "finite N runs: other terms and smaller bounds than N = ∞, any threads the same bits; more particles than there are are refused"
  )
  func finiteSystem() throws {
    let folder = try ScratchFolder()
    func rows(_ name: String, _ particles: String, threads: String = "1") throws -> [[String: Any]] {
      let file = try folder.write(
        Self.configuration(samples: 30_000, particles: particles), to: "\(name).yaml")
      let outcome = try process.run(
        ["--config", file, "--output", name, "--threads", threads], in: folder.url)
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      return try folder.rows(name)
    }
    let (infinite, finite) = (try rows("infinite", "null"), try rows("finite", "{a: 2, b: 2}"))
    _ = try rows("threads", "{a: 2, b: 2}", threads: "2")
    #expect(try bytes(folder, "threads") == bytes(folder, "finite"))
    var moved = 0
    for (row, limit) in zip(finite, infinite) {
      #expect(row["verdict"] as? String == "holds")
      let bound = try #require((row["bounds"] as? [String: Double])?["multi-type"])
      #expect(bound < (try #require((limit["bounds"] as? [String: Double])?["multi-type"])))
      let values = [row, limit].compactMap { ($0["value"] as? [Double])?.first }
      let error = try #require(row["standardError"] as? Double)
      if values.count == 2, abs(values[0] - values[1]) > 10 * error { moved += 1 }
    }
    #expect(finite.count == 12 && moved >= 4, "\(moved)")
    let file = try folder.write(
      Self.configuration(samples: 3200, particles: "{a: 1, b: 1}")
        .replacing("species: b, xi", with: "species: a, xi"), to: "beyond.yaml")
    let outcome = try process.run(["--config", file, "--output", "beyond"], in: folder.url)
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors.contains("points[1].particles: expected at most 1 of species a"), "\(outcome.errors)")
  }

  @Test("correlated data run; correlations that are none give the factorised numbers, others do not")
  func correlatedData() throws {
    let folder = try ScratchFolder()
    let factorised = Self.configuration(samples: 30_000)
    func first(_ run: String, _ yaml: String) throws -> [Double] {
      let file = try folder.write(yaml, to: "\(run).yaml")
      let outcome = try process.run(["--config", file, "--output", run], in: folder.url)
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      return try folder.rows(run).compactMap { ($0["value"] as? [Double])?.first }
    }
    func correlated(_ covariance: String) -> String {
      factorised.replacingOccurrences(of: "kind: factorised", with: "kind: correlated").replacingOccurrences(
        of: "times:",
        with: """
            momentum-covariance: \(covariance)
            position-covariance: \(covariance)
          times:
          """)
    }
    let product = try first("product", factorised)
    let none = try first("none", correlated("[[0.0, 0.0], [0.0, 0.0]]"))
    let some = try first("some", correlated("[[0.3, -0.2], [-0.2, 0.4]]"))
    #expect(product.count == 12)
    for (value, reference) in zip(none, product) { #expect(abs(value - reference) <= 1e-12 * abs(reference)) }
    #expect(zip(some, product).contains { abs($0 - $1) > 0.05 * abs($1) })
  }

  #if MPI
    private func mpirun(_ ranks: Int, _ arguments: [String], in folder: ScratchFolder) throws -> Process {
      let mpirun = Process()
      mpirun.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      mpirun.arguments =
        [
          "mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "\(ranks)", process.executable.path,
          "--threads", "1", "--quiet",
        ] + arguments
      mpirun.currentDirectoryURL = folder.url
      mpirun.standardInput = FileHandle.nullDevice
      try mpirun.run()
      return mpirun
    }

    private func mpirunToTheEnd(_ ranks: Int, _ arguments: [String], in folder: ScratchFolder) throws -> Int32
    {
      let running = try mpirun(ranks, arguments, in: folder)
      running.waitUntilExit()
      return running.terminationStatus
    }

    private static let outputs = ["summary.json", "data.h5", "table.txt"]

    /// Built with the trait MPI: one rank and two give the same files.
    @Test("MPI: results are the same bit for bit for one rank and two")
    func resultsUnderMPIAreTheSame() throws {
      let folder = try ScratchFolder()
      let file = try folder.write(Self.configuration(samples: 30_000) + Self.study, to: "config.yaml")
      for ranks in [1, 2] {
        let code = try mpirunToTheEnd(ranks, ["--config", file, "--output", "ranks-\(ranks)"], in: folder)
        #expect(code == 0)
      }
      let alone = try process.run(["--config", file, "--output", "alone", "--threads", "1"], in: folder.url)
      #expect(alone.exitCode == 0)
      for output in Self.outputs {
        #expect(try bytes(folder, "ranks-1", output) == bytes(folder, "ranks-2", output), "\(output)")
        #expect(try bytes(folder, "alone", output) == bytes(folder, "ranks-2", output), "\(output)")
      }
    }

    /// The shell sends the signal to mpirun, as a queueing system would; mpirun hands it to its ranks.
    @Test("MPI: a signal stops all ranks, and they resume to the same bits", .timeLimit(.minutes(2)))
    func signalUnderMPI() throws {
      let folder = try ScratchFolder()
      let file = try folder.write(Self.configuration(samples: 20_000_000), to: "config.yaml")
      #expect(try mpirunToTheEnd(2, ["--config", file, "--output", "whole"], in: folder) == 0)
      let shell = Process()
      shell.executableURL = URL(fileURLWithPath: "/bin/sh")
      shell.arguments = [
        "-c",
        """
        mpirun --allow-run-as-root --oversubscribe -n 2 '\(process.executable.path)' --threads 1 --quiet \
          --config '\(file)' --output parts &
        started=$!
        worked() { awk '{print $14 + $15}' "/proc/$(pgrep -P $started -n)/stat" 2>/dev/null || echo 0; }
        # The ranks have a folder and have worked for half a second.
        while kill -0 $started && { [ -z "$(ls parts 2>/dev/null)" ] || [ "$(worked)" -lt 50 ]; }; do sleep 0.02; done
        kill -TERM $started
        wait $started
        """,
      ]
      shell.currentDirectoryURL = folder.url
      shell.standardInput = FileHandle.nullDevice
      // Tests run on threads that block signals, and a child inherits what its parent blocks.
      var (terminate, blocked) = (sigset_t(), sigset_t())
      sigemptyset(&terminate)
      sigaddset(&terminate, SIGTERM)
      pthread_sigmask(SIG_UNBLOCK, &terminate, &blocked)
      try shell.run()
      pthread_sigmask(SIG_SETMASK, &blocked, nil)
      shell.waitUntilExit()
      #expect(shell.terminationStatus != 0)
      #expect(!folder.entries(of: "parts").contains("summary.json"))
      #expect(try mpirunToTheEnd(2, ["--config", file, "--output", "parts", "--resume"], in: folder) == 0)
      for output in Self.outputs {
        #expect(try bytes(folder, "parts", output) == bytes(folder, "whole", output), "\(output)")
      }
    }

    @Test(
      "MPI: a sweep is the same for one rank and two, resumed too, and a failing member stops no other",
      .timeLimit(.minutes(2)))
    func sweepUnderMPI() throws {
      let folder = try ScratchFolder()
      let sweep =
        "sweep: {list: [{'model.potentials[0].strength': 0.5}, {'model.potentials[0].strength': 9.0e+99, orders: 4}, "
        + "{'model.potentials[0].strength': 2.0}]}\n"
      let file = try folder.write(Self.configuration(samples: 30_000) + sweep, to: "config.yaml")
      let arguments = ["--config", file, "--output"]
      let code = try mpirunToTheEnd(1, arguments + ["ranks-1"], in: folder)
      #expect(try mpirunToTheEnd(2, arguments + ["ranks-2"], in: folder) == code)
      #expect(try mpirunToTheEnd(2, arguments + ["ranks-2", "--resume"], in: folder) == code)
      #expect(try bytes(folder, "ranks-1") == bytes(folder, "ranks-2"))
      let members = folder.entries(of: "ranks-1").filter {
        folder.entries(of: "ranks-1/\($0)").contains("summary.json")
      }
      #expect(members.count >= 2)
      for member in members {
        for name in Self.outputs {
          #expect(
            try bytes(folder, "ranks-1/\(member)", name) == bytes(folder, "ranks-2/\(member)", name),
            "\(member) \(name)")
        }
      }
    }
  #endif
}
