import CLibraries
import Foundation

/// Records as a checkpoint holds them: their JSON, six bytes in a Double, so that every number of a checkpoint is finite, and
/// their arrays as they are.
enum RecordText {
  /// The record as JSON in Doubles, the number of bytes, then the bytes; and its arrays.
  /// - Throws: `NumericalFailure` naming the figure that is not finite: an absent figure is nil, not NaN.
  static func packed(_ record: some Encodable) throws -> (text: [Double], arrays: [[Double]]) {
    let shelf = RecordedArray.Shelf()
    let encoder = JSONEncoder()
    encoder.userInfo[.shelf] = shelf
    do {
      return (pack(try encoder.encode(record)), shelf.arrays)
    } catch EncodingError.invalidValue(let value, let context) {
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
      let name = path.hasPrefix(".record.") ? path.dropFirst(8) : path[...]
      throw NumericalFailure(in: "the figure '\(name)'", "\(value)")
    }
  }

  /// The record back, bit for bit; nil when it is none.
  static func unpacked<Record: Decodable>(_ numbers: [Double], _ arrays: [[Double]], as type: Record.Type)
    -> Record?
  {
    let decoder = JSONDecoder()
    decoder.userInfo[.shelf] = RecordedArray.Shelf(arrays)
    return unpack(numbers).flatMap { try? decoder.decode(type, from: $0) }
  }

  /// Bytes in Doubles: how many, then six in each.
  static func pack(_ bytes: Data) -> [Double] {
    var numbers = [Double(bytes.count)]
    numbers.reserveCapacity(bytes.count / 6 + 2)
    var (word, filled) = (0, 0)
    for byte in bytes {
      word = word << 8 | Int(byte)
      filled += 1
      if filled == 6 {
        numbers.append(Double(word))
        (word, filled) = (0, 0)
      }
    }
    if filled > 0 { numbers.append(Double(word << (8 * (6 - filled)))) }
    return numbers
  }

  /// The bytes; nil when the numbers are none that `pack` makes.
  static func unpack(_ numbers: [Double]) -> Data? {
    guard let first = numbers.first, let count = Int(exactly: first), count >= 0,
      numbers.count - 1 == count / 6 + (count % 6 == 0 ? 0 : 1)
    else { return nil }
    var bytes = Data(capacity: count + 6)
    for number in numbers.dropFirst() {
      guard let word = Int(exactly: number), (0..<1 << 48).contains(word) else { return nil }
      for shift in stride(from: 40, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    return bytes.prefix(count)
  }
}
