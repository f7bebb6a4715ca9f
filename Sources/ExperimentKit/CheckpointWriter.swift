public import Computing
public import Numerics

/// Writes a checkpoint array by array, straight from where each lies: nothing is copied, and nothing encoded beforehand.
///
///     try run.safePoint(step: hierarchy.steps) { writer in
///       hierarchy.save(to: writer.part("hierarchy"))
///       writer.write("records", records)
///     }
public final class CheckpointWriter: StateSink {
  private let sink: (UnsafeRawBufferPointer) -> Void
  private var digest = SHA256()
  /// Whether nothing is written: on a rank that gives its part of the state to the one that writes.
  private let isSilent: Bool
  /// Why the state is not whole.
  private(set) var failure: (any Error)?

  /// Starts with the magic, the hash and the step; `sink` takes the bytes in order.
  init(configurationHash: String, step: Int, sink: @escaping (UnsafeRawBufferPointer) -> Void) {
    self.sink = sink
    isSilent = false
    Array(Checkpoint.magic.utf8).withUnsafeBytes(sink)
    write(configurationHash)
    write(step)
  }

  /// Writes nothing.
  init() {
    sink = { _ in }
    isSilent = true
  }

  public func fail(_ error: any Error) { failure = failure ?? error }

  /// Adds a named array. A name may be given once.
  public func write(_ name: String, _ values: UnsafeBufferPointer<Double>) {
    write(name)
    write(values.count)
    body(UnsafeRawBufferPointer(values))
  }

  /// Adds a named array.
  public func write(_ name: String, _ values: [Double]) { values.withUnsafeBufferPointer { write(name, $0) } }

  /// Adds a named array of complex numbers: real part, imaginary part, one after the other.
  public func write(_ name: String, _ values: [Complex<Double>]) {
    write(name)
    write(2 * values.count)
    values.withUnsafeBytes { body($0) }
  }

  /// Adds a named array that comes in pieces, all together `count` numbers.
  public func write(_ name: String, count: Int, pieces: ((UnsafeBufferPointer<Double>) -> Void) -> Void) {
    guard !isSilent else { return pieces { _ in } }
    write(name)
    write(count)
    var rest = count
    pieces { piece in
      rest -= piece.count
      body(UnsafeRawBufferPointer(piece))
    }
    precondition(rest == 0, "the pieces of an array are as long as it is")
  }

  /// Ends with the digest of the body.
  func finish() { Array(digest.hexadecimal().utf8).withUnsafeBytes(sink) }

  /// Bytes that are digested and handed on at a time: they stay in cache in between.
  static let pieceSize = 1 << 16

  private func body(_ bytes: UnsafeRawBufferPointer) {
    guard !isSilent else { return }
    for start in stride(from: 0, to: bytes.count, by: Self.pieceSize) {
      let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(bytes.count, start + Self.pieceSize)])
      digest.update(piece)
      sink(piece)
    }
  }

  private func write(_ text: String) {
    let bytes = Array(text.utf8)
    write(bytes.count)
    bytes.withUnsafeBytes { body($0) }
  }

  private func write(_ value: Int) { withUnsafeBytes(of: Int64(value).littleEndian) { body($0) } }
}
