import CLibraries
import Foundation

extension ExperimentLaunch {
  /// Runs every member of a sweep into a folder of its own, lists them in summary.json and puts their results together.
  ///
  /// With `--resume` finished members are kept and unfinished ones go on from their checkpoints. A member that fails
  /// does not stop the others; the sweep then stays unfinished, so that a resumed one tries it again.
  /// - Returns: the exit code of the first member that failed, wholly or in part, else 1 when a check is violated somewhere,
  ///   else 0.
  func run(_ sweep: Sweep, _ members: [Sweep.Member], base: Prepared, in path: String?) throws -> Int32 {
    var folder: OutputFolder?
    let before: Int32? = try together {
      guard ranks.index == 0 else { return try ranks.broadcast([Int32]()).first }
      let own = try self.folder(path)
      do {
        let code = try finishedBefore(own, base)
        if code == nil { try writeConfiguration(base, to: own) }
        folder = own
        return try ranks.broadcast(code.map { [$0] } ?? []).first
      } catch {
        own.withdraw()
        throw error
      }
    }
    if let before { return before }
    let start = ContinuousClock.now
    var table = TextTable(["folder", "exit"] + Sweep.shortNames(members))
    var results = SweepTable()
    var rows: [JSONValue] = []
    var failure: Int32?
    var failed = 0
    var isViolated = false
    var partial: Int32?
    for member in members {
      if !options.quiet { try console.print("\(member.folder): \(member.label)\n") }
      let prepared = try prepare(member.configuration())
      var code: Int32
      var message: String?
      do {
        code = try run(prepared, in: folder?.url(member.folder))
      } catch {
        // A member fails on all ranks, and all go on to the next.
        code = Experiment.exitCode(for: error)
        // An interruption, and output that cannot be written, end the sweep.
        guard ![130, 73].contains(code) else { throw error }
        message = (error as? IncompleteRun)?.record ?? "\(error)"
        if !(error is RanksStopped) { console.errors("\(name): \(member.folder): \(error)\n") }
        if failure == nil { failure = code }
      }
      if code > 1 { failed += 1 }
      isViolated = isViolated || code == 1
      if message == nil, code > 1, partial == nil { partial = code }
      table.add([member.folder, "\(code)"] + Sweep.shortCells(member, of: members))
      if let folder {
        let summary = FileManager.default.contents(atPath: folder.url(member.folder) + "/summary.json")
        results.add(member, exitCode: code, summary: summary)
      }
      rows.append(
        .object([
          ("folder", .string(member.folder)),
          ("overrides", .object(member.overrides.map { ($0.path, $0.value) })),
          ("exitCode", .integer(Int(code))),
          ("message", message.map { .string($0) } ?? .null),
        ]))
    }
    let code = failure ?? partial ?? (isViolated ? 1 : 0)
    try together {
      guard let folder else { return }
      let summary = JSONValue.object([("experiment", .string(name)), ("sweep", .array(rows))])
      try folder.write(Data(summary.readableText.utf8), to: "summary.json")
      try folder.write(Data(table.text.utf8), to: "table.txt")
      let tables = try results.write(to: folder)
      if failure == nil {
        try finish(
          folder, effective: base.effective, seed: base.seed, threads: base.threads,
          outputs: ["summary.json", "table.txt", "config.yaml"] + tables, code: code, since: start)
      }
      let good = members.count - failed
      try printReport(
        table.text + "\(good) of \(members.count) runs finished; all their rows in rows.csv and data.h5\n",
        folder.path)
    }
    return code
  }
}
