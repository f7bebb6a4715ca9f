import Foundation
import Testing

/// Runs the experiment executables that were built beside the tests, as a user would.
struct ExperimentProcess {
  let name: String

  struct Outcome {
    let exitCode: Int32
    let output: String
    let errors: String
  }

  /// The folder of the products: the test bundle's own.
  static let products: URL = {
    // The test runner is the bundle's executable itself on Linux.
    let runner = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    for argument in CommandLine.arguments where argument.hasSuffix(".xctest") {
      return URL(fileURLWithPath: argument).deletingLastPathComponent()
    }
    return runner
  }()

  var executable: URL { Self.products.appendingPathComponent(name) }

  /// Starts the process in an own empty folder unless `folder` is given.
  func launch(_ arguments: [String], in folder: URL, output: Any, errors: Any) throws -> Process {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    return process
  }

  /// Seconds of processor time a process has used: how far it got, whatever else the machine does.
  static func processorTime(_ process: Process) -> Double {
    guard
      let stat = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8),
      let fields = stat.split(separator: ")").last?.split(separator: " "), fields.count > 12,
      let user = Double(fields[11]), let system = Double(fields[12])
    else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Runs to the end and returns what was printed.
  func run(_ arguments: [String], in folder: URL) throws -> Outcome {
    let output = folder.appendingPathComponent(".stdout-\(UUID().uuidString)")
    let errors = folder.appendingPathComponent(".stderr-\(UUID().uuidString)")
    defer {
      try? FileManager.default.removeItem(at: output)
      try? FileManager.default.removeItem(at: errors)
    }
    try Data().write(to: output)
    try Data().write(to: errors)
    let process = try launch(
      arguments, in: folder, output: FileHandle(forWritingTo: output),
      errors: FileHandle(forWritingTo: errors))
    process.waitUntilExit()
    return Outcome(
      exitCode: process.terminationStatus,
      output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }
}

/// A folder of its own for one test, removed afterwards.
final class ScratchFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("experiment-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ text: String, to name: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  func data(_ name: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(name)) }

  /// summary.json of a run in it.
  func summary(_ run: String) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(
      with: Data(contentsOf: url.appendingPathComponent("\(run)/summary.json")))
    return try #require(object as? [String: Any])
  }

  /// The rows of a list of a run's summary.
  func rows(_ run: String, _ key: String = "rows") throws -> [[String: Any]] {
    try #require(summary(run)[key] as? [[String: Any]])
  }

  /// Everything in a folder of it, without the hidden lock.
  func entries(of name: String = "") -> [String] {
    let path = name.isEmpty ? url.path : url.appendingPathComponent(name).path
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { !$0.hasPrefix(".") }
      .sorted()
  }
}
