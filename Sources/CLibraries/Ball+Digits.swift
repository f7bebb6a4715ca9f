internal import CArb
import Computing
import Foundation

extension Ball {
  /// The number in decimals, as far as the ball knows it and at most this many significant digits: the number itself is less than one
  /// unit of the last digit away. "±1.2e-70" where no digit is known, a bound of the magnitude.
  public func text(digits: Int) -> String {
    withUnsafeTemporaryAllocation(of: arb_struct.self, capacity: 1) { buffer in
      guard let number = buffer.baseAddress else { return "" }
      arb_init(number)
      defer { arb_clear(number) }
      copy(into: number)
      if arb_contains_zero(number) != 0, arb_is_zero(number) == 0 {
        // Two digits up: 5 % are at least the half unit of the second.
        return "±" + String(format: "%.1e", 1.0501 * magnitude.upper)
      }
      guard let characters = arb_get_str(number, digits, 2) else { return "" }  // 2: no radius
      defer { flint_free(characters) }
      return String(cString: characters)
    }
  }

  /// The ball as decimals, middle ± radius: it lies within, and the middle has at most this many significant digits. "0" and
  /// "inf" where nothing is known.
  public func decimals(digits: Int) -> (middle: String, radius: String) {
    let text = withUnsafeTemporaryAllocation(of: arb_struct.self, capacity: 1) { buffer -> String in
      guard let number = buffer.baseAddress else { return "" }
      arb_init(number)
      defer { arb_clear(number) }
      copy(into: number)
      // 1: all digits asked for, also those that are not known.
      guard let characters = arb_get_str(number, digits, 1) else { return "" }
      defer { flint_free(characters) }
      return String(cString: characters)
    }
    // "[1.25 +/- 3e-20]", "[+/- 3e-20]", or an exact "1.25".
    guard text.hasPrefix("["), let split = text.range(of: "+/-") else {
      return DecimalNumber(text) == nil ? ("0", "inf") : (text, "0")
    }
    let middle = text[text.index(after: text.startIndex)..<split.lowerBound].filter { $0 != " " }
    let radius = text[split.upperBound...].dropLast().filter { $0 != " " }
    return (middle.isEmpty ? "0" : middle, radius)
  }

  /// A text that gives back the same bits.
  public var exactText: String {
    withUnsafeTemporaryAllocation(of: arb_struct.self, capacity: 1) { buffer in
      guard let number = buffer.baseAddress else { return "" }
      arb_init(number)
      defer { arb_clear(number) }
      copy(into: number)
      guard let characters = arb_dump_str(number) else { return "" }
      defer { flint_free(characters) }
      return String(cString: characters)
    }
  }

  /// The ball of an `exactText`; nil where it is none.
  public init?(exactText text: String) {
    guard text.utf8.allSatisfy({ $0 < 128 && $0 != 0 }) else { return nil }
    var isRead = false
    self.init { isRead = arb_load_str($0, text) == 0 }
    guard isRead else { return nil }
  }
}
