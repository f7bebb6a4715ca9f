import Foundation

// In Double the beta function is that of Arb.

extension Double: RealScalar {
  public init(_ number: DecimalNumber) { self = number.value }
  public mutating func addProduct(_ a: Double, _ b: Double) { self += a * b }
  public func exponential() -> Double { Foundation.exp(self) }
  public func logarithm() -> Double { Foundation.log(self) }
  public func power(_ n: Int) -> Double { Foundation.pow(self, Double(n)) }
  public func power(_ x: Double) -> Double { Foundation.pow(self, x) }
  public static func gamma(_ a: Double) -> Double { Foundation.tgamma(a) }
  /// Correct to rounding for arguments whose gamma functions overflow.
  public static func beta(_ a: Double, _ b: Double) -> Double {
    Ball.beta(Ball(exactly: a), Ball(exactly: b)).middle
  }
  public static func hull(_ a: Double, _ b: Double) -> Double { b }
  public static func maximum(_ a: Double, _ b: Double) -> Double { greatest(a, b) }
  public static func minimum(_ a: Double, _ b: Double) -> Double { least(a, b) }
  public var lower: Double { self }
  public var upper: Double { self }
}
