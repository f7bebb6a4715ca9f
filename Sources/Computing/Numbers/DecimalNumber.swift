/// A number as the user wrote it: its decimal text beside the nearest Double, so that certified arithmetic
/// starts from what the configuration says and not from its rounding.
public struct DecimalNumber: Sendable, Hashable, CustomStringConvertible,
  ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral
{
  /// Decimal text, e.g. "0.1"; parses exactly (as a decimal) in any precision.
  public let text: String
  /// The nearest Double, always finite.
  public let value: Double

  /// The number written in `text`, space around it aside; nil unless it is a finite decimal number that Float64 can
  /// tell from zero when it is not zero.
  public init?(_ text: some StringProtocol) {
    var trimmed = String(text.drop { $0.isWhitespace })
    while trimmed.last?.isWhitespace == true { trimmed.removeLast() }
    let body = trimmed.drop { $0 == "+" || $0 == "-" }
    guard let first = body.first, first.isNumber || first == ".",
      trimmed.allSatisfy({ "0123456789+-.eE".contains($0) }),
      let value = Double(trimmed), value.isFinite
    else { return nil }
    // 1e-400 is positive for exact arithmetic and zero for Float64: two different models.
    let isWrittenAsZero = !body.prefix { $0 != "e" && $0 != "E" }.contains { ("1"..."9").contains($0) }
    guard isWrittenAsZero || value != 0 else { return nil }
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
  public init(integerLiteral value: Int) { self.init(value) }

  /// An integer, all digits of it.
  public init(_ integer: Int) {
    self.text = "\(integer)"
    self.value = Double(integer)
  }

  public var description: String { text }
}
