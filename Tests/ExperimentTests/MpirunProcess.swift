#if MPI
  import Foundation

  /// `mpirun` of an experiment in a folder; every rank leaves its process id in `pid.RANK`, and standard error is in `errors`.
  struct MpirunProcess {
    let experiment: String
    let folder: ScratchFolder

    /// Starts it.
    /// - Parameter before: shell commands that every rank runs first.
    func start(_ ranks: Int, _ arguments: [String], before: String = ":") throws -> Process {
      for rank in 0..<ranks {
        try? FileManager.default.removeItem(at: folder.url.appendingPathComponent("pid.\(rank)"))
      }
      let mpirun = Process()
      mpirun.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      mpirun.arguments =
        [
          "timeout", "120", "mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "\(ranks)",
          "bash", "-c", "echo $$ > pid.$OMPI_COMM_WORLD_RANK; \(before); exec \"$@\"", "-",
          ExperimentProcess(name: experiment).executable.path, "--threads", "1", "--quiet",
        ] + arguments
      mpirun.currentDirectoryURL = folder.url
      mpirun.standardInput = FileHandle.nullDevice
      let errors = folder.url.appendingPathComponent("errors")
      try Data().write(to: errors)
      mpirun.standardError = try FileHandle(forWritingTo: errors)
      try mpirun.run()
      return mpirun
    }

    /// Its exit code.
    func code(_ ranks: Int, _ arguments: [String], before: String = ":") throws -> Int32 {
      let running = try start(ranks, arguments, before: before)
      running.waitUntilExit()
      return running.terminationStatus
    }

    /// What all ranks said on standard error.
    var errors: String {
      get throws { String(decoding: try folder.data("errors"), as: UTF8.self) }
    }

    /// Waits until a run into `output` has worked for so many seconds of the processor's time, sends a signal to a rank, and waits for
    /// the end.
    func signal(
      _ number: Int32, to rank: Int, of running: Process, into output: String, after seconds: Double
    ) throws {
      func pid(_ rank: Int) -> Int32? {
        (try? folder.data("pid.\(rank)")).flatMap {
          Int32(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        }
      }
      func time(_ pid: Int32) -> Double {
        let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let fields = stat?.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]) else { return 0 }
        return user / Double(sysconf(Int32(_SC_CLK_TCK)))
      }
      try ExperimentProcess.wait(for: "a run that works", of: running) {
        folder.entries(of: output).contains("config.yaml") && (pid(0).map(time) ?? 0) >= seconds
      }
      if let pid = pid(rank) { kill(pid, number) }
      running.waitUntilExit()
    }
  }
#endif
