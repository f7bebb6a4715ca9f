/// A number as the user wrote it: its decimal text beside the nearest Double, so that certified arithmetic
/// starts from what the configuration says and not from its rounding.
public struct DecimalNumber: Sendable, Hashable, CustomStringConvertible,
  ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral
{
  /// Decimal text, e.g. "0.1"; parses exactly (as a decimal) in any precision.
  public let text: String
  /// The nearest Double, always finite.
  public let value: Double

  /// The number written in `text`; nil unless it is a finite decimal number.
  public init?(_ text: some StringProtocol) {
    let trimmed = String(text.filter { !$0.isWhitespace })
    let body = trimmed.drop { $0 == "+" || $0 == "-" }
    guard let first = body.first, first.isNumber || first == ".",
      trimmed.allSatisfy({ "0123456789+-.eE".contains($0) }),
      let value = Double(trimmed), value.isFinite
    else { return nil }
    self.text = trimmed
    self.value = value
  }

  /// The Double itself, by its shortest decimal text that reads back the same.
  /// - Precondition: `value` is finite.
  public init(_ value: Double) {
    precondition(value.isFinite, "a decimal number is finite")
    self.text = "\(value)"
    self.value = value
  }

  public init(floatLiteral value: Double) { self.init(value) }
  public init(integerLiteral value: Int) { self.init(Double(value)) }

  public var description: String { text }
}
