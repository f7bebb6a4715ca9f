import Foundation

/// Output that cannot be written: where and why (exit 73).
public struct OutputError: Error, Sendable, Hashable, CustomStringConvertible {
  public let path: String
  public let reason: String

  public var description: String { "cannot write \(path): \(reason)" }
}

/// The folder of one run. It is locked while the run lives (the lock dies with the process), and files appear
/// in it whole or not at all: written under another name, synced, renamed.
public final class OutputFolder: Sendable {
  public let path: String
  private let lock: Int32

  /// Opens or creates the folder.
  /// - Throws: `OutputError` when it cannot be made or written, is locked by another run, or is not empty and
  ///   `allowExisting` is false.
  init(_ path: String, allowExisting: Bool) throws(OutputError) {
    let manager = FileManager.default
    var isDirectory: ObjCBool = false
    if manager.fileExists(atPath: path, isDirectory: &isDirectory) {
      guard isDirectory.boolValue else { throw OutputError(path: path, reason: "it is a file") }
      let entries = (try? manager.contentsOfDirectory(atPath: path)) ?? []
      guard allowExisting || entries.allSatisfy({ $0 == Self.lockName }) else {
        throw OutputError(path: path, reason: "the folder is not empty (give --resume to continue a run)")
      }
    } else {
      do {
        try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
      } catch {
        throw OutputError(path: path, reason: "the folder cannot be created")
      }
    }
    lock = open(path + "/" + Self.lockName, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    self.path = path
    guard lock >= 0 else { throw OutputError(path: path, reason: String(cString: strerror(errno))) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw OutputError(path: path, reason: "another run is using this folder")
    }
  }

  deinit {
    if lock >= 0 { close(lock) }
  }

  private static let lockName = ".lock"

  func url(_ name: String) -> String { path + "/" + name }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: url(name)) }

  func read(_ name: String) -> Data? { FileManager.default.contents(atPath: url(name)) }

  func remove(_ name: String) { try? FileManager.default.removeItem(atPath: url(name)) }

  /// Writes a file whole or not at all.
  func write(_ data: Data, to name: String) throws(OutputError) {
    try replace(name) { temporary throws(OutputError) in
      let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      guard file >= 0 else { throw OutputError(path: name, reason: String(cString: strerror(errno))) }
      defer { close(file) }
      var offset = 0
      while offset < data.count {
        let written = data.withUnsafeBytes {
          Foundation.write(file, $0.baseAddress! + offset, data.count - offset)
        }
        guard written > 0 else { throw OutputError(path: name, reason: String(cString: strerror(errno))) }
        offset += written
      }
    }
  }

  /// Lets `body` make a file under another name, syncs it, and renames it to `name`.
  func replace(_ name: String, _ body: (_ temporary: String) throws(OutputError) -> Void) throws(OutputError)
  {
    let temporary = url("." + name + ".partial")
    do throws(OutputError) {
      try body(temporary)
      let file = open(temporary, O_RDWR | O_CLOEXEC)
      guard file >= 0, fsync(file) == 0, close(file) == 0, rename(temporary, url(name)) == 0 else {
        throw OutputError(path: url(name), reason: String(cString: strerror(errno)))
      }
    } catch {
      unlink(temporary)
      throw OutputError(path: url(name), reason: error.reason)
    }
  }
}
