// Philox4x32-10, the counter-based generator of J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random
// numbers: as easy as 1, 2, 3" (SC11): a bijection of 128-bit counters under a 64-bit key,
//
//     (c_0,c_1,c_2,c_3) ← (hi(M_1c_2) ⊕ c_1 ⊕ k_0, lo(M_1c_2), hi(M_0c_0) ⊕ c_3 ⊕ k_1, lo(M_0c_0)),   k ← k + W,
//
// ten times. A number depends on its counter alone: any block of a sample can be drawn by any thread or rank.
// Eight counters at once, 32-bit words in 64-bit lanes (the products are 64 bits wide); about 4 ns a word.

/// The Philox4x32-10 random function under one key.
public struct CounterRandom: Sendable, Hashable {
  @usableFromInline let key0: UInt64
  @usableFromInline let key1: UInt64

  /// Four words of eight counters, each below 2³².
  public typealias Words = (SIMD8<UInt64>, SIMD8<UInt64>, SIMD8<UInt64>, SIMD8<UInt64>)

  /// The generator of a seed: its low and high 32 bits are the key.
  public init(seed: UInt64) {
    key0 = seed & 0xffff_ffff
    key1 = seed >> 32
  }

  /// The function at eight counters.
  @inlinable @inline(__always)
  public func words(_ counter: Words) -> Words {
    let low = SIMD8<UInt64>(repeating: 0xffff_ffff)
    let m0 = SIMD8<UInt64>(repeating: 0xd251_1f53)
    let m1 = SIMD8<UInt64>(repeating: 0xcd9e_8d57)
    var (c0, c1, c2, c3) = counter
    var k0 = key0
    var k1 = key1
    for _ in 0..<10 {
      let p0 = (c0 & low) &* m0
      let p1 = (c2 & low) &* m1
      c0 = (p1 &>> 32) ^ c1 ^ SIMD8(repeating: k0)
      c1 = p1 & low
      c2 = (p0 &>> 32) ^ c3 ^ SIMD8(repeating: k1)
      c3 = p0 & low
      k0 = (k0 &+ 0x9e37_79b9) & 0xffff_ffff
      k1 = (k1 &+ 0xbb67_ae85) & 0xffff_ffff
    }
    return (c0, c1, c2, c3)
  }

  /// The function at one counter.
  public func words(_ c0: UInt32, _ c1: UInt32, _ c2: UInt32, _ c3: UInt32) -> (
    UInt32, UInt32, UInt32, UInt32
  ) {
    let lanes = { (c: UInt32) in SIMD8(repeating: UInt64(c)) }
    let result = words((lanes(c0), lanes(c1), lanes(c2), lanes(c3)))
    return (UInt32(result.0[0]), UInt32(result.1[0]), UInt32(result.2[0]), UInt32(result.3[0]))
  }
}

/// (n + ½)·2⁻³² for 32-bit words n: uniform in (0, 1).
@inlinable @inline(__always)
public func uniformNumbers(of words: SIMD8<UInt64>) -> SIMD8<Double> {
  let exponent = SIMD8<UInt64>(repeating: 0x4330_0000_0000_0000)  // 2⁵²
  return (unsafeBitCast(words | exponent, to: SIMD8<Double>.self) - 0x1p52 + 0.5) * 0x1p-32
}

/// (n + ½)·2⁻⁵² for 52-bit integers n: uniform in (0, 1).
@inlinable @inline(__always)
public func uniformNumbers(of52Bits words: SIMD8<UInt64>) -> SIMD8<Double> {
  let exponent = SIMD8<UInt64>(repeating: 0x4330_0000_0000_0000)
  return (unsafeBitCast(words | exponent, to: SIMD8<Double>.self) - 0x1p52 + 0.5) * 0x1p-52
}
