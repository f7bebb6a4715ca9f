// Complex balls over Arb: rectangles that contain the exact result of every operation.

internal import CArb

/// A complex number known to lie in a rectangle, at the working precision of `Ball`.
public struct ComplexBall: Sendable, CustomStringConvertible {
  private let storage: Storage

  /// An `acb_t`, initialised and cleared with the object, and not written after it was made.
  private final class Storage: @unchecked Sendable {
    let value: UnsafeMutablePointer<acb_struct>

    init() {
      value = .allocate(capacity: 1)
      acb_init(value)
    }

    deinit {
      acb_clear(value)
      value.deallocate()
    }
  }

  private init(_ fill: (UnsafeMutablePointer<acb_struct>) -> Void) {
    storage = Storage()
    fill(storage.value)
  }

  private var value: UnsafeMutablePointer<acb_struct> { storage.value }

  /// x + iy
  public init(_ real: Ball, _ imaginary: Ball = Ball(0)) {
    self.init { result in
      real.copy(into: acb_real(result))
      imaginary.copy(into: acb_imag(result))
    }
  }

  /// x + iy, exactly.
  public init(exactly real: Double, _ imaginary: Double) {
    self.init(Ball(exactly: real), Ball(exactly: imaginary))
  }

  /// i
  public static var i: ComplexBall { ComplexBall(exactly: 0, 1) }

  /// Re z
  public var real: Ball { Ball(copying: acb_real(value)) }
  /// Im z
  public var imaginary: Ball { Ball(copying: acb_imag(value)) }

  /// a + b
  public static func + (a: ComplexBall, b: ComplexBall) -> ComplexBall {
    ComplexBall { acb_add($0, a.value, b.value, Ball.precision) }
  }
  /// a − b
  public static func - (a: ComplexBall, b: ComplexBall) -> ComplexBall {
    ComplexBall { acb_sub($0, a.value, b.value, Ball.precision) }
  }
  /// a b
  public static func * (a: ComplexBall, b: ComplexBall) -> ComplexBall {
    ComplexBall { acb_mul($0, a.value, b.value, Ball.precision) }
  }
  /// a / b; contains everything when b contains 0.
  public static func / (a: ComplexBall, b: ComplexBall) -> ComplexBall {
    ComplexBall { acb_div($0, a.value, b.value, Ball.precision) }
  }
  /// −a
  public static prefix func - (a: ComplexBall) -> ComplexBall { ComplexBall { acb_neg($0, a.value) } }

  /// e^z
  public func exponential() -> ComplexBall { ComplexBall { acb_exp($0, value, Ball.precision) } }
  /// erfc z = (2/√π) ∫_z^∞ e^{−t²} dt
  public func complementaryErrorFunction() -> ComplexBall {
    ComplexBall { acb_hypgeom_erfc($0, value, Ball.precision) }
  }

  /// |z|
  public var magnitude: Ball { Ball { acb_abs($0, value, Ball.precision) } }
  /// arg z in (−π, π]; all of it where the rectangle meets the cut.
  public var argument: Ball { Ball { acb_arg($0, value, Ball.precision) } }

  /// Whether 0 may be the number; also where nothing is known of it.
  public var containsZero: Bool { acb_is_finite(value) == 0 || acb_contains_zero(value) != 0 }
  /// Whether all its ends are finite.
  public var isFinite: Bool { acb_is_finite(value) != 0 }
  /// Whether every number of the other rectangle is in the interior of this.
  public func containsInInterior(_ other: ComplexBall) -> Bool {
    acb_contains_interior(value, other.value) != 0
  }
  /// Whether the two may be the same number.
  public func overlaps(_ other: ComplexBall) -> Bool { acb_overlaps(value, other.value) != 0 }

  /// The middle of the rectangle, exactly.
  public var middle: ComplexBall { ComplexBall { acb_get_mid($0, value) } }
  /// The least rectangle that holds both.
  public static func hull(_ a: ComplexBall, _ b: ComplexBall) -> ComplexBall {
    ComplexBall { acb_union($0, a.value, b.value, Ball.precision) }
  }
  /// The rectangle widened by a radius on all sides.
  public func widened(by radius: Double) -> ComplexBall {
    ComplexBall { result in
      acb_set(result, value)
      arb_add_error_double(acb_real(result), radius)
      arb_add_error_double(acb_imag(result), radius)
    }
  }

  public var description: String { "\(real) + \(imaginary)i" }
}
