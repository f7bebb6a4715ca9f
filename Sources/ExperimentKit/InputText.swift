import Foundation

/// The text of an input file, a pipe (`<(…)`, `/dev/stdin`) or, for "-", of standard input.
enum InputText {
  /// More than a configuration may have.
  private static let limit = 4 << 20

  /// Reads to the end.
  /// - Returns: the text, and what messages call the file.
  /// - Throws: `InputError` when it cannot be read; `ConfigurationError` when it is longer than 4 MiB or not UTF-8.
  static func read(_ path: String) throws -> (text: String, file: String) {
    let name = path == "-" ? "standard input" : path
    let file = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw InputError(path: name, reason: String(cString: strerror(errno))) }
    defer { close(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= limit {
      let count = Foundation.read(file, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw InputError(path: name, reason: String(cString: strerror(errno))) }
      if count == 0 { break }
      bytes += piece[..<count]
    }
    guard bytes.count <= limit else {
      throw ConfigurationError(file: name, path: "", message: "expected at most 4 MiB of YAML")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ConfigurationError(file: name, path: "", message: "expected UTF-8 text")
    }
    return (text, name)
  }
}
