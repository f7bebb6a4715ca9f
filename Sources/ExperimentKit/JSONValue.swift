import Foundation

/// A JSON value whose objects keep the order of their keys. Non-finite numbers are written as null, Doubles by
/// their shortest text that reads back the same.
public indirect enum JSONValue: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByFloatLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  /// One key with its value.
  public struct Member: Sendable, Equatable {
    /// The name.
    public let key: String
    /// What stands behind it.
    public let value: JSONValue
  }

  /// null; NaN and the infinities are written so as well.
  case null
  /// true or false.
  case boolean(Bool)
  /// Digits without a point.
  case integer(Int)
  /// The shortest decimal that reads back to the same Double.
  case number(Double)
  /// A text, escaped when written.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Members in the order they are written.
  case object([Member])

  public init(stringLiteral value: String) { self = .string(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(nilLiteral: ()) { self = .null }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member(key: $0.0, value: $0.1) })
  }

  /// An object from pairs, in order.
  public static func object(_ pairs: [(String, JSONValue)]) -> JSONValue {
    .object(pairs.map { Member(key: $0.0, value: $0.1) })
  }

  /// A number, or null where there is none.
  public static func optional(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }

  /// A list of numbers.
  public static func numbers(_ values: [Double]) -> JSONValue { .array(values.map(JSONValue.number)) }

  /// Row-major numbers as lists of lists; as one list where there is no more than one axis.
  public static func numbers(_ values: [Double], shape: [Int]) -> JSONValue {
    guard shape.count > 1, shape[0] > 0 else { return .numbers(values) }
    let size = values.count / shape[0]
    return .array(
      (0..<shape[0]).map {
        .numbers(Array(values[$0 * size..<($0 + 1) * size]), shape: Array(shape.dropFirst()))
      })
  }

  /// The value under a key of an object, nil otherwise.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// Compact text.
  public var text: String {
    var output = ""
    write(into: &output, indent: nil, depth: 0)
    return output
  }

  /// Text with one member or element of the two outer levels a line: readable, and diffable by row.
  public var readableText: String {
    var output = ""
    write(into: &output, indent: 2, depth: 0)
    return output + "\n"
  }

  private func write(into output: inout String, indent: Int?, depth: Int) {
    switch self {
    case .null: output += "null"
    case .boolean(let value): output += value ? "true" : "false"
    case .integer(let value): output += "\(value)"
    case .number(let value): output += value.isFinite ? "\(value)" : "null"
    case .string(let value): Self.write(value, into: &output)
    case .array(let elements):
      list("[", "]", elements.count, &output, indent, depth) { index, output in
        elements[index].write(into: &output, indent: indent, depth: depth + 1)
      }
    case .object(let members):
      list("{", "}", members.count, &output, indent, depth) { index, output in
        Self.write(members[index].key, into: &output)
        output += indent == nil ? ":" : ": "
        members[index].value.write(into: &output, indent: indent, depth: depth + 1)
      }
    }
  }

  private func list(
    _ open: String, _ close: String, _ count: Int, _ output: inout String, _ indent: Int?, _ depth: Int,
    _ element: (Int, inout String) -> Void
  ) {
    let lines = indent != nil && depth < 2 && count > 0
    output += open
    for index in 0..<count {
      if index > 0 { output += lines || indent == nil ? "," : ", " }
      if lines { output += "\n" + String(repeating: " ", count: (indent ?? 0) * (depth + 1)) }
      element(index, &output)
    }
    if lines { output += "\n" + String(repeating: " ", count: (indent ?? 0) * depth) }
    output += close
  }

  private static func write(_ text: String, into output: inout String) {
    output += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\t": output += "\\t"
      case "\r": output += "\\r"
      default:
        if scalar.value < 0x20 {
          output += String(format: "\\u%04x", scalar.value)
        } else {
          output.unicodeScalars.append(scalar)
        }
      }
    }
    output += "\""
  }
}
