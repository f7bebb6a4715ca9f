import Foundation

/// The real numbers the constants of the interaction and the bounds are computed in: `Double` for speed,
/// `Ball` (Arb) for certified values. An enclosure [lower, upper] of Doubles comes back out of either.
public protocol RealScalar: Sendable {
  /// The number a decimal stands for: nearest Double, or a ball that holds it.
  init(_ number: DecimalNumber)
  /// An integer, exactly.
  init(_ integer: Int)
  /// π
  static var pi: Self { get }

  /// a + b
  static func + (a: Self, b: Self) -> Self
  /// a − b
  static func - (a: Self, b: Self) -> Self
  /// a · b
  static func * (a: Self, b: Self) -> Self
  /// a/b; a ball that holds 0 as b gives the whole line.
  static func / (a: Self, b: Self) -> Self
  /// −a
  static prefix func - (a: Self) -> Self

  /// self ← self + a · b
  mutating func addProduct(_ a: Self, _ b: Self)

  /// |a|
  var magnitude: Self { get }
  /// √a for a ≥ 0.
  func squareRoot() -> Self
  /// eᵃ
  func exponential() -> Self
  /// ln a for a > 0.
  func logarithm() -> Self
  /// aⁿ for an integer n.
  func power(_ n: Int) -> Self
  /// aˣ for a ≥ 0.
  func power(_ x: Self) -> Self
  /// The larger of two numbers; of balls, a ball that holds it.
  static func maximum(_ a: Self, _ b: Self) -> Self
  /// The smaller of two numbers; of balls, a ball that holds it.
  static func minimum(_ a: Self, _ b: Self) -> Self
  /// Γ(a) for a > 0.
  static func gamma(_ a: Self) -> Self
  /// Euler's integral ∫_0^1 x^{a−1}(1 − x)^{b−1} dx = Γ(a)Γ(b)/Γ(a + b) for a, b > 0.
  static func beta(_ a: Self, _ b: Self) -> Self
  /// A number known to be one of two, or between them: the smallest ball that holds both, of Doubles the second.
  static func hull(_ a: Self, _ b: Self) -> Self

  /// A Double not above the number; equal to `upper` for `Double`.
  var lower: Double { get }
  /// A Double not below the number.
  var upper: Double { get }
}

extension RealScalar {
  /// 0
  public static var zero: Self { Self(0) }
  /// 1
  public static var one: Self { Self(1) }
  /// a ← a + b
  public static func += (a: inout Self, b: Self) { a = a + b }
  /// a ← a · b
  public static func *= (a: inout Self, b: Self) { a = a * b }

  /// Whether a < b is certain: for balls, whichever of their numbers are meant.
  public func isCertainlyBelow(_ other: Self) -> Bool { (self - other).upper < 0 }

  /// Volume of the unit ball of R^d: 2, π, 4π/3.
  public static func unitBallVolume(dimension: Int) -> Self {
    switch dimension {
    case 1: Self(2)
    case 2: Self.pi
    default: Self(4) * Self.pi / Self(3)
    }
  }

  /// Area of the unit sphere of R^d: 2, 2π, 4π (d times the volume of the ball).
  public static func unitSphereArea(dimension: Int) -> Self {
    Self(dimension) * unitBallVolume(dimension: dimension)
  }
}
