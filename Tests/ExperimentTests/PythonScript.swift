import Foundation
import Testing

/// Python programs of the tests and of scripts/, run by the interpreter that `scripts/setup` prepares.
enum PythonScript {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Whether there is an interpreter, with what scripts/requirements.txt asks for.
  static let isReady: Bool = {
    guard FileManager.default.isExecutableFile(atPath: interpreter) else { return false }
    return (try? run(["-c", "import jsonschema, yaml, xarray, pandas, matplotlib"]).status) == 0
  }()

  private static let interpreter = root.appendingPathComponent(".venv/bin/python").path

  /// Runs it to the end.
  static func run(_ arguments: [String], in folder: URL? = nil) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: interpreter)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
