public import Numerics

extension Complex where RealType == Double {
  /// e^{iθ}; NaN for an angle that is not finite (where `Complex(length:phase:)` stops the program), so that a solution
  /// or a product of extreme numbers that has overflowed is found by the checks of whoever uses it.
  @inlinable
  public static func unit(_ angle: Double) -> Complex<Double> { Complex(.cos(angle), .sin(angle)) }
}
