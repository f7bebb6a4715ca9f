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
  let configurationHash: String
  let canResume: Bool
  /// What the program declares that it writes besides.
  private let files: [String]
  var lastCheckpoint = ContinuousClock.now
  var lastCost = Duration.zero
  private var arrays: [ResultArray] = []
  private var texts: [(name: String, text: String)] = []
  /// The sentences with the results, which stand below everything else.
  var conclusions: [String] = []
  /// By table, the keys of its rows with what their columns say of them.
  var columns: [(table: String, keys: [(key: String, equation: String)])] = []

  init(
    folder: OutputFolder, interruption: Interruption, seed: Int, threads: Int, showsProgress: Bool,
    configurationHash: String, canResume: Bool, files: [String] = [], ranks: Ranks = .single,
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
    self.files = files
  }

  private var finished: (remedy: String, make: (ExperimentRun) throws -> FinishedRows?)?

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
  ///   - make: adds to the summary, the arrays and the report; nil when no row is finished.
  package func keepRows(
    remedy: String, _ make: @escaping (ExperimentRun) throws -> FinishedRows?
  ) {
    finished = (remedy, make)
  }

  /// Forgets what was handed over, and with it what it held.
  func dropRows() { finished = nil }

  /// Writes the rows that were finished before this failure; nil when there are none, or they cannot be made.
  /// - Throws: `OutputError`.
  func keep(after failure: NumericalFailure, experiment: String) throws -> IncompleteRun? {
    guard let (remedy, make) = finished else { return nil }
    (summary, report, arrays, texts, verdicts) = ([], "", [], [], VerdictTally())
    (conclusions, columns) = ([], [])
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
  var exitCode: Int32 { failures.isEmpty ? (verdicts.worst.isFalse ? 1 : 0) : 70 }

  /// A progress line.
  func progress() -> ProgressLine { ProgressLine(isShown: showsProgress) }

  func add(_ array: ResultArray) { arrays.append(array) }

  /// A further file of results, a table of text, of a name that the program declares (`files` of `Experiment.main`): a folder in
  /// which somebody else's file has that name is refused before anything is computed.
  /// - Throws: `OutputError` for a name that is not declared.
  public func add(file name: String, _ text: String) throws(OutputError) {
    guard files.contains(name) else {
      throw OutputError(
        path: folder.url(name), reason: "the program does not declare that it writes this file")
    }
    texts.append((name, text))
  }

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
        try file.write(arrays)
        try file.flush()
      } catch {
        throw OutputError(path: "data.h5", reason: "\(error)")
      }
    }
    let json = JSONValue.object(
      [("experiment", .string(experiment))] + summary + columnTexts(of: experiment))
    try folder.write(Data(json.readableText.utf8), to: "summary.json")
    try folder.write(Data(report.utf8), to: "table.txt")
    for (name, text) in texts { try folder.write(Data(text.utf8), to: name) }
    return ["data.h5", "summary.json", "table.txt", "config.yaml"] + texts.map(\.name)
  }

  /// The effective configuration, or where it stands when it is more than HDF5 lets an attribute hold.
  private var configurationText: String {
    let text = (try? String(contentsOfFile: folder.url("config.yaml"), encoding: .utf8)) ?? ""
    return text.utf8.count < 60_000 ? text : "in config.yaml"
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
