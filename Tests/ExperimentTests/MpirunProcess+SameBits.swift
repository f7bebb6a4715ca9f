#if MPI
  import Foundation
  import Testing

  // A run that ranks share is the run of one, bit for bit, however many they are and whoever stops.
  extension MpirunProcess {
    /// The files of two runs of the folder are the same bytes.
    func expectTheSame(_ run: String, as other: String) throws {
      for output in ["summary.json", "data.h5", "table.txt"] {
        #expect(
          try folder.data("\(run)/\(output)") == folder.data("\(other)/\(output)"), "\(run): \(output)")
      }
    }

    /// A run without `mpirun`, then with 1, 2, 3 and 7 ranks.
    /// - Returns: the exit code of all of them.
    func expectSameBits(_ configuration: String) throws -> Int32 {
      let file = try folder.write(configuration, to: "config.yaml")
      let alone = try ExperimentProcess(name: experiment).run(
        ["--config", file, "--output", "alone", "--threads", "1", "--quiet"], in: folder.url)
      #expect([0, 1].contains(alone.exitCode), "\(alone.errors)")
      for ranks in [1, 2, 3, 7] {
        #expect(try code(ranks, ["--config", file, "--output", "ranks-\(ranks)"]) == alone.exitCode)
        try expectTheSame("ranks-\(ranks)", as: "alone")
      }
      return alone.exitCode
    }

    /// A signal to one of three ranks stops all with a checkpoint; a rank of two that is killed leaves it as it is; two ranks and one process
    /// alone go on from it to the bits of the whole run.
    /// - Parameter seconds: of a rank's work until the signal, and until the kill.
    /// - Returns: the exit code of the whole run.
    func expectStopKillResume(_ configuration: String, after seconds: (Double, Double)) throws -> Int32 {
      let file = try folder.write(configuration, to: "config.yaml")
      let end = try code(1, ["--config", file, "--output", "whole"])
      #expect([0, 1].contains(end))

      let arguments = ["--config", file, "--output", "parts", "--resume"]
      let stopped = try start(3, Array(arguments.dropLast()))
      try signal(SIGTERM, to: 1, of: stopped, into: "parts", after: seconds.0)
      #expect(stopped.terminationStatus == 130)
      let said = try errors
      #expect(
        said.split(separator: "\n").filter { $0.hasPrefix("\(experiment): ") } == [
          "\(experiment): interrupted"
        ])
      #expect(folder.entries(of: "parts") == ["checkpoint", "config.yaml"])
      let checkpoint = try folder.data("parts/checkpoint")

      let killed = try start(2, arguments)
      try signal(SIGKILL, to: 1, of: killed, into: "parts", after: seconds.1)
      #expect(killed.terminationStatus != 0)
      #expect(try errors.contains("signal 9"))
      #expect(try folder.data("parts/checkpoint") == checkpoint)

      let alone = try folder.copy("parts", to: "alone")
      #expect(try code(2, arguments) == end)
      try expectTheSame("parts", as: "whole")
      let resumed = try ExperimentProcess(name: experiment).run(
        ["--config", file, "--output", alone, "--resume", "--threads", "1", "--quiet"], in: folder.url)
      #expect(resumed.exitCode == end, "\(resumed.errors)")
      try expectTheSame("alone", as: "whole")
      return end
    }
  }

  extension ScratchFolder {
    /// A copy of a folder in it.
    func copy(_ name: String, to other: String) throws -> String {
      try FileManager.default.copyItem(
        at: url.appendingPathComponent(name), to: url.appendingPathComponent(other))
      return other
    }
  }
#endif
