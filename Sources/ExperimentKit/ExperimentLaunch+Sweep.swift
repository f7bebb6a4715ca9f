import CLibraries
import Foundation

extension ExperimentLaunch {
  /// Runs every member of a sweep into a folder of its own and lists them in summary.json.
  ///
  /// With `--resume` finished members are kept and unfinished ones go on from their checkpoints. A member that fails
  /// does not stop the others; the sweep then stays unfinished, so that a resumed one tries it again.
  /// - Returns: the exit code of the first member that failed, else 1 when a check is violated somewhere, else 0.
  func run(_ sweep: Sweep, _ members: [Sweep.Member], base: Prepared, in path: String?) throws -> Int32 {
    guard rank == 0 else {
      for member in members {
        // A member that fails does so on every rank, and rank 0 goes on to the next: so must the others.
        do {
          _ = try run(try prepare(member.configuration()), in: path.map { "\($0)/\(member.folder)" })
        } catch let error where !(error is Interrupted || error is OutputError) {}
      }
      return 0
    }
    let effective = base.effective
    let folder = try folder(path)
    do {
      if let code = try finishedBefore(folder, base) { return code }
      try writeConfiguration(base, to: folder)
    } catch {
      folder.withdraw()
      throw error
    }
    let start = ContinuousClock.now
    var table = TextTable(["folder", "exit", "overrides"])
    var rows: [JSONValue] = []
    var failure: Int32?
    var isViolated = false
    for member in members {
      if !options.quiet { try console.print("\(member.folder): \(member.label)\n") }
      let prepared = try prepare(member.configuration())
      var code: Int32
      var message: String?
      do {
        code = try run(prepared, in: folder.url(member.folder))
      } catch let error where !(error is Interrupted || error is OutputError) {
        code = Experiment.exitCode(for: error)
        message = "\(error)"
        console.errors("\(name): \(member.folder): \(error)\n")
        if failure == nil { failure = code }
      }
      isViolated = isViolated || code == 1
      table.add([member.folder, "\(code)", member.label])
      rows.append(
        .object([
          ("folder", .string(member.folder)),
          ("overrides", .object(member.overrides.map { ($0.path, $0.value) })),
          ("exitCode", .integer(Int(code))),
          ("message", message.map { .string($0) } ?? .null),
        ]))
    }
    let summary = JSONValue.object([("experiment", .string(name)), ("sweep", .array(rows))])
    try folder.write(Data(summary.readableText.utf8), to: "summary.json")
    try folder.write(Data(table.text.utf8), to: "table.txt")
    let code = failure ?? (isViolated ? 1 : 0)
    if failure == nil {
      try finish(
        folder, effective: effective, seed: base.seed, threads: base.threads,
        outputs: ["summary.json", "table.txt", "config.yaml"], code: code, since: start)
    }
    try printReport(table.text, folder.path)
    return code
  }
}
