// sin and cos of eight numbers at once, to about one unit in the last place for |x| < 10⁵:
// x = nπ/2 + r by Cody and Waite's three-part π/2, |r| ≤ π/4, then the minimax polynomials of fdlibm (W. J. Cody,
// W. Waite; Sun's k_sin, k_cos). No call and no branch: a factor of ten over libm in loops that follow characteristics.

/// (sin x, cos x), lane by lane. For |x| < 10⁵; larger arguments lose digits in proportion, and beyond 2³⁰ both are NaN.
@inlinable @inline(__always)
public func sineCosine(_ x: SIMD8<Double>) -> (sine: SIMD8<Double>, cosine: SIMD8<Double>) {
  // Adding 1.5·2⁵² rounds to an integer whose low bits are then the low bits of the sum.
  let shift = SIMD8<Double>(repeating: 0x1.8p52)
  let shifted = x * 0.63661977236758134308 + shift
  let n = shifted - shift
  var r = x - n * 1.57079632673412561417
  r -= n * 6.07710050630396597660e-11
  r -= n * 2.02226624879595063154e-21
  // No remainder is left of an angle without digits after the point: the polynomials would run off.
  r = r.replacing(with: .nan, where: (x .< -0x1p30) .| (x .> 0x1p30))

  let z = r * r
  var s = z * 1.58969099521155010221e-10 - 2.50507602534068634195e-8
  s = s * z + 2.75573137070700676789e-6
  s = s * z - 1.98412698298579493134e-4
  s = s * z + 8.33333333332248946124e-3
  s = s * z - 1.66666666666666324348e-1
  s = r + r * z * s
  var c = z * -1.13596475577881948265e-11 + 2.08757232129817482790e-9
  c = c * z - 2.75573143513906633035e-7
  c = c * z + 2.48015872894767294178e-5
  c = c * z - 1.38888888888741095749e-3
  c = c * z + 4.16666666666666019037e-2
  c = 1 - (0.5 * z - z * z * c)

  // Quadrant n mod 4: odd ones exchange sin and cos, bit 1 of n and of n + 1 are the signs.
  let quadrant = unsafeBitCast(shifted, to: SIMD8<UInt64>.self)
  let odd = (quadrant & 1) .== 1
  let sine = s.replacing(with: c, where: odd)
  let cosine = c.replacing(with: s, where: odd)
  let sineSign = (quadrant & 2) &<< 62
  let cosineSign = ((quadrant &+ 1) & 2) &<< 62
  return (
    unsafeBitCast(unsafeBitCast(sine, to: SIMD8<UInt64>.self) ^ sineSign, to: SIMD8<Double>.self),
    unsafeBitCast(unsafeBitCast(cosine, to: SIMD8<UInt64>.self) ^ cosineSign, to: SIMD8<Double>.self)
  )
}
