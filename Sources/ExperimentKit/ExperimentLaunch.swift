import CLibraries
import Foundation

/// One start of an experiment executable: which configuration, which folder, once or as a sweep.
struct ExperimentLaunch<Settings> {
  let name: String
  let options: CommandLineOptions
  /// Of several processes that compute together, only rank 0 writes and speaks.
  let rank: Int
  let console: Console
  let configure: (ConfigurationNode) throws -> Settings
  let execute: (Settings, ExperimentRun) throws -> Void

  /// A configuration read to the end.
  struct Prepared {
    let settings: Settings
    let seed: Int
    let threads: Int
    let sweep: Sweep?
    /// The complete effective configuration.
    let effective: String
  }

  func start(defaults: [UInt8], references: [String]) throws -> Int32 {
    if options.version {
      try console.print("\(name) (vlasov-hierarchy) \(Experiment.version)\n")
      return 0
    }
    if options.cite {
      try console.print(references.joined(separator: "\n") + "\n")
      return 0
    }
    let (text, file) = try configurationText(defaults)
    let root = try ConfigurationNode(yaml: text, file: file)
    let prepared = try prepare(root)
    // A bad member is found before anything is computed.
    let members = try prepared.sweep?.members(of: root) ?? []
    for member in members { _ = try prepare(member.configuration) }
    if options.dumpConfig {
      try console.print(prepared.effective)
      return 0
    }
    let path = options.output ?? "results/\(name)/\(Self.timestamp())"
    if let sweep = prepared.sweep {
      return try run(sweep, members, base: prepared, in: path)
    }
    return try run(prepared, in: path)
  }

  /// Reads a configuration: the experiment's keys, then the common ones; every other key is an error.
  func prepare(_ root: ConfigurationNode) throws -> Prepared {
    let settings = try settings(root)
    let seed = try override(root["seed"], by: options.seed, "--seed", in: 0...Int.max, default: 1)
    let cores = min(1024, ProcessInfo.processInfo.activeProcessorCount)
    let threads = try override(
      root["threads"], by: options.threads, "--threads", in: 1...1024, default: cores)
    let sweep = try Sweep(root["sweep"])
    for (key, flag) in [("seed", options.seed), ("threads", options.threads)] where flag != nil {
      guard sweep?.changes(key) != true else {
        throw ArgumentError(
          "--\(key)", expected: "no such flag, since the configuration sweeps it", got: "both")
      }
    }
    try root.finish()
    return Prepared(
      settings: settings, seed: seed, threads: threads, sweep: sweep, effective: root.effectiveYAML)
  }

  /// What a library refuses while the settings are made comes from the file as well: the message says so.
  private func settings(_ root: ConfigurationNode) throws -> Settings {
    do {
      return try configure(root)
    } catch let error as ArgumentError {
      throw ConfigurationError(
        file: root.file, path: error.argument, message: "expected \(error.expected), got \(error.got)")
    }
  }

  /// Computes one configuration into one folder.
  /// - Returns: the exit code, 0 or 1.
  func run(_ prepared: Prepared, in path: String) throws -> Int32 {
    guard rank == 0 else { return try share(prepared, in: path) }
    let folder = try OutputFolder(path, allowExisting: options.resume)
    if let code = try finishedBefore(folder, effective: prepared.effective) { return code }
    let canResume = options.resume && folder.exists(ExperimentRun.checkpointName)
    do {
      try folder.write(Data(prepared.effective.utf8), to: "config.yaml")
      MatrixProduct.setThreads(1)
      let start = ContinuousClock.now
      let run = ExperimentRun(
        folder: folder, interruption: interruption(folder), seed: prepared.seed, threads: prepared.threads,
        showsProgress: !options.quiet && isatty(STDERR_FILENO) == 1,
        configurationHash: SHA256.hexadecimal(prepared.effective.utf8), canResume: canResume,
        announce: { text in if !options.quiet { try console.print(text) } })
      try execute(prepared.settings, run)
      let code: Int32 = run.verdicts.worst == .violated ? 1 : 0
      try finish(
        folder, effective: prepared.effective, seed: prepared.seed, threads: prepared.threads,
        outputs: try run.writeResults(experiment: name), code: code, memoryNeed: run.memoryNeed, since: start)
      run.removeCheckpoint()
      try printReport(run.report, folder.path)
      return code
    } catch {
      Self.withdraw(folder)
      throw error
    }
  }

  /// What a failed run leaves is a checkpoint to go on from, or nothing at all.
  private static func withdraw(_ folder: OutputFolder) {
    if !folder.exists(ExperimentRun.checkpointName), !folder.exists(manifestName) {
      folder.withdraw(["config.yaml", "data.h5", "summary.json", "table.txt"])
    }
  }

  private func interruption(_ folder: OutputFolder) -> Interruption {
    Interruption { [name, console] in
      Self.withdraw(folder)
      console.errors("\(name): interrupted\n")
      _exit(130)
    }
  }

  /// The part of a rank that does not write: it works in a folder of its own that is thrown away. A finished run is only
  /// shown again, by rank 0 alone.
  private func share(_ prepared: Prepared, in path: String) throws -> Int32 {
    let manager = FileManager.default
    if options.resume, manager.fileExists(atPath: "\(path)/\(Self.manifestName)") { return 0 }
    let scratch = manager.temporaryDirectory.appendingPathComponent("rank-\(rank)-\(UUID().uuidString)").path
    defer { try? manager.removeItem(atPath: scratch) }
    let folder = try OutputFolder(scratch, allowExisting: false)
    MatrixProduct.setThreads(1)
    let run = ExperimentRun(
      folder: folder, interruption: interruption(folder), seed: prepared.seed, threads: prepared.threads,
      showsProgress: false, configurationHash: "", canResume: false)
    try execute(prepared.settings, run)
    return run.verdicts.worst == .violated ? 1 : 0
  }

  /// For a resumed folder: its exit code, after printing its table, when the run in it is finished.
  /// - Throws: `ConfigurationError` when the folder belongs to another configuration.
  func finishedBefore(_ folder: OutputFolder, effective: String) throws -> Int32? {
    let manifest = folder.read(Self.manifestName)
    guard options.resume, manifest != nil || folder.exists(ExperimentRun.checkpointName) else { return nil }
    let values = manifest.flatMap {
      try? JSONSerialization.jsonObject(with: $0) as? [String: any Sendable]
    }
    guard folder.read("config.yaml") == Data(effective.utf8),
      manifest == nil || values?["experiment"] as? String == name
    else {
      throw ConfigurationError(
        file: folder.url("config.yaml"), path: "",
        message: "expected the experiment and configuration of this resumed run, got another one")
    }
    guard let code = values?["exitCode"] as? Int else { return nil }
    let table = folder.read("table.txt").map { String(decoding: $0, as: UTF8.self) } ?? ""
    try printReport(table, folder.path + " (finished before)")
    return Int32(clamping: code)
  }

  /// Writes the manifest, after which the folder counts as finished.
  func finish(
    _ folder: OutputFolder, effective: String, seed: Int, threads: Int, outputs: [String], code: Int32,
    memoryNeed: Int? = nil, since start: ContinuousClock.Instant
  ) throws {
    let manifest = Manifest.json(
      experiment: name, version: Experiment.version, folder: folder, outputs: outputs, seed: seed,
      threads: threads, configurationHash: SHA256.hexadecimal(effective.utf8), memoryNeed: memoryNeed,
      seconds: ProgressLine.seconds(ContinuousClock.now - start), exitCode: code)
    try folder.write(Data(manifest.readableText.utf8), to: Self.manifestName)
  }

  func printReport(_ report: String, _ place: String) throws {
    guard !options.quiet else { return }
    try console.print(report + "results: \(place)\n")
  }

  private static var manifestName: String { "manifest.json" }

  private func configurationText(_ defaults: [UInt8]) throws -> (text: String, file: String) {
    guard let file = options.config else {
      return (String(decoding: defaults, as: UTF8.self), "embedded default")
    }
    guard let data = FileManager.default.contents(atPath: file) else {
      throw InputError(path: file, reason: "no such file, or it cannot be read")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ConfigurationError(file: file, path: "", message: "expected UTF-8 text")
    }
    return (text, file)
  }

  private func override(
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

  private static func timestamp() -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "yyyy-MM-dd'T'HH-mm-ss'Z'"
    return formatter.string(from: Date())
  }
}
