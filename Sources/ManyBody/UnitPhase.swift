public import Numerics

extension Complex where RealType == Double {
  /// e^{iθ}; NaN for an angle that is not finite (where `Complex(length:phase:)` stops the program), so that a solution
  /// that has overflowed is found by the checks of its stepper.
  public static func unit(_ angle: Double) -> Complex<Double> { Complex(.cos(angle), .sin(angle)) }
}
