internal import CArb
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
}
