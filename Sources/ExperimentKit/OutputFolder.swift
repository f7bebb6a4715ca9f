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
  let lock: Int32
  /// Folders that this run made, outermost first.
  let made: [String]
  let madeLock: Bool
  let record: Mutex<OutputRecord>
  /// Files that this run has written.
  let written = Mutex<Set<String>>([])
  /// Of half-written files, so that two runs never share one.
  let suffix = String(UInt32.random(in: 0...UInt32.max), radix: 16) + ".partial"

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

  static let lockName = ".lock"

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
  static func entries(_ path: String) throws(OutputError) -> [String] {
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
  func note(_ line: String?) throws(OutputError) {
    guard let line else { return }
    var failure: OutputError?
    Array(line.utf8).withUnsafeBytes { bytes in
      do throws(OutputError) { try Self.write(bytes, to: lock, url(Self.lockName)) } catch { failure = error }
    }
    if let failure { throw failure }
    fsync(lock)
  }

  static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32, _ name: String)
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
  func sweepAway() {
    for name in record.withLock(\.partials) { unlink(url(name)) }
  }
}
