import Foundation

/// Where a run prints: tables to the output, warnings and errors to the errors.
public struct Console: Sendable {
  /// Prints a text as it is; false when it could not be written.
  public let output: @Sendable (String) -> Bool
  /// Prints a message as it is.
  public let errors: @Sendable (String) -> Void

  /// Where text goes; `output` returns false when the reader has gone.
  public init(output: @escaping @Sendable (String) -> Bool, errors: @escaping @Sendable (String) -> Void) {
    self.output = output
    self.errors = errors
  }

  /// stdout and stderr of the process. A reader who has gone away (`| head`) is no failure, a full disk is.
  public static let standard = Console(
    output: { write($0, to: STDOUT_FILENO) }, errors: { _ = write($0, to: STDERR_FILENO) })

  /// Says nothing.
  static let silent = Console(output: { _ in true }, errors: { _ in })

  func print(_ text: String) throws(OutputError) {
    guard output(text) else { throw OutputError(path: "standard output", reason: "no space, or closed") }
  }

  /// Straight to the descriptor: `FileHandle` would end the process where there is no stderr.
  private static func write(_ text: String, to descriptor: Int32) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      // A pipe that does not block and is full.
      if written < 0, errno == EAGAIN {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&wanted, 1, -1) >= 0 || errno == EINTR else { return false }
        continue
      }
      guard written > 0 else { return errno == EPIPE }
      bytes = bytes.dropFirst(written)
    }
    return true
  }
}
