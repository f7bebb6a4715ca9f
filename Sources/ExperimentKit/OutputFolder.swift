import CLibraries
import Foundation
import Synchronization

/// Output that cannot be written: where and why (exit 73).
public struct OutputError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file or folder that was to be written.
  public let path: String
  /// Why it cannot be.
  public let reason: String

  /// The file and the reason.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// The reason that the system gave last.
  static func system(_ path: String, _ code: Int32 = errno) -> OutputError {
    OutputError(path: path, reason: String(cString: strerror(code)))
  }

  public var description: String {
    "cannot write \(MessageText.shown(path)): \(MessageText.shown(reason, limit: 400))"
  }
}

/// The folder of one run. It is locked while the run lives (the lock dies with the process), and files appear
/// in it whole or not at all: written under another name, synced, renamed.
///
/// Nothing of the user's is replaced or removed: only files that the record in the folder, a manifest or a checkpoint of
/// ours names are (`OutputRecord`).
public final class OutputFolder: Sendable {
  /// Where it is, as given.
  public let path: String
  private let lock: Int32
  /// Folders that this run made, outermost first.
  private let made: [String]
  private let madeLock: Bool
  private let record: Mutex<OutputRecord>
  /// Files that this run has written.
  private let written = Mutex<Set<String>>([])
  /// Of half-written files, so that two runs never share one.
  private let suffix = String(UInt32.random(in: 0...UInt32.max), radix: 16) + ".partial"

  /// Opens or creates the folder and locks it.
  /// - Throws: `OutputError` when it cannot be made, listed or written, is locked by another run, or is not empty and
  ///   `allowExisting` is false. Nothing is left behind then.
  public convenience init(_ path: String, allowExisting: Bool) throws(OutputError) {
    guard !path.isEmpty else { throw OutputError(path: "''", reason: "an output folder needs a name") }
    try self.init(path, allowExisting: allowExisting, made: Self.make(path))
  }

  /// A new folder that no other run has taken: `path`, or `path-2`, `path-3`, ….
  convenience init(unused path: String) throws(OutputError) {
    let parent = (path as NSString).deletingLastPathComponent
    let parents = try Self.make(parent.isEmpty ? "." : parent)
    for number in 1...10_000 {
      let candidate = number == 1 ? path : "\(path)-\(number)"
      if mkdir(candidate, 0o777) == 0 {
        try self.init(candidate, allowExisting: false, made: parents + [candidate])
        return
      }
      guard errno == EEXIST else {
        let error = OutputError.system(candidate)
        for folder in parents.reversed() { rmdir(folder) }
        throw error
      }
    }
    throw OutputError(path: path, reason: "ten thousand folders of that name are there")
  }

  private init(_ path: String, allowExisting: Bool, made: [String]) throws(OutputError) {
    let opened: (lock: Int32, madeLock: Bool, record: OutputRecord)
    do throws(OutputError) {
      // Looked at before anything is put there.
      try Self.check(path, Self.readRecord(path), allowExisting: allowExisting)
      opened = try Self.locked(path)
    } catch {
      for folder in made.reversed() { rmdir(folder) }
      throw error
    }
    self.path = path
    self.made = made
    lock = opened.lock
    madeLock = opened.madeLock
    record = Mutex(opened.record)
    do throws(OutputError) {
      // Another run may have come and gone between the first look and the lock.
      try Self.check(path, opened.record, allowExisting: allowExisting)
      if Self.size(opened.lock) == 0 { try note(OutputRecord.magic) }
    } catch {
      withdraw()
      throw error
    }
    sweepAway()
  }

  deinit {
    // A child process on its way to exec still holds the descriptor; the lock must not wait for it.
    flock(lock, LOCK_UN)
    close(lock)
  }

  private static let lockName = ".lock"

  /// Makes the folder and those above it that are missing; which it made.
  private static func make(_ path: String) throws(OutputError) -> [String] {
    var made: [String] = []
    var prefix = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      prefix += (prefix.isEmpty || prefix == "/" ? "" : "/") + part
      if mkdir(prefix, 0o777) == 0 {
        made.append(prefix)
        continue
      }
      let code = errno
      var status = stat()
      if stat(prefix, &status) == 0 {
        if status.st_mode & S_IFMT == S_IFDIR { continue }
        for folder in made.reversed() { rmdir(folder) }
        throw OutputError(path: path, reason: prefix == path ? "it is a file" : "'\(prefix)' is a file")
      }
      for folder in made.reversed() { rmdir(folder) }
      throw OutputError(
        path: path, reason: "the folder cannot be created: \(String(cString: strerror(code)))")
    }
    return made
  }

  /// What is in a folder; a folder that cannot be listed is not taken for an empty one.
  private static func entries(_ path: String) throws(OutputError) -> [String] {
    guard let folder = opendir(path) else {
      throw OutputError(
        path: path, reason: "the folder cannot be listed: \(String(cString: strerror(errno)))")
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  private static func readRecord(_ path: String) throws(OutputError) -> OutputRecord {
    let file = "\(path)/\(lockName)"
    guard exists(file) else { return OutputRecord() }
    guard isRegular(file), let data = FileManager.default.contents(atPath: file),
      let record = OutputRecord(data)
    else {
      throw OutputError(path: path, reason: "'\(lockName)' in it is a file of another program")
    }
    return record
  }

  private static func check(_ path: String, _ record: OutputRecord, allowExisting: Bool) throws(OutputError) {
    let entries = try entries(path)
    guard !allowExisting, !entries.allSatisfy({ $0 == lockName || record.partials.contains($0) }) else {
      return
    }
    let isRun = entries.contains { isOurs($0, in: path, record) }
    throw OutputError(
      path: path,
      reason: "the folder is not empty (give "
        + (isRun ? "--resume to continue the run in it)" : "another one)"))
  }

  private static func size(_ descriptor: Int32) -> Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Opens and locks the lock file, which is still the folder's when it is locked.
  private static func locked(_ path: String) throws(OutputError) -> (Int32, madeLock: Bool, OutputRecord) {
    let file = "\(path)/\(lockName)"
    for _ in 0..<100 {
      var isNew = true
      var lock = open(file, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
      if lock < 0, errno == EEXIST {
        isNew = false
        lock = open(file, O_RDWR | O_APPEND | O_CLOEXEC)
        if lock < 0, errno == ENOENT { continue }
      }
      guard lock >= 0 else { throw OutputError.system(path) }
      guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
        let code = errno
        close(lock)
        throw code == EWOULDBLOCK
          ? OutputError(path: path, reason: "another run is using this folder")
          : OutputError.system(path, code)
      }
      var (held, named) = (stat(), stat())
      guard fstat(lock, &held) == 0, stat(file, &named) == 0, held.st_ino == named.st_ino else {
        close(lock)
        continue
      }
      do throws(OutputError) {
        return (lock, isNew, try readRecord(path))
      } catch {
        close(lock)
        throw error
      }
    }
    throw OutputError(path: path, reason: "its lock file does not stay")
  }

  /// Adds a line to the record, on the disk before what it speaks of.
  private func note(_ line: String?) throws(OutputError) {
    guard let line else { return }
    var failure: OutputError?
    Array(line.utf8).withUnsafeBytes { bytes in
      do throws(OutputError) { try Self.write(bytes, to: lock, url(Self.lockName)) } catch { failure = error }
    }
    if let failure { throw failure }
    fsync(lock)
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32, _ name: String)
    throws(OutputError)
  {
    var rest = bytes
    while let start = rest.baseAddress, !rest.isEmpty {
      let written = Foundation.write(file, start, rest.count)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw OutputError.system(name) }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// Removes what a killed run left half-written.
  private func sweepAway() {
    for name in record.withLock(\.partials) { unlink(url(name)) }
  }

  /// The path of a file in the folder.
  public func url(_ name: String) -> String { path + "/" + name }

  /// Whether a file is there.
  public func exists(_ name: String) -> Bool { Self.exists(url(name)) }

  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Not a folder, nor a pipe that would be waited for.
  private static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The bytes of a file, nil when it is not there.
  public func read(_ name: String) -> Data? { FileManager.default.contents(atPath: url(name)) }

  /// Whether a file is one that a run of ours wrote, and is as it was written.
  func isOurs(_ name: String) -> Bool { Self.isOurs(name, in: path, record.withLock { $0 }) }

  private static func isOurs(_ name: String, in path: String, _ record: OutputRecord) -> Bool {
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

  /// Whether there is something of a run of ours in it.
  var holdsRun: Bool {
    Self.outputs.contains { exists($0) && (lastRun != nil || isOurs($0)) }
  }

  /// What a run writes under its own name.
  static let outputs = [
    "config.yaml", Manifest.name, ExperimentRun.checkpointName, "summary.json", "table.txt", "data.h5",
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

  private static func digest(ofFile path: String) -> String? {
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
  public func write(_ name: String, _ body: (_ sink: @escaping (UnsafeRawBufferPointer) -> Void) -> Void)
    throws(OutputError)
  {
    try replace(name) { temporary throws(OutputError) in
      let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      guard file >= 0 else { throw OutputError.system(name) }
      defer { close(file) }
      var failure: OutputError?
      body { piece in
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
