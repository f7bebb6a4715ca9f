// exp and log of eight numbers at once, to about one unit in the last place, without a call or a branch.
//
// exp x = 2ⁿ e^r, n = round(x/log 2), |r| ≤ (log 2)/2, e^r by its Taylor polynomial of degree 13 (remainder 4e-18).
// log x = k log 2 + log(1+f), √½ ≤ 1+f < √2, with fdlibm's minimax polynomial in s = f/(2+f) (Sun's e_log).

/// eˣ, lane by lane; 0 below x = −708, the value at 709 above.
@inlinable @inline(__always)
public func exponential(_ x: SIMD8<Double>) -> SIMD8<Double> {
  let shift = SIMD8<Double>(repeating: 0x1.8p52)
  let lowest = SIMD8<Double>(repeating: -708)
  let clamped = x.clamped(lowerBound: lowest, upperBound: SIMD8(repeating: 709))
  let shifted = clamped * 1.4426950408889634 + shift
  let n = shifted - shift
  var r = clamped - n * 6.93147180369123816490e-01
  r -= n * 1.90821492927058770002e-10
  var e = r * (1 / 6_227_020_800.0) + 1 / 479_001_600.0
  e = e * r + 1 / 39_916_800.0
  e = e * r + 1 / 3_628_800.0
  e = e * r + 1 / 362_880.0
  e = e * r + 1 / 40_320.0
  e = e * r + 1 / 5_040.0
  e = e * r + 1 / 720.0
  e = e * r + 1 / 120.0
  e = e * r + 1 / 24.0
  e = e * r + 1 / 6.0
  e = e * r + 0.5
  e = e * r + 1
  e = e * r + 1
  let scale = (unsafeBitCast(shifted, to: SIMD8<UInt64>.self) &+ 1023) &<< 52
  let result = e * unsafeBitCast(scale, to: SIMD8<Double>.self)
  return result.replacing(with: 0, where: x .< lowest)
}

/// log x for normal x > 0, lane by lane.
@inlinable @inline(__always)
public func logarithm(_ x: SIMD8<Double>) -> SIMD8<Double> {
  let bits = unsafeBitCast(x, to: SIMD8<UInt64>.self)
  // Biased exponent of x/√½: the bits of √½ are taken off and 1023 is put back.
  let biased = (bits &- 0x3fe6_a09e_667f_3bcd &+ 0x3ff0_0000_0000_0000) &>> 52
  let mantissa = bits &- (biased &<< 52) &+ 0x3ff0_0000_0000_0000
  let k = unsafeBitCast(biased | 0x4330_0000_0000_0000, to: SIMD8<Double>.self) - (0x1p52 + 1023)
  let f = unsafeBitCast(mantissa, to: SIMD8<Double>.self) - 1
  let s = f / (f + 2)
  let z = s * s
  var p = z * 1.479819860511658591e-01 + 1.531383769920937332e-01
  p = p * z + 1.818357216161805012e-01
  p = p * z + 2.222219843214978396e-01
  p = p * z + 2.857142874366239149e-01
  p = p * z + 3.999999999940941908e-01
  p = p * z + 6.666666666666735130e-01
  let half = f * f * 0.5
  let correction = s * (half + p * z) + k * 1.90821492927058770002e-10
  return k * 6.93147180369123816490e-01 - ((half - correction) - f)
}
