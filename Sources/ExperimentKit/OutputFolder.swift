import Foundation

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

  public var description: String { "cannot write \(path): \(reason)" }
}

/// The folder of one run. It is locked while the run lives (the lock dies with the process), and files appear
/// in it whole or not at all: written under another name, synced, renamed.
public final class OutputFolder: Sendable {
  /// Where it is, as given.
  public let path: String
  private let lock: Int32
  private let isNew: Bool

  /// Opens or creates the folder and locks it.
  /// - Throws: `OutputError` when it cannot be made or written, is locked by another run, or is not empty and
  ///   `allowExisting` is false.
  public init(_ path: String, allowExisting: Bool) throws(OutputError) {
    let manager = FileManager.default
    guard !path.isEmpty else { throw OutputError(path: "''", reason: "an output folder needs a name") }
    func requireEmpty() throws(OutputError) {
      guard !allowExisting else { return }
      let entries = (try? manager.contentsOfDirectory(atPath: path)) ?? []
      guard entries.allSatisfy({ $0 == Self.lockName || Self.isPartial($0) }) else {
        throw OutputError(path: path, reason: "the folder is not empty (give --resume to continue a run)")
      }
    }
    var isDirectory: ObjCBool = false
    isNew = !manager.fileExists(atPath: path, isDirectory: &isDirectory)
    if isNew {
      do {
        try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
      } catch {
        throw OutputError(path: path, reason: "the folder cannot be created")
      }
    } else {
      guard isDirectory.boolValue else { throw OutputError(path: path, reason: "it is a file") }
      try requireEmpty()
    }
    self.path = path
    let lock = open(path + "/" + Self.lockName, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    self.lock = lock
    guard lock >= 0 else { throw OutputError(path: path, reason: String(cString: strerror(errno))) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      throw OutputError(path: path, reason: "another run is using this folder")
    }
    // Another run may have come and gone between the first look and the lock.
    try requireEmpty()
    sweepAway()
  }

  deinit {
    guard lock >= 0 else { return }
    // A child process on its way to exec still holds the descriptor; the lock must not wait for it.
    flock(lock, LOCK_UN)
    close(lock)
  }

  private static let lockName = ".lock"
  private static let partial = ".partial"

  private static func isPartial(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(partial) }

  /// Removes what a killed run left half-written.
  private func sweepAway() {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for entry in entries where Self.isPartial(entry) { remove(entry) }
  }

  /// The path of a file in the folder.
  public func url(_ name: String) -> String { path + "/" + name }

  /// Whether a file is there.
  public func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: url(name)) }

  /// The bytes of a file, nil when it is not there.
  public func read(_ name: String) -> Data? { FileManager.default.contents(atPath: url(name)) }

  /// Removes a file.
  public func remove(_ name: String) { unlink(url(name)) }

  /// Leaves no trace of a run that failed: removes these files, and the folder if this run made it.
  func withdraw(_ names: [String]) {
    for name in names { remove(name) }
    sweepAway()
    guard isNew, (try? FileManager.default.contentsOfDirectory(atPath: path)) == [Self.lockName] else {
      return
    }
    remove(Self.lockName)
    rmdir(path)
  }

  /// The SHA-256 of a file, read piece by piece; nil when it cannot be read.
  public func digest(_ name: String) -> String? {
    guard let file = FileHandle(forReadingAtPath: url(name)) else { return nil }
    defer { try? file.close() }
    var digest = SHA256()
    do {
      while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { digest.update(Array(piece)) }
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
      guard file >= 0 else { throw OutputError(path: name, reason: String(cString: strerror(errno))) }
      defer { close(file) }
      var failure: OutputError?
      body { piece in
        var rest = piece
        while failure == nil, let start = rest.baseAddress, !rest.isEmpty {
          let written = Foundation.write(file, start, rest.count)
          if written < 0, errno == EINTR { continue }
          guard written > 0 else {
            failure = OutputError(path: name, reason: String(cString: strerror(errno)))
            return
          }
          rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
      }
      if let failure { throw failure }
    }
  }

  /// Lets `body` make a file under another name, syncs it, and renames it to `name`.
  public func replace(_ name: String, _ body: (_ temporary: String) throws(OutputError) -> Void)
    throws(OutputError)
  {
    let temporary = url("." + name + Self.partial)
    do throws(OutputError) {
      try body(temporary)
      let file = open(temporary, O_RDWR | O_CLOEXEC)
      guard file >= 0 else { throw OutputError(path: name, reason: String(cString: strerror(errno))) }
      defer { close(file) }
      guard fsync(file) == 0, rename(temporary, url(name)) == 0 else {
        throw OutputError(path: name, reason: String(cString: strerror(errno)))
      }
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
