import CLibraries

/// Many numbers in a record: a picture, a density on a grid. A checkpoint holds them as they lie, beside the text of the
/// record, so that they are neither written out in decimals nor held twice.
///
///     struct Row: Codable, Sendable { let time: Double; let picture: RecordedArray }
///
/// Every one must be finite, as all of a record.
public struct RecordedArray: Codable, Sendable, Hashable {
  /// The numbers, row-major where there are several axes.
  public let values: [Double]

  /// The numbers.
  public init(_ values: [Double]) { self.values = values }

  /// In a checkpoint its place on the shelf and its length, elsewhere the numbers.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let shelf = decoder.userInfo[.shelf] as? Shelf else {
      values = try container.decode([Double].self)
      return
    }
    let place = try container.decode([Int].self)
    guard place.count == 2, shelf.arrays.indices.contains(place[0]), shelf.arrays[place[0]].count == place[1]
    else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no array \(place)")
    }
    values = shelf.arrays[place[0]]
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    guard let shelf = encoder.userInfo[.shelf] as? Shelf else { return try container.encode(values) }
    if let value = values.first(where: { !$0.isFinite }) {
      throw EncodingError.invalidValue(
        value, .init(codingPath: encoder.codingPath, debugDescription: "a number that is not finite"))
    }
    shelf.arrays.append(values)
    try container.encode([shelf.arrays.count - 1, values.count])
  }

  /// The arrays of one record, in the order in which they were encoded.
  final class Shelf: Sendable {
    // One encoder or decoder has it, on one thread.
    nonisolated(unsafe) var arrays: [[Double]]

    init(_ arrays: [[Double]] = []) { self.arrays = arrays }
  }
}

extension CodingUserInfoKey {
  /// Where the arrays of a record are.
  static let shelf = CodingUserInfoKey(rawValue: "shelf")!
}
