// Real balls over Arb: every operation returns an interval that contains the exact result.

internal import CArb

/// A real number known to lie in an interval, at a working precision of 256 bits (Arb).
///
/// Built from the decimal text of a configuration, so that a bound computed in balls is a bound for what the
/// user wrote. `lower` and `upper` are rounded outward to Doubles.
public struct Ball: RealScalar, CustomStringConvertible {
  private var storage: Storage

  /// The working precision in bits: twice what the narrowest segment of a table, one ulp of its radius wide, takes from
  /// a difference of its ends, and a Double to spare.
  static let precision = 256

  /// An `arb_t`, initialised and cleared with the object; written only while nobody else holds it.
  private final class Storage: @unchecked Sendable {
    let value: UnsafeMutablePointer<arb_struct>

    init() {
      value = .allocate(capacity: 1)
      arb_init(value)
    }

    deinit {
      arb_clear(value)
      value.deallocate()
    }
  }

  init(_ fill: (UnsafeMutablePointer<arb_struct>) -> Void) {
    storage = Storage()
    fill(storage.value)
  }

  private var value: UnsafeMutablePointer<arb_struct> { storage.value }

  public init(_ number: DecimalNumber) {
    self.init { result in
      // The text was checked by DecimalNumber; a text Arb cannot read would give an unbounded ball.
      if arb_set_str(result, number.text, Ball.precision) != 0 { arb_zero_pm_inf(result) }
    }
  }

  public init(_ integer: Int) { self.init { arb_set_si($0, integer) } }

  /// The Double, exactly; everything when it is NaN.
  public init(exactly value: Double) { self.init { arb_set_d($0, value) } }

  public static var pi: Ball { Ball { arb_const_pi($0, precision) } }

  public static func + (a: Ball, b: Ball) -> Ball { Ball { arb_add($0, a.value, b.value, precision) } }
  public static func - (a: Ball, b: Ball) -> Ball { Ball { arb_sub($0, a.value, b.value, precision) } }
  public static func * (a: Ball, b: Ball) -> Ball { Ball { arb_mul($0, a.value, b.value, precision) } }
  /// Contains everything when b contains 0.
  public static func / (a: Ball, b: Ball) -> Ball { Ball { arb_div($0, a.value, b.value, precision) } }
  public static prefix func - (a: Ball) -> Ball { Ball { arb_neg($0, a.value) } }

  /// In place when nobody else holds the number: no memory is allocated.
  public mutating func addProduct(_ a: Ball, _ b: Ball) {
    if isKnownUniquelyReferenced(&storage) {
      arb_addmul(storage.value, a.value, b.value, Ball.precision)
    } else {
      self = self + a * b
    }
  }

  public var magnitude: Ball { Ball { arb_abs($0, value) } }
  /// Of the nonnegative part of the ball, as for a number known to be ≥ 0.
  public func squareRoot() -> Ball { Ball { arb_sqrtpos($0, value, Ball.precision) } }
  public func exponential() -> Ball { Ball { arb_exp($0, value, Ball.precision) } }
  public func logarithm() -> Ball { Ball { arb_log($0, value, Ball.precision) } }

  public func power(_ n: Int) -> Ball {
    if n < 0 { return Ball(1) / power(-n) }
    return Ball { arb_pow_ui($0, value, UInt(n), Ball.precision) }
  }

  public func power(_ x: Ball) -> Ball {
    Ball { result in
      // 0 is allowed as a base: |a|ˣ is increasing in the base, so the two ends enclose it.
      if arb_contains_zero(value) != 0 {
        let end = Ball { arb_get_abs_ubound_arf(arb_mid($0), value, Ball.precision) }
        arb_pow(result, end.value, x.value, Ball.precision)
        if end.isZero { arb_zero(result) }
        let zero = Ball(0)
        arb_union(result, result, zero.value, Ball.precision)
      } else {
        arb_pow(result, value, x.value, Ball.precision)
      }
    }
  }

  public static func maximum(_ a: Ball, _ b: Ball) -> Ball {
    Ball { arb_max($0, a.value, b.value, precision) }
  }
  public static func minimum(_ a: Ball, _ b: Ball) -> Ball {
    Ball { arb_min($0, a.value, b.value, precision) }
  }
  public static func gamma(_ a: Ball) -> Ball { Ball { arb_gamma($0, a.value, precision) } }
  public static func beta(_ a: Ball, _ b: Ball) -> Ball { gamma(a) * gamma(b) / gamma(a + b) }
  public static func hull(_ a: Ball, _ b: Ball) -> Ball {
    Ball { arb_union($0, a.value, b.value, precision) }
  }

  /// The same ball, for what keeps its numbers otherwise.
  init(copying other: UnsafePointer<arb_struct>) { self.init { arb_set($0, other) } }
  func copy(into other: UnsafeMutablePointer<arb_struct>) { arb_set(other, value) }

  private var isZero: Bool { arb_is_zero(value) != 0 }

  public var lower: Double {
    let end = arb_lower_double(value, Ball.precision)
    return end.isNaN ? -.infinity : end
  }
  public var upper: Double {
    let end = arb_upper_double(value, Ball.precision)
    return end.isNaN ? .infinity : end
  }

  /// A Double ≥ the radius of the ball; ∞ where it holds everything.
  public var radius: Double { arb_radius_double(value) }

  /// The Double nearest to the middle of the ball; NaN where the ball holds everything.
  public var middle: Double { arb_middle_double(value) }

  public var description: String { "[\(lower), \(upper)]" }
}
