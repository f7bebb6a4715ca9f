import CLibraries
import Foundation
internal import Provenance

/// manifest.json: all that is needed to say where a result came from. Commit, toolchain and flags are those of the build,
/// whatever the working directory.
enum Manifest {
  static func json(
    experiment: String, version: String, folder: OutputFolder, outputs: [String], seed: Int, threads: Int,
    configurationHash: String, memory: (need: Int, baseline: Int)?, seconds: Double, exitCode: Int32
  ) -> JSONValue {
    let (cpu, flags) = processor()
    let need: JSONValue = memory.map { .integer($0.need) } ?? .null
    let baseline: JSONValue = memory.map { .integer($0.baseline) } ?? .null
    return .object([
      ("experiment", .string(experiment)),
      ("version", .string(version)),
      ("exitCode", .integer(Int(exitCode))),
      (
        "git",
        [
          "commit": Provenance.commit.map { .string($0) } ?? .null,
          "dirty": Provenance.isDirty.map { .boolean($0) } ?? .null,
        ]
      ),
      ("toolchain", .string(Provenance.toolchain)),
      ("flags", .string(Provenance.flags)),
      ("cpu", ["model": .string(cpu), "flags": .string(flags)]),
      (
        "libraries",
        .object(LibraryVersions.all.map { ($0.name, .string($0.version)) })
      ),
      ("seed", .integer(seed)),
      ("threads", .integer(threads)),
      ("configurationSHA256", .string(configurationHash)),
      ("wallSeconds", .number(seconds)),
      ("memoryNeedBytes", need),
      ("memoryBaselineBytes", baseline),
      ("peakMemoryBytes", .integer(residentMemory("VmHWM:"))),
      ("finished", .string(ISO8601DateFormatter().string(from: Date()))),
      (
        "outputsSHA256",
        .object(outputs.map { ($0, folder.digest($0).map { .string($0) } ?? .null) })
      ),
    ])
  }

  private static func processor() -> (model: String, flags: String) {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    func field(_ name: String) -> String {
      let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
      return line?.split(separator: ":", maxSplits: 1).last.map {
        $0.trimmingCharacters(in: .whitespaces)
      } ?? ""
    }
    return (field("model name"), field("flags"))
  }

  /// What is resident ("VmRSS:") or was at most ("VmHWM:"), in bytes. The resource usage of the process would count what its
  /// parent held when it was started.
  static func residentMemory(_ name: String) -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
    if let kibibytes = line.flatMap({ Int($0.filter(\.isNumber)) }) { return kibibytes * 1024 }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}
