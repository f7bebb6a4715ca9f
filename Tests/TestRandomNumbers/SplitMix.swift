import Numerics

/// The generator of Steele, Lea and Flood (Fast splittable pseudorandom number generators, 2014): the same numbers from the same
/// seed on every machine, for all tests.
public struct SplitMix: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Begins at the seed itself; neighbouring seeds give unrelated numbers.
  public init(seed: UInt64) { state = seed }

  /// Begins far from where neighbouring seeds do, zero too.
  public init(spreading seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in [0, 1), of 53 bits.
  public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in the range.
  public mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * unit()
  }

  /// Between two positive numbers, uniform in the logarithm.
  public mutating func scale(_ low: Double, _ high: Double) -> Double { low * .pow(high / low, unit()) }

  /// A whole number of the range.
  public mutating func integer(_ range: ClosedRange<Int>) -> Int {
    min(range.upperBound, range.lowerBound + Int(unit() * Double(range.count)))
  }

  /// A number from 0 to count − 1; 0 of none.
  public mutating func below(_ count: Int) -> Int { count < 1 ? 0 : Int(next() % UInt64(count)) }
}
