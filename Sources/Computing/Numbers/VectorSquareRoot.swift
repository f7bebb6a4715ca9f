// Square roots of eight numbers at once, without a call or a branch (a SIMD vector's own squareRoot() goes lane by lane
// through libm, for the sake of errno). y ≈ x^{−1/2} from the halved exponent (error 3·10⁻²), then three iterations
// of third order, y ← y(15/8 − r(5/4 − 3r/8)), r = xy² (E. Halley), and one of Newton's for the root itself.

/// 1/√x to about two units in the last place, for normal x > 0; finite (and large) at 0.
@inlinable @inline(__always)
public func reciprocalSquareRoot(_ x: SIMD8<Double>) -> SIMD8<Double> {
  let guess =
    SIMD8<UInt64>(repeating: 0x5fe6_eb50_c7b5_37a9) &- (unsafeBitCast(x, to: SIMD8<UInt64>.self) &>> 1)
  var y = unsafeBitCast(guess, to: SIMD8<Double>.self)
  var r = x * y * y
  y *= 1.875 - r * (1.25 - r * 0.375)
  r = x * y * y
  y *= 1.875 - r * (1.25 - r * 0.375)
  r = x * y * y
  y *= 1.875 - r * (1.25 - r * 0.375)
  return y
}

/// √x to about one unit in the last place, for x ≥ 0 (zero or normal).
@inlinable @inline(__always)
public func squareRoot(_ x: SIMD8<Double>) -> SIMD8<Double> {
  let y = reciprocalSquareRoot(x)
  let root = x * y
  return root + 0.5 * y * (x - root * root)
}
