import Foundation

/// The state of an interrupted run: a step counter and named arrays, exact to the bit.
///
/// On disk: magic, then the body — configuration hash, step, and array by array a name and its numbers — and at the end the
/// SHA-256 (hex) of the body. It is written by `CheckpointWriter` and read piece by piece, so that the state is never held
/// more often than the run itself holds it.
public struct Checkpoint: Sendable, Equatable {
  /// How far the run got, in units the experiment chooses.
  public var step: Int
  /// The state.
  public var arrays: [String: [Double]]

  /// The step it was taken after, and the arrays that determine all later ones.
  public init(step: Int, arrays: [String: [Double]]) {
    self.step = step
    self.arrays = arrays
  }

  /// The bytes of a checkpoint file.
  public func encoded(configurationHash: String) -> Data {
    var data = Data()
    let writer = CheckpointWriter(configurationHash: configurationHash, step: step) {
      data.append(contentsOf: $0)
    }
    write(to: writer)
    writer.finish()
    return data
  }

  /// Writes the arrays in the order of their names.
  func write(to writer: CheckpointWriter) {
    for name in arrays.keys.sorted() { writer.write(name, arrays[name] ?? []) }
  }

  /// The checkpoint in these bytes with the hash of its configuration; nil when the bytes are not intact.
  public static func decoded(_ data: Data) -> (checkpoint: Checkpoint, configurationHash: String)? {
    var offset = data.startIndex
    var reader = CheckpointParser(size: data.count) { target in
      guard data.endIndex - offset >= target.count else { return false }
      data.copyBytes(to: target, from: offset..<offset + target.count)
      offset += target.count
      return true
    }
    return reader.checkpoint()
  }

  /// The checkpoint in a file, read piece by piece; nil when it is not intact.
  static func read(_ path: String) -> (checkpoint: Checkpoint, configurationHash: String)? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { return nil }
    var reader = CheckpointParser(size: Int(status.st_size)) { target in
      var rest = UnsafeMutableRawBufferPointer(rebasing: target[...])
      while let start = rest.baseAddress, !rest.isEmpty {
        let count = Foundation.read(file, start, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
      }
      return true
    }
    return reader.checkpoint()
  }

  /// Whether a file says of itself that it is a checkpoint of this program's, damaged or not.
  static func isOurs(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    let head = Data("vlasov-hierarchy checkpoint ".utf8)
    return (try? file.read(upToCount: head.count)) == head
  }

  static let magic = "vlasov-hierarchy checkpoint 2\n"
  /// Bytes of the digest.
  static let digestSize = 64
}

/// Reads a checkpoint from a source of bytes. No length is believed beyond the bytes that are there.
private struct CheckpointParser {
  /// Fills the buffer, or returns false.
  let source: (UnsafeMutableRawBufferPointer) -> Bool
  /// Bytes of the body that are still to come.
  private var rest: Int
  private var digest = SHA256()

  init(size: Int, source: @escaping (UnsafeMutableRawBufferPointer) -> Bool) {
    self.source = source
    rest = size - Checkpoint.magic.utf8.count - Checkpoint.digestSize
  }

  mutating func checkpoint() -> (checkpoint: Checkpoint, configurationHash: String)? {
    var magic = [UInt8](repeating: 0, count: Checkpoint.magic.utf8.count)
    guard rest >= 0, magic.withUnsafeMutableBytes(source), magic.elementsEqual(Checkpoint.magic.utf8),
      let hash = text(), let step = integer()
    else { return nil }
    var arrays: [String: [Double]] = [:]
    while rest > 0 {
      guard let name = text(), arrays[name] == nil, let values = numbers() else { return nil }
      arrays[name] = values
    }
    var signature = [UInt8](repeating: 0, count: Checkpoint.digestSize)
    guard signature.withUnsafeMutableBytes(source), signature.elementsEqual(digest.hexadecimal().utf8) else {
      return nil
    }
    return (Checkpoint(step: step, arrays: arrays), hash)
  }

  private mutating func fill(_ target: UnsafeMutableRawBufferPointer) -> Bool {
    guard target.count <= rest else { return false }
    rest -= target.count
    // A piece is digested while it is in cache.
    for start in stride(from: 0, to: target.count, by: CheckpointWriter.pieceSize) {
      let end = min(target.count, start + CheckpointWriter.pieceSize)
      let piece = UnsafeMutableRawBufferPointer(rebasing: target[start..<end])
      guard source(piece) else { return false }
      digest.update(UnsafeRawBufferPointer(piece))
    }
    return true
  }

  private mutating func integer() -> Int? {
    var value: Int64 = 0
    let isRead = withUnsafeMutableBytes(of: &value) { fill($0) }
    return isRead ? Int(Int64(littleEndian: value)) : nil
  }

  private mutating func text() -> String? {
    guard let count = integer(), count >= 0, count <= rest else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    guard bytes.withUnsafeMutableBytes({ fill($0) }) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func numbers() -> [Double]? {
    guard let count = integer(), count >= 0, count <= rest / 8 else { return nil }
    var isRead = false
    let values = [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      isRead = fill(UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: 8 * count))
      if !isRead { buffer.initialize(repeating: 0) }
      initialized = count
    }
    return isRead ? values : nil
  }
}
