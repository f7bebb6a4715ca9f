import Numerics

/// Steele, Lea and Flood's generator: the same numbers every time.
public struct RandomNumbers {
  private var state: UInt64

  /// A sequence of its own for every seed.
  public init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0xD134_2543_DE82_EF95 }

  /// Uniform in (0, 1).
  public mutating func next() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return (Double((z ^ (z >> 31)) >> 11) + 0.5) / 0x1p53
  }

  /// Uniform between two numbers.
  public mutating func within(_ low: Double, _ high: Double) -> Double { low + (high - low) * next() }

  /// Uniform in the logarithm.
  public mutating func scale(_ low: Double, _ high: Double) -> Double {
    .exp(within(.log(low), .log(high)))
  }

  /// A number from 0 to count − 1.
  public mutating func below(_ count: Int) -> Int { Int(next() * Double(count)) }
}
