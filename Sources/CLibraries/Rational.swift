// Exact rational arithmetic over FLINT's fmpq: what decides on written decimals, where a rounded sum or product would.

internal import CArb

/// A rational number, exactly: 0.1 is one tenth here, 0.3 its triple, and 0.1 · 0.7 equals 0.14/2.
///
/// For conditions on the decimals of a configuration ("a multiple of the time step", "σs ≥ ħ/2") whose boundary
/// is an ordinary case. Numbers grow with the digits written; nothing is computed in it that is not compared.
public struct Rational: Sendable, Comparable {
  private let storage: Storage

  /// An `fmpq_t`, initialised and cleared with the object; written once, before it is shared.
  private final class Storage: @unchecked Sendable {
    let value: UnsafeMutablePointer<fmpq>

    init() {
      value = .allocate(capacity: 1)
      fmpq_init(value)
    }

    deinit {
      fmpq_clear(value)
      value.deallocate()
    }
  }

  private init(_ fill: (UnsafeMutablePointer<fmpq>) -> Void) {
    storage = Storage()
    fill(storage.value)
  }

  private var value: UnsafeMutablePointer<fmpq> { storage.value }

  /// The decimal as it was written.
  public init(_ number: DecimalNumber) {
    // A number that is zero may have any exponent.
    guard number.value != 0 else {
      self.init(0)
      return
    }
    let parts = number.text.split(maxSplits: 1) { $0 == "e" || $0 == "E" }
    let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    let written = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let digits = (mantissa[0] + fraction).drop { $0 == "+" }
    // What DecimalNumber accepts is digits with a point and an exponent, and its Double is finite.
    self.init { result in
      let failed = rational_set_decimal(result, String(digits), written - fraction.count) != 0
      precondition(!failed, "a decimal number is digits, a point and an exponent")
    }
  }

  /// An integer.
  public init(_ integer: Int) { self.init { fmpq_set_si($0, integer, 1) } }

  /// a + b
  public static func + (a: Rational, b: Rational) -> Rational { Rational { fmpq_add($0, a.value, b.value) } }
  /// a − b
  public static func - (a: Rational, b: Rational) -> Rational { Rational { fmpq_sub($0, a.value, b.value) } }
  /// a · b
  public static func * (a: Rational, b: Rational) -> Rational { Rational { fmpq_mul($0, a.value, b.value) } }
  /// a/b
  /// - Precondition: b ≠ 0.
  public static func / (a: Rational, b: Rational) -> Rational {
    precondition(fmpq_is_zero(b.value) == 0, "division by zero")
    return Rational { fmpq_div($0, a.value, b.value) }
  }

  /// |a|
  public var magnitude: Rational { Rational { fmpq_abs($0, value) } }

  public static func == (a: Rational, b: Rational) -> Bool { fmpq_equal(a.value, b.value) != 0 }
  public static func < (a: Rational, b: Rational) -> Bool { fmpq_cmp(a.value, b.value) < 0 }

  /// The number as an Int, nil unless it is an integer in range.
  public var integer: Int? { rational_fits_slong(value) != 0 ? rational_get_slong(value) : nil }

  /// Whether the number is an integer, of any size.
  public var isInteger: Bool { rational_is_integer(value) != 0 }
}

extension DecimalNumber {
  /// The number written as an Int, nil unless it is an integer as written: 1.0 and 1e3 are, 1.00000000000000000001,
  /// whose Double is 1, is not.
  public var integer: Int? {
    guard value == value.rounded(), value.magnitude < 0x1p63 else { return nil }
    return Rational(self).integer
  }
}
