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

  /// How long a run may take before it is killed, which is a negative exit code.
  struct Limit {
    /// Seconds of processor time, if they are limited.
    var processor: Int?
    /// Seconds on the clock: generous, since the machine may do other things.
    var waiting = 300
  }

  /// Starts the process in a folder.
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

  /// Starts the process and says nothing of what it prints.
  func launchQuietly(_ arguments: [String], in folder: URL) throws -> Process {
    try launch(arguments, in: folder, output: FileHandle.nullDevice, errors: FileHandle.nullDevice)
  }

  /// Waits until something is true, or the process has ended.
  /// - Throws: where neither happens within the seconds, after killing the process.
  static func wait(
    for what: String, of process: Process, seconds: Double = 120, until isTrue: () throws -> Bool
  ) throws {
    let start = ContinuousClock.now
    while try process.isRunning && !isTrue() {
      guard ContinuousClock.now - start < .seconds(seconds) else {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        throw ExpiredWait(what: what)
      }
      usleep(2000)
    }
  }

  /// Waits until a process has worked for some seconds of processor time, or has ended.
  static func wait(forProcessorTime seconds: Double, of process: Process) throws {
    try wait(for: "\(seconds) seconds of processor time", of: process) { processorTime(process) >= seconds }
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

  /// Runs to the end, or to the limit, and returns what was printed.
  func run(_ arguments: [String], in folder: URL, limit: Limit = Limit()) throws -> Outcome {
    let output = folder.appendingPathComponent(".stdout-\(UUID().uuidString)")
    let errors = folder.appendingPathComponent(".stderr-\(UUID().uuidString)")
    defer {
      try? FileManager.default.removeItem(at: output)
      try? FileManager.default.removeItem(at: errors)
    }
    for file in [output, errors] { try Data().write(to: file) }
    let process = Process()
    let command = ["timeout", "--signal=KILL", "\(limit.waiting)", executable.path] + arguments
    if let seconds = limit.processor {
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", "ulimit -t \(seconds); exec \"$@\"", "sh"] + command
    } else {
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = command
    }
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    let status = process.terminationStatus
    return Outcome(
      exitCode: process.terminationReason == .uncaughtSignal ? -status : status,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }
}

/// Something that a process was to do and did not do in time.
struct ExpiredWait: Error, CustomStringConvertible {
  let what: String
  var description: String { "waited in vain for \(what)" }
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
