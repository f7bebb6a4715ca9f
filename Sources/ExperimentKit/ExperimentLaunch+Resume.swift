import CLibraries
import Foundation

// A folder that holds a run already: the same one, finished or not, or another one.

extension ExperimentLaunch {
  /// For a resumed folder: its exit code, after printing its table, when the run in it is finished. Otherwise the run may
  /// go on in it, or start there.
  /// - Throws: `ConfigurationError` when the folder belongs to another configuration; `InputError` when its results are
  ///   not as the manifest says; `OutputError` when a file of the user's is in the way.
  func finishedBefore(_ folder: OutputFolder, _ prepared: Prepared) throws -> Int32? {
    let outputs = OutputFolder.outputs + files
    guard folder.holdsRun(writing: outputs) else {
      try folder.requireOwn(outputs)
      return nil
    }
    let manifest = folder.read(Manifest.name).flatMap(Manifest.read)
    if manifest != nil || folder.exists(ExperimentRun.checkpointName) || prepared.sweep != nil {
      try requireSame(folder, prepared, experiment: manifest?["experiment"] as? String)
    }
    if let code = manifest?["exitCode"] as? Int {
      try requireIntact(folder)
      let table = folder.read("table.txt").map { String(decoding: $0, as: UTF8.self) } ?? ""
      try printReport(table, folder.path + " (finished before)")
      return Int32(clamping: code)
    }
    try folder.requireOwn([Manifest.name, "summary.json", "table.txt", "data.h5"])
    return nil
  }

  /// The run in the folder is of this experiment and configuration; other threads are mentioned where they may be.
  private func requireSame(_ folder: OutputFolder, _ prepared: Prepared, experiment: String?) throws {
    let file = folder.url("config.yaml")
    if let other = folder.lastRun?.experiment ?? experiment, other != name {
      throw ConfigurationError(
        file: file, path: "", message: "expected \(other), whose run is resumed, got \(name)")
    }
    guard
      let before = folder.lastRun?.configuration
        ?? folder.read("config.yaml").map({ String(decoding: $0, as: UTF8.self) })
    else { return }
    let differences = ConfigurationDifference.all(before, prepared.effective, ignoring: [])
    let essential = differences.filter { !inessential.contains($0.path) }
    if let first = essential.first {
      let others = essential.dropFirst().map(\.path)
      let more =
        others.isEmpty
        ? "" : " (also another \(others.prefix(5).joined(separator: ", "))\(others.count > 5 ? ", …" : ""))"
      throw ConfigurationError(file: file, path: first.path, message: first.message + more)
    }
    for difference in differences where !folder.exists(Manifest.name) && !options.quiet {
      console.errors(
        "\(name): \(difference.path) \(difference.before ?? "") before, \(difference.now ?? "") now: "
          + "the results do not depend on it\n")
    }
  }

  /// The results of a finished run are as its manifest says. A configuration with comments of the user's, which reads the
  /// same, is no damage.
  private func requireIntact(_ folder: OutputFolder) throws {
    let digests = folder.read(Manifest.name).flatMap(Manifest.outputs) ?? [:]
    for (name, digest) in digests.sorted(by: { $0.key < $1.key }) where name != "config.yaml" {
      guard folder.digest(name) == digest else {
        throw InputError(
          path: folder.url(name),
          reason: "damaged: it is not what \(Manifest.name) says (SHA-256 differs); give another --output")
      }
    }
  }
}
