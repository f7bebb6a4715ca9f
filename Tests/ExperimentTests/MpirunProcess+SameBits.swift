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

    /// One species in the plane, with a potential and data of a mode beside (1,0).
    /// - Parameters:
    ///   - mode: of both.
    ///   - keys: what comes after model and data.
    static func plane(_ mode: String, keys: String) -> String {
      """
      model:
        dimension: 2
        domain: {kind: torus, length: 6.283185307179586}
        species: [{name: dust, fraction: 1.0, mass: 1.0}]
        potentials:
          - {between: all, kind: trigonometric, modes: [{m: [1, 0], coefficient: -0.3}, {m: \(mode), coefficient: 0.2}, {m: [0, 1], coefficient: 0.1}]}
        kernel: {kind: moyal, hbar: 0.5}
      initial:
        kind: factorised
        components:
          - dust: {kind: maxwellian, sigma: [0.8, 0.9], drift: [0.1, 0.0], modulation: [{m: [1, 0], amplitude: 0.2, phase: 0.1}, {m: \(mode), amplitude: 0.1, phase: 0.0}]}
      \(keys)

      """
    }

    /// What rank 0 asks for beforehand, alone and as one of two.
    func memoryNeeds(_ configuration: String) throws -> (alone: Int, shared: Int) {
      let file = try folder.write(configuration, to: "config.yaml")
      let needs = try (1...2).map { ranks in
        _ = try code(ranks, ["--config", file, "--output", "ranks-\(ranks)"])
        let manifest = try JSONSerialization.jsonObject(with: folder.data("ranks-\(ranks)/manifest.json"))
        return try #require((manifest as? [String: Any])?["memoryNeedBytes"] as? Int)
      }
      return (needs[0], needs[1])
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
