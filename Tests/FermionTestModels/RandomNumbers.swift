import Numerics
import TestRandomNumbers

/// Random numbers in the ranges that fermions need, the same every time.
public struct RandomNumbers {
  private var bits: SplitMix

  /// A sequence of its own for every seed.
  public init(seed: Int) { bits = SplitMix(seed: UInt64(truncatingIfNeeded: seed) &* 0xD134_2543_DE82_EF95) }

  /// Uniform in (0, 1).
  public mutating func next() -> Double { bits.unit() + 0x1p-54 }

  /// Uniform between two numbers.
  public mutating func within(_ low: Double, _ high: Double) -> Double { low + (high - low) * next() }

  /// Uniform in the logarithm.
  public mutating func scale(_ low: Double, _ high: Double) -> Double {
    .exp(within(.log(low), .log(high)))
  }

  /// A number from 0 to count − 1.
  public mutating func below(_ count: Int) -> Int { Int(next() * Double(count)) }
}
