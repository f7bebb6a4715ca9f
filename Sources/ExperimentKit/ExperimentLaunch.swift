import CLibraries
import Foundation

/// One start of an experiment executable: which configuration, which folder, once or as a sweep.
struct ExperimentLaunch<Settings> {
  let name: String
  let options: CommandLineOptions
  /// What the program writes besides the files of every experiment.
  let files: [String]
  /// The processes that compute together: rank 0 writes, and each failure is said by the rank it happened on.
  let ranks: Ranks
  /// Whether the last bits of the results depend on the number of threads.
  let dependsOnThreads: Bool
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
    /// Without what the results do not depend on: a checkpoint belongs to all runs that agree in this.
    let essential: String
    /// What was read, for the places of errors.
    let root: ConfigurationNode
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
    if options.schema {
      try console.print(shape(defaults).jsonSchema(of: name).readableText)
      return 0
    }
    let (prepared, members) = try together {
      let (text, file) = try configurationText(defaults)
      let root = try ConfigurationNode(yaml: text, file: file)
      let prepared = try prepareOrSayAll(root, defaults)
      // A bad member is found before anything is computed.
      let members = try prepared.sweep?.members(of: root) ?? []
      for member in members { _ = try prepare(member.configuration()) }
      try compareAcrossRanks(prepared, file: file)
      return (prepared, members)
    }
    if options.dumpConfig {
      try console.print(schemaLine + prepared.effective)
      return 0
    }
    // Those of loops and of a signal's handler; of the linear algebra as well.
    try ProcessStart.requireThreads((dependsOnThreads ? 2 : 1) * prepared.threads + 2)
    if let sweep = prepared.sweep { return try run(sweep, members, base: prepared, in: options.output) }
    return try run(prepared, in: options.output)
  }

  /// The folder that was asked for, or a new one named by the time of day.
  func folder(_ path: String?) throws(OutputError) -> OutputFolder {
    if let path { return try OutputFolder(path, allowExisting: options.resume) }
    return try OutputFolder(unused: "results/\(name)/\(Self.timestamp())")
  }

  /// Reads a configuration: the experiment's keys, then the common ones; every other key is an error.
  func prepare(_ root: ConfigurationNode) throws -> Prepared {
    let settings = try settings(root)
    let (seed, threads, sweep) = try common(root)
    for (key, flag) in [("seed", options.seed), ("threads", options.threads)] where flag != nil {
      guard sweep?.changes(key) != true else {
        throw ArgumentError(
          "--\(key)", expected: "no such flag, since the configuration sweeps it", got: "both")
      }
    }
    try root.finish()
    return Prepared(
      settings: settings, seed: seed, threads: threads, sweep: sweep, effective: root.effectiveYAML,
      essential: root.effectiveYAML(without: inessential), root: root)
  }

  /// The keys that every experiment has.
  func common(_ root: ConfigurationNode) throws -> (seed: Int, threads: Int, sweep: Sweep?) {
    let seed = try override(root["seed"], by: options.seed, "--seed", in: 0...Int.max, default: 1)
    let cores = min(1024, Processors.count())
    let threads = try override(
      root["threads"], by: options.threads, "--threads", in: 1...1024, default: cores)
    _ = try root.timeLimit()
    return (seed, threads, try Sweep(root["sweep"]))
  }

  /// What a library refuses while the settings are made comes from the file as well: the message says so.
  private func settings(_ root: ConfigurationNode) throws -> Settings {
    try root.locatingUse { try configure(root) }
  }

  /// Top-level keys that may change when a run is resumed.
  var inessential: Set<String> { dependsOnThreads ? ["time-limit"] : ["threads", "time-limit"] }

  /// Ranks on several machines read files of their own: one that is out of date would compute other numbers.
  private func compareAcrossRanks(_ prepared: Prepared, file: String) throws {
    let identity = [name, Experiment.version, "\(options.resume)", prepared.essential].joined(separator: "\n")
    let digest = UInt(SHA256.hexadecimal(identity.utf8).prefix(16), radix: 16) ?? 0
    let all = try ranks.goOn(saying: Int(bitPattern: digest))
    guard let other = all.firstIndex(where: { $0 != all[0] }) else { return }
    throw ConfigurationError(
      file: file, path: "",
      message: "expected the same configuration on every rank, got another one on rank \(other)")
  }

  /// `Ranks.together`, saying what is wrong as this experiment does.
  func together<Result>(_ body: () throws -> Result) throws -> Result {
    try ranks.together(say: { console.errors(Experiment.message(name, $0, on: ranks)) }, body)
  }

  /// Computes one configuration into one folder; without a path into a new one.
  /// - Returns: the exit code, 0, 1, or 70 when a part of the run failed.
  func run(_ prepared: Prepared, in path: String?) throws -> Int32 {
    try together { ranks.index == 0 ? try lead(prepared, in: path) : try follow(prepared) }
  }

  private func lead(_ prepared: Prepared, in path: String?) throws -> Int32 {
    // A signal may come between the making of the folder and the first look for one: nothing may be left behind.
    let interruption = Interruption()
    let folder = try folder(path)
    arm(interruption, folder)
    do {
      let before = try finishedBefore(folder, prepared)
      if let code = try ranks.broadcast(before.map { [$0] } ?? []).first { return code }
      let canResume = options.resume && folder.exists(ExperimentRun.checkpointName)
      // Not while the folder is given up, which would leave it behind.
      try interruption.protecting { try writeConfiguration(prepared, to: folder) }
      MatrixProduct.setThreads(1)
      let start = ContinuousClock.now
      let run = ExperimentRun(
        folder: folder, interruption: interruption, seed: prepared.seed, threads: prepared.threads,
        showsProgress: !options.quiet && isatty(STDERR_FILENO) == 1,
        configurationHash: SHA256.hexadecimal(prepared.essential.utf8), canResume: canResume, files: files,
        ranks: ranks,
        announce: { [options, console] text in if !options.quiet { try console.print(text) } })
      // They may hold the run, which would then outlive it.
      defer { run.dropRows() }
      do {
        try prepared.root.locatingUse { try execute(prepared.settings, run) }
        run.dropRows()
      } catch let failure as NumericalFailure {
        throw try run.keep(after: failure, experiment: name) ?? failure
      }
      let code = run.exitCode
      try interruption.protecting {
        try finish(
          folder, effective: prepared.effective, seed: prepared.seed, threads: prepared.threads,
          outputs: try run.writeResults(experiment: name), code: code, memory: run.memory, since: start)
        run.removeCheckpoint()
        interruption.disarm()
      }
      try printReport(run.report, folder.path)
      if !run.failures.isEmpty { console.errors("\(name): \(run.failures.joined(separator: "; "))\n") }
      return try ranks.broadcast([code])[0]
    } catch let error as IncompleteRun {
      interruption.disarm()
      throw error
    } catch {
      interruption.disarm()
      Self.withdraw(folder)
      throw error
    }
  }

  /// What a failed run leaves is a checkpoint to go on from, or nothing at all.
  private static func withdraw(_ folder: OutputFolder) {
    if !folder.isOurs(ExperimentRun.checkpointName), !folder.isOurs(Manifest.name) { folder.withdraw() }
  }

  /// Writes config.yaml, unless the one that is there says the same: that of a resumed run may have been given comments.
  func writeConfiguration(_ prepared: Prepared, to folder: OutputFolder) throws {
    try folder.keep(OutputRecord.Run(experiment: name, configuration: prepared.effective))
    if folder.exists("config.yaml"), !folder.isOurs("config.yaml") {
      guard let data = folder.read("config.yaml"),
        let root = try? ConfigurationNode(yaml: String(decoding: data, as: UTF8.self), file: "config.yaml"),
        let own = try? prepare(root), own.essential == prepared.essential
      else { throw folder.foreign("config.yaml") }
    } else if folder.read("config.yaml") != Data(prepared.effective.utf8) {
      try folder.write(Data(prepared.effective.utf8), to: "config.yaml")
    }
  }

  private func arm(_ interruption: Interruption, _ folder: OutputFolder) {
    interruption.arm { [name, console, ranks] in
      Self.withdraw(folder)
      if ranks.index == 0 { console.errors("\(name): interrupted\n") }
      _exit(130)
    }
  }

  /// The part of a rank that does not write: it works in a folder of its own that is thrown away. A finished run is only
  /// shown again, by rank 0 alone.
  private func follow(_ prepared: Prepared) throws -> Int32 {
    if let code = try ranks.broadcast([Int32]()).first { return code }
    let manager = FileManager.default
    let scratch = manager.temporaryDirectory.path + "/rank-\(ranks.index)-\(UUID().uuidString)"
    defer { try? manager.removeItem(atPath: scratch) }
    let interruption = Interruption()
    defer { interruption.disarm() }
    let folder = try OutputFolder(scratch, allowExisting: false)
    arm(interruption, folder)
    MatrixProduct.setThreads(1)
    let run = ExperimentRun(
      folder: folder, interruption: interruption, seed: prepared.seed, threads: prepared.threads,
      showsProgress: false, configurationHash: "", canResume: false, files: files, ranks: ranks)
    defer { run.dropRows() }
    try prepared.root.locatingUse { try execute(prepared.settings, run) }
    return try ranks.broadcast([Int32]()).first ?? 0
  }

  /// Writes the manifest, after which the folder counts as finished.
  func finish(
    _ folder: OutputFolder, effective: String, seed: Int, threads: Int, outputs: [String], code: Int32,
    memory: (need: Int, baseline: Int)? = nil, since start: ContinuousClock.Instant
  ) throws {
    let manifest = Manifest.json(
      experiment: name, version: Experiment.version, folder: folder, outputs: outputs, seed: seed,
      threads: threads, configurationHash: SHA256.hexadecimal(effective.utf8), memory: memory,
      seconds: ProgressLine.seconds(ContinuousClock.now - start), exitCode: code)
    try folder.write(Data(manifest.readableText.utf8), to: Manifest.name)
  }

  func printReport(_ report: String, _ place: String) throws {
    guard !options.quiet else { return }
    try console.print(report + "results: \(place)\n")
  }

  private func configurationText(_ defaults: [UInt8]) throws -> (text: String, file: String) {
    guard let file = options.config else {
      return (String(decoding: defaults, as: UTF8.self), "embedded default")
    }
    return try InputText.read(file)
  }

  func override(
    _ node: ConfigurationNode, by flag: Int?, _ name: String, in range: ClosedRange<Int>, default value: Int
  ) throws -> Int {
    let configured = try node.integer(in: range, default: value)
    guard let flag else { return configured }
    guard range.contains(flag) else {
      throw ArgumentError(
        name, expected: integerText(range), got: "\(flag)")
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
