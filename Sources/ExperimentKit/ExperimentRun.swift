public import CLibraries
import Foundation

/// One run of an experiment: what its main function sees of the outside world.
public final class ExperimentRun {
  /// The seed in force, from the command line or the configuration.
  public let seed: Int
  /// Threads in force; results are bit-identical for the same number.
  public let threads: Int
  /// The processes that compute this together; every one of them executes the experiment.
  public let ranks: Ranks
  /// Threads for loops over blocks.
  public var workers: Workers { Workers(threads: threads) }

  /// The members of summary.json after `experiment`, in order.
  public var summary: [(String, JSONValue)] = []
  /// What goes to stdout (and to table.txt, so that a resumed finished run can print it again).
  public var report = ""
  /// The verdicts so far; a violated one makes the exit code 1.
  public private(set) var verdicts = VerdictTally()
  /// What failed numerically without taking the rest along: the results are written whole, and the exit code is 70.
  public private(set) var failures: [String] = []

  /// How old the last checkpoint may become before `safePoint` saves the next one; longer where saving takes more than a
  /// twentieth of it.
  public var checkpointInterval = Duration.seconds(10)

  /// Bytes the run said it would hold at once, and what was there before.
  private(set) var memory: (need: Int, baseline: Int)?

  let folder: OutputFolder
  /// Prints a line before the results.
  private let announce: (String) throws -> Void
  let interruption: Interruption
  private let showsProgress: Bool
  private let configurationHash: String
  private let canResume: Bool
  private var lastCheckpoint = ContinuousClock.now
  private var lastCost = Duration.zero
  private var arrays: [DataArray] = []
  private var resultArrays: [ResultArray] = []

  private struct DataArray {
    let name: String
    let values: [Double]
    let shape: [Int]
    let attributes: [(String, String)]
  }

  init(
    folder: OutputFolder, interruption: Interruption, seed: Int, threads: Int, showsProgress: Bool,
    configurationHash: String, canResume: Bool, ranks: Ranks = .single,
    announce: @escaping (String) throws -> Void = { _ in }
  ) {
    self.ranks = ranks
    self.folder = folder
    self.announce = announce
    self.interruption = interruption
    self.seed = seed
    self.threads = threads
    self.showsProgress = showsProgress
    self.configurationHash = configurationHash
    self.canResume = canResume
  }

  private var finished: (remedy: String, areAdded: Bool, make: (ExperimentRun) throws -> FinishedRows?)?

  /// Hands over how the results are made from what is finished so far, for the case that the computation fails numerically
  /// later: the rows are then kept, `incomplete` in summary.json says why and when, and the folder stays unfinished.
  ///
  ///     run.keepRows(remedy: "a smaller time-step") { run in
  ///       try Results(settings, snapshots).add(to: run)
  ///       return FinishedRows(snapshots.count, of: settings.times)
  ///     }
  ///
  /// - Parameters:
  ///   - remedy: what may help.
  ///   - areAdded: the rows are in the summary, the arrays and the report already; else these are emptied before.
  ///   - make: adds to the summary, the arrays and the report; nil when no row is finished.
  public func keepRows(
    remedy: String, areAdded: Bool = false, _ make: @escaping (ExperimentRun) throws -> FinishedRows?
  ) {
    finished = (remedy, areAdded, make)
  }

  /// Forgets what was handed over, and with it what it held.
  func dropRows() { finished = nil }

  /// Writes the rows that were finished before this failure; nil when there are none, or they cannot be made.
  /// - Throws: `OutputError`.
  func keep(after failure: NumericalFailure, experiment: String) throws -> IncompleteRun? {
    guard let (remedy, areAdded, make) = finished else { return nil }
    if !areAdded { (summary, report, arrays, resultArrays, verdicts) = ([], "", [], [], VerdictTally()) }
    guard let rows = try? make(self) else { return nil }
    let incomplete = IncompleteRun(failure: failure, finished: rows, remedy: remedy, folder: folder.path)
    summary.insert(("incomplete", incomplete.json), at: 0)
    report += "incomplete: \(incomplete.record)\n"
    _ = try writeResults(experiment: experiment)
    return incomplete
  }

  /// Counts a verdict towards the exit code.
  public func record(_ verdict: Verdict) { verdicts.add(verdict) }

  /// Notes that a part of the run failed numerically which nothing else depends on: the run ends with all its other results and
  /// exit code 70. It counts as finished, so that `--resume` shows it again instead of repeating what fails.
  public func recordFailure(_ message: String) { failures.append(message) }

  /// 70 when a part failed, else 1 when a check is violated, else 0.
  var exitCode: Int32 { failures.isEmpty ? (verdicts.worst == .violated ? 1 : 0) : 70 }

  /// A progress line for `total` steps.
  public func progress(_ label: String, total: Int) -> ProgressLine {
    ProgressLine(label, total: total, isShown: showsProgress)
  }

  /// Adds a row-major array to data.h5.
  /// - Parameters:
  ///   - axes: what each axis is, e.g. "point × time × order".
  ///   - equation: the formula or its label in the paper.
  ///   - units: in the paper's scaling, "1" for a pure number.
  public func addArray(
    _ name: String, _ values: [Double], shape: [Int], axes: String, equation: String = "", units: String = "1"
  ) {
    arrays.append(
      DataArray(
        name: name, values: values, shape: shape,
        attributes: [("axes", axes), ("equation", equation), ("units", units)]))
  }

  func add(_ array: ResultArray) { resultArrays.append(array) }

  /// Throws `Interrupted` when the run was asked to stop; of several ranks each stops when one is asked (the others with
  /// `RanksStopped`). On the main thread when there are several.
  public func checkInterruption() throws {
    if interruption.isRequested() {
      ranks.announce(Experiment.exitCode(for: Interrupted()))
      throw Interrupted()
    }
    if let stop = ranks.stopAnnounced() { throw stop }
  }

  /// Bytes of a row of a dozen numbers in the summary while it is written: the values by name, and the text twice.
  public static let bytesOfRow = 3072

  /// Bytes of a figure of a record while the run lasts: itself, and its name and value as a checkpoint holds them.
  public static let bytesOfFigure = 64

  /// The checkpoint to continue from, nil when there is none, or this is not a resumed run. Every rank is given that of
  /// rank 0.
  /// - Throws: `InputError` when the checkpoint is damaged; `ConfigurationError` when it belongs to another
  ///   configuration.
  public func loadCheckpoint() throws -> CheckpointReader? {
    try sharedCheckpoint().map { CheckpointReader($0, path: folder.url(Self.checkpointName)) }
  }

  private func sharedCheckpoint() throws -> Checkpoint? {
    guard ranks.count > 1 else { return try readCheckpoint() }
    let own = ranks.index == 0 ? try readCheckpoint() : nil
    let names = own?.arrays.keys.sorted() ?? []
    guard let step = try ranks.broadcast(own.map { [$0.step] } ?? [], check: checkInterruption).first else {
      return nil
    }
    let lengths = try ranks.broadcast(names.map(\.utf8.count))
    var text = try ranks.broadcast(names.flatMap(\.utf8))[...]
    var arrays: [String: [Double]] = [:]
    for length in lengths {
      let name = String(decoding: text.prefix(length), as: UTF8.self)
      text = text.dropFirst(length)
      arrays[name] = try ranks.broadcast(own?.arrays[name] ?? [], check: checkInterruption)
    }
    return Checkpoint(step: step, arrays: arrays)
  }

  private func readCheckpoint() throws -> Checkpoint? {
    guard canResume, folder.exists(Self.checkpointName) else { return nil }
    try Memory.require(checkpointBytes, for: "the checkpoint")
    guard let (checkpoint, hash) = Checkpoint.read(folder.url(Self.checkpointName)) else {
      throw InputError(
        path: folder.url(Self.checkpointName),
        reason: "the checkpoint is damaged (its checksum differs); remove it to start anew")
    }
    guard hash == configurationHash else {
      throw ConfigurationError(
        file: folder.url("config.yaml"), path: "",
        message: "expected the configuration the checkpoint was written with")
    }
    return checkpoint
  }

  /// A point at which the run can stop: saves a checkpoint when the last one is old enough, or when the
  /// run was asked to stop, and then throws `Interrupted`. All ranks come to it, and stop there when one is asked.
  public func safePoint(_ checkpoint: () -> Checkpoint) throws {
    try atSafePoint { try save(checkpoint()) }
  }

  /// The same for a state that is not copied: `body` writes its arrays from where they lie.
  public func safePoint(step: Int, _ body: (CheckpointWriter) -> Void) throws {
    try atSafePoint { try save(step: step, body) }
  }

  /// Long work without a safe point: when the run stops in the middle of it, this checkpoint is saved first, be it that the
  /// work finds the request itself (`checkInterruption`) or that it does not look and the process is ended from another
  /// thread.
  /// - Parameter checkpoint: the state at the beginning of the work, which must not change while it lasts.
  public func keeping<Result>(_ checkpoint: @autoclosure () -> Checkpoint, _ work: () throws -> Result) throws
    -> Result
  {
    try keeping(writing: { try write(checkpoint()) }, work)
  }

  /// The same for a state that is not copied: `body` writes its arrays from where they lie.
  public func keeping<Result>(
    step: Int, _ body: (CheckpointWriter) -> Void, _ work: () throws -> Result
  ) throws -> Result {
    try keeping(writing: { try write(step: step, body) }, work)
  }

  /// Steps that end in safe points: when the run is given up in the middle of one, this checkpoint is saved, unless a better
  /// one was before.
  func keepingWhenGivenUp<Result>(
    step: Int, unless isSaved: () -> Bool, _ body: (CheckpointWriter) -> Void, _ work: () throws -> Result
  ) rethrows -> Result {
    // There is no one left to tell that it cannot be written.
    try interruption.keeping({ if !isSaved() { try? write(step: step, body) } }, work)
  }

  private func keeping<Result>(writing: () throws -> Void, _ work: () throws -> Result) throws -> Result {
    // When the run is given up there is no one left to tell that it cannot be written.
    func keep() { try? writing() }
    return try interruption.keeping(keep) {
      try keeping(save: { try interruption.protecting(writing) }, work)
    }
  }

  private func keeping<Result>(save: () throws -> Void, _ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch  where Experiment.exitCode(for: error) == Experiment.exitCode(for: Interrupted()) {
      try save()
      throw error
    }
  }

  private func atSafePoint(_ save: () throws -> Void) throws {
    try keeping(save: save) {
      try checkInterruption()
      try ranks.goOn(check: checkInterruption)
    }
    let start = ContinuousClock.now
    guard start - lastCheckpoint >= max(checkpointInterval, lastCost * 20) else { return }
    try save()
    lastCheckpoint = .now
    lastCost = lastCheckpoint - start
  }

  private func save(_ checkpoint: Checkpoint) throws { try interruption.protecting { try write(checkpoint) } }

  private func save(step: Int, _ body: (CheckpointWriter) -> Void) throws {
    try interruption.protecting { try write(step: step, body) }
  }

  private func write(_ checkpoint: Checkpoint) throws { try write(step: checkpoint.step, checkpoint.write) }

  /// Only rank 0 has a folder that stays.
  private func write(step: Int, _ body: (CheckpointWriter) -> Void) throws {
    guard ranks.index == 0 else { return }
    try folder.write(Self.checkpointName) { sink in
      let writer = CheckpointWriter(configurationHash: configurationHash, step: step, sink: sink)
      body(writer)
      writer.finish()
    }
  }

  /// Writes data.h5 and summary.json and returns their names.
  /// - Throws: `NumericalFailure` when a number of the summary is not finite where one is meant.
  func writeResults(experiment: String) throws -> [String] {
    if let (place, value) = JSONValue.firstNonFinite(summary) {
      throw NumericalFailure(in: "the result \(place)", "\(value)")
    }
    try folder.replace("data.h5") { temporary throws(OutputError) in
      do {
        let file = try HDF5File(creating: temporary)
        try file.setAttribute("experiment", of: "/", to: experiment)
        try file.setAttribute("configuration", of: "/", to: configurationText)
        for array in arrays {
          try file.write(array.values, shape: array.shape, at: array.name)
          for (key, value) in array.attributes { try file.setAttribute(key, of: array.name, to: value) }
        }
        try file.write(resultArrays)
        try file.flush()
      } catch {
        throw OutputError(path: "data.h5", reason: "\(error)")
      }
    }
    let json = JSONValue.object([("experiment", .string(experiment))] + summary)
    try folder.write(Data(json.readableText.utf8), to: "summary.json")
    try folder.write(Data(report.utf8), to: "table.txt")
    return ["data.h5", "summary.json", "table.txt", "config.yaml"]
  }

  /// The effective configuration, or where it stands when it is more than HDF5 lets an attribute hold.
  private var configurationText: String {
    let text = (try? String(contentsOfFile: folder.url("config.yaml"), encoding: .utf8)) ?? ""
    return text.utf8.count < 60_000 ? text : "in config.yaml"
  }

  /// Bytes of the checkpoint this run goes on from; zero when it starts anew.
  private var checkpointBytes: Int {
    guard canResume else { return 0 }
    let attributes = try? FileManager.default.attributesOfItem(atPath: folder.url(Self.checkpointName))
    return attributes?[.size] as? Int ?? 0
  }

  /// Says what the run will hold at once and refuses it when that does not fit, before any of it is allocated. A resumed run
  /// holds its checkpoint as well until it has gone on from it.
  /// - Throws: `MemoryError` (exit 75), `OutputError` when it cannot be said.
  public func require(_ plan: MemoryPlan) throws {
    try Memory.require(
      Memory.sum(plan.peak, checkpointBytes),
      for: plan.breakdown.isEmpty ? "the run" : "the run (\(plan.breakdown))", threads: threads)
    memory = plan.peak.map { ($0, Manifest.residentMemory("VmRSS:")) }
    try announce("memory: \(plan)\n")
  }

  func removeCheckpoint() { folder.remove(Self.checkpointName) }

  static let checkpointName = "checkpoint"
}
