import CLibraries
import Foundation
import Synchronization

// Files of an output folder: read, written whole or not at all, withdrawn when they are ours.

extension OutputFolder {
  /// The path of a file in the folder.
  public func url(_ name: String) -> String { path + "/" + name }

  /// Whether a file is there.
  public func exists(_ name: String) -> Bool { Self.exists(url(name)) }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Not a folder, nor a pipe that would be waited for.
  static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The bytes of a file, nil when it is not there.
  public func read(_ name: String) -> Data? { FileManager.default.contents(atPath: url(name)) }

  /// Whether a file is one that a run of ours wrote, and is as it was written.
  func isOurs(_ name: String) -> Bool { Self.isOurs(name, in: path, record.withLock { $0 }) }

  static func isOurs(_ name: String, in path: String, _ record: OutputRecord) -> Bool {
    let file = "\(path)/\(name)"
    guard isRegular(file) else { return false }
    if name == ExperimentRun.checkpointName { return Checkpoint.isOurs(file) }
    guard let digest = digest(ofFile: file) else { return false }
    if record.digests[name]?.contains(digest) == true { return true }
    guard let data = FileManager.default.contents(atPath: "\(path)/\(Manifest.name)"),
      let hashes = Manifest.outputs(data)
    else { return false }
    return name == Manifest.name || hashes[name] == digest
  }

  /// The experiment that ran in this folder last and its effective configuration, nil when the folder does not know.
  var lastRun: OutputRecord.Run? { record.withLock(\.run) }

  /// Keeps the run's configuration, for a resumed one to be compared with.
  func keep(_ run: OutputRecord.Run) throws(OutputError) { try note(record.withLock { $0.run(run) }) }

  /// Whether there is something of a run of ours in it, by the names that it writes.
  func holdsRun(writing outputs: [String]) -> Bool {
    outputs.contains { exists($0) && (lastRun != nil || isOurs($0)) }
  }

  /// What every run or sweep may write; a program declares further files of its own.
  static let outputs = [
    "config.yaml", Manifest.name, ExperimentRun.checkpointName, "summary.json", "table.txt", "data.h5",
    "members.csv", "rows.csv",
  ]

  /// Refuses a folder where one of these names is taken by a file that no run of ours wrote.
  func requireOwn(_ names: [String]) throws(OutputError) {
    for name in names where exists(name) && !isOurs(name) { throw foreign(name) }
  }

  /// The refusal of a file that is not ours.
  func foreign(_ name: String) -> OutputError {
    OutputError(
      path: url(name),
      reason: "a file of that name is there that is not as a run of this program wrote it; "
        + "move it away or give another --output")
  }

  /// Removes a file of ours.
  public func remove(_ name: String) {
    if isOurs(name) { unlink(url(name)) }
  }

  /// Leaves no trace of a run that failed: removes what this run itself has written, and the folders that it made.
  func withdraw() {
    for name in written.withLock({ $0 }) { remove(name) }
    sweepAway()
    guard madeLock, (try? Self.entries(path)) != nil else { return }
    let others = ((try? Self.entries(path)) ?? []).filter { $0 != Self.lockName }
    // The record is kept as long as it speaks of something.
    guard !others.contains(where: isOurs) else { return }
    unlink(url(Self.lockName))
    for folder in made.reversed() { rmdir(folder) }
  }

  /// The SHA-256 of a file, read piece by piece; nil when it cannot be read.
  public func digest(_ name: String) -> String? { Self.digest(ofFile: url(name)) }

  static func digest(ofFile path: String) -> String? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    var digest = SHA256()
    do {
      while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
        piece.withUnsafeBytes { digest.update($0) }
      }
    } catch {
      return nil
    }
    return digest.hexadecimal()
  }

  /// Writes a file whole or not at all.
  public func write(_ data: Data, to name: String) throws(OutputError) {
    try write(name) { sink in data.withUnsafeBytes(sink) }
  }

  /// Writes a file whole or not at all, in pieces that `body` hands to `sink`. After a piece that could not be written the
  /// others are passed over, and the error is thrown when `body` is done.
  public func write(
    _ name: String, _ body: (_ sink: @escaping (UnsafeRawBufferPointer) -> Void) throws(OutputError) -> Void
  ) throws(OutputError) {
    try replace(name) { temporary throws(OutputError) in
      let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      guard file >= 0 else { throw OutputError.system(name) }
      defer { close(file) }
      var failure: OutputError?
      try body { piece in
        guard failure == nil else { return }
        do throws(OutputError) { try Self.write(piece, to: file, name) } catch { failure = error }
      }
      if let failure { throw failure }
    }
  }

  /// Lets `body` make a file under another name, syncs it, and renames it to `name`.
  /// - Throws: `OutputError` when it cannot be written, or a file of that name is there that is not ours.
  public func replace(_ name: String, _ body: (_ temporary: String) throws(OutputError) -> Void)
    throws(OutputError)
  {
    if exists(name), !isOurs(name) { throw foreign(name) }
    let partial = ".\(name).\(suffix)"
    let temporary = url(partial)
    do throws(OutputError) {
      try note(record.withLock { $0.partial(partial) })
      try body(temporary)
      let file = open(temporary, O_RDWR | O_CLOEXEC)
      guard file >= 0 else { throw OutputError.system(name) }
      defer { close(file) }
      // A checkpoint says itself whose it is.
      if name != ExperimentRun.checkpointName, let digest = Self.digest(ofFile: temporary) {
        try note(record.withLock { $0.file(name, digest: digest) })
      }
      guard fsync(file) == 0, rename(temporary, url(name)) == 0 else { throw OutputError.system(name) }
      written.withLock { _ = $0.insert(name) }
      // The new name must survive a power cut too; a file system that cannot sync folders is not an error.
      let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      if folder >= 0 {
        fsync(folder)
        close(folder)
      }
    } catch {
      unlink(temporary)
      throw OutputError(path: url(name), reason: error.reason)
    }
  }
}
