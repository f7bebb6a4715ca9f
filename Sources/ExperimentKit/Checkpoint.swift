import Foundation

/// The state of an interrupted run: a step counter and named arrays, exact to the bit.
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

  /// Layout: magic, SHA-256 of the rest (hex), then configuration hash, step and the arrays in name order.
  public func encoded(configurationHash: String) -> Data {
    var body = Data()
    func append(_ text: String) {
      append(text.utf8.count)
      body.append(contentsOf: text.utf8)
    }
    func append(_ value: Int) {
      withUnsafeBytes(of: Int64(value).littleEndian) { body.append(contentsOf: $0) }
    }
    append(configurationHash)
    append(step)
    append(arrays.count)
    for name in arrays.keys.sorted() {
      append(name)
      let values = arrays[name] ?? []
      append(values.count)
      values.withUnsafeBytes { body.append(contentsOf: $0) }
    }
    return Data((Self.magic + SHA256.hexadecimal(body)).utf8) + body
  }

  /// The checkpoint in these bytes with the hash of its configuration; nil when the bytes are not intact.
  public static func decoded(_ data: Data) -> (checkpoint: Checkpoint, configurationHash: String)? {
    let head = magic.utf8.count
    guard data.count > head + 64, data.prefix(head) == Data(magic.utf8) else { return nil }
    let digest = data.dropFirst(head).prefix(64)
    let body = Data(data.dropFirst(head + 64))
    guard Data(SHA256.hexadecimal(body).utf8) == digest else { return nil }
    var offset = 0
    func integer() -> Int? {
      guard body.count - offset >= 8 else { return nil }
      defer { offset += 8 }
      return body.withUnsafeBytes {
        Int(Int64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Int64.self)))
      }
    }
    func text() -> String? {
      guard let count = integer(), count >= 0, count <= body.count - offset else { return nil }
      defer { offset += count }
      return String(decoding: body[offset..<offset + count], as: UTF8.self)
    }
    guard let hash = text(), let step = integer(), let count = integer(), count >= 0 else {
      return nil
    }
    var arrays: [String: [Double]] = [:]
    for _ in 0..<count {
      guard let name = text(), let length = integer(), length >= 0, length <= (body.count - offset) / 8 else {
        return nil
      }
      arrays[name] = body.withUnsafeBytes { bytes in
        (0..<length).map { bytes.loadUnaligned(fromByteOffset: offset + 8 * $0, as: Double.self) }
      }
      offset += 8 * length
    }
    return (Checkpoint(step: step, arrays: arrays), hash)
  }

  private static let magic = "vlasov-hierarchy checkpoint 1\n"
}
