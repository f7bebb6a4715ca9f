// The harness of every experiment executable: command line, configuration, output folder, exit codes.
//
//     struct Settings {
//       let times: [DecimalNumber]
//       init(_ configuration: ConfigurationNode) throws { times = try configuration["times"].numbers(atLeast: 1) }
//     }
//     Experiment.main("free-flight", defaults: PackageResources.default_yaml, configure: Settings.init) {
//       settings, run in
//       run.summary.append(("rows", …))
//       run.addArray("density", …)
//       run.report += table.text
//     }

import CLibraries
import Foundation

/// An experiment executable.
public enum Experiment {
  /// The version of the framework.
  public static let version = "0.1.0"

  /// Runs the experiment as the process: parses the command line, reads the configuration, computes, writes,
  /// exits.
  ///
  /// - Parameters:
  ///   - name: the experiment, as its executable is called.
  ///   - defaults: the embedded default configuration.
  ///   - references: printed by `--cite`, one a line.
  ///   - rank: of several processes that compute together, only rank 0 writes and speaks.
  ///   - configure: reads the whole configuration; keys it does not ask for are errors.
  ///   - execute: computes; adds to the run's summary, arrays and report.
  public static func main<Settings>(
    _ name: String, defaults: [UInt8], references: [String] = [], rank: Int = 0,
    configure: (ConfigurationNode) throws -> Settings,
    execute: (Settings, ExperimentRun) throws -> Void
  ) -> Never {
    let options: CommandLineOptions
    do {
      options = try CommandLineOptions.parse()
    } catch {
      let code = CommandLineOptions.exitCode(for: error)
      let text = CommandLineOptions.fullMessage(for: error)
      if code.isSuccess { print(text) } else { complain(text) }
      exit(code.isSuccess ? 0 : 64)
    }
    if options.version {
      print("\(name) (vlasov-hierarchy) \(version)")
      exit(0)
    }
    if options.cite {
      print(([paper] + references).joined(separator: "\n"))
      exit(0)
    }
    do {
      exit(try run(name, options, String(decoding: defaults, as: UTF8.self), rank, configure, execute))
    } catch {
      complain("\(name): \(error is Interrupted ? "interrupted" : "\(error)")")
      exit(exitCode(for: error))
    }
  }

  private static let paper =
    "H. Chen, L. Chen, J. Lee, Z. Sun, Derivation of Vlasov Equations for Multi-Species Fermions."

  private static func run<Settings>(
    _ name: String, _ options: CommandLineOptions, _ defaults: String, _ rank: Int,
    _ configure: (ConfigurationNode) throws -> Settings,
    _ execute: (Settings, ExperimentRun) throws -> Void
  ) throws -> Int32 {
    let (text, file) = try configurationText(options, defaults)
    let root = try ConfigurationNode(yaml: text, file: file)
    let settings = try configure(root)
    let seed = try override(root["seed"], by: options.seed, "--seed", in: 0...Int.max, default: 1)
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let threads = try override(
      root["threads"], by: options.threads, "--threads", in: 1...1024, default: cores)
    try root.finish()
    let effective = root.effectiveYAML
    if options.dumpConfig {
      if rank == 0 { print(effective, terminator: "") }
      return 0
    }

    let path = options.output ?? "results/\(name)/\(timestamp())"
    if rank > 0 { return try compute(rank, path, options, settings, seed: seed, threads: threads, execute) }
    let folder = try OutputFolder(path, allowExisting: options.resume)
    let hash = SHA256.hexadecimal(effective.utf8)
    let isFinished = folder.exists("manifest.json")
    let canResume = options.resume && (isFinished || folder.exists(ExperimentRun.checkpointName))
    if canResume, folder.read("config.yaml") != Data(effective.utf8) {
      throw ConfigurationError(
        file: folder.url("config.yaml"), path: "", message: "expected the configuration of this resumed run")
    }
    if canResume, isFinished { return repeatReport(folder, quiet: options.quiet) }
    try folder.write(Data(effective.utf8), to: "config.yaml")

    MatrixProduct.setThreads(1)
    let start = ContinuousClock.now
    let run = ExperimentRun(
      folder: folder, interruption: Interruption(), seed: seed, threads: threads,
      showsProgress: !options.quiet && isatty(STDERR_FILENO) == 1, configurationHash: hash,
      canResume: canResume)
    try execute(settings, run)

    let outputs = try run.writeResults(experiment: name)
    let code: Int32 = run.verdict == .violated ? 1 : 0
    let manifest = Manifest.json(
      experiment: name, version: version, folder: folder, outputs: outputs, seed: seed, threads: threads,
      configurationHash: hash, seconds: ProgressLine.seconds(ContinuousClock.now - start), exitCode: code)
    try folder.write(Data(manifest.readableText.utf8), to: "manifest.json")
    run.removeCheckpoint()
    if !options.quiet {
      print(run.report, terminator: "")
      print("results: \(folder.path)")
    }
    return code
  }

  /// The share of a rank that does not write: it works in a folder of its own that it throws away.
  private static func compute<Settings>(
    _ rank: Int, _ path: String, _ options: CommandLineOptions, _ settings: Settings, seed: Int, threads: Int,
    _ execute: (Settings, ExperimentRun) throws -> Void
  ) throws -> Int32 {
    // A finished run is only shown again, by rank 0 alone.
    if options.resume, FileManager.default.fileExists(atPath: path + "/manifest.json") { return 0 }
    let scratch = NSTemporaryDirectory() + "/rank-\(rank)-\(ProcessInfo.processInfo.globallyUniqueString)"
    let folder = try OutputFolder(scratch, allowExisting: false)
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    MatrixProduct.setThreads(1)
    let run = ExperimentRun(
      folder: folder, interruption: Interruption(), seed: seed, threads: threads, showsProgress: false,
      configurationHash: "", canResume: false)
    try execute(settings, run)
    return run.verdict == .violated ? 1 : 0
  }

  private static func configurationText(_ options: CommandLineOptions, _ defaults: String) throws
    -> (text: String, file: String)
  {
    guard let file = options.config else { return (defaults, "embedded default") }
    guard let data = FileManager.default.contents(atPath: file) else { throw MissingInput(path: file) }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ConfigurationError(file: file, path: "", message: "expected UTF-8 text")
    }
    return (text, file)
  }

  private static func override(
    _ node: ConfigurationNode, by flag: Int?, _ name: String, in range: ClosedRange<Int>, default value: Int
  ) throws -> Int {
    let configured = try node.integer(in: range, default: value)
    guard let flag else { return configured }
    guard range.contains(flag) else {
      throw ArgumentError(
        name, expected: "an integer from \(range.lowerBound) to \(range.upperBound)", got: "\(flag)")
    }
    node.recordInteger(flag)
    return flag
  }

  private static func repeatReport(_ folder: OutputFolder, quiet: Bool) -> Int32 {
    if !quiet, let report = folder.read("table.txt") {
      print(String(decoding: report, as: UTF8.self), terminator: "")
      print("results: \(folder.path) (finished before)")
    }
    let manifest = folder.read("manifest.json").flatMap {
      try? JSONSerialization.jsonObject(with: $0) as? [String: any Sendable]
    }
    return (manifest?["exitCode"] as? Int).map { Int32(clamping: $0) } ?? 0
  }

  private static func timestamp() -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "yyyy-MM-dd'T'HH-mm-ss'Z'"
    return formatter.string(from: Date())
  }

  private static func complain(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}
