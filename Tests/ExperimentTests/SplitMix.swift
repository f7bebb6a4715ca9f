import Foundation

/// Steele, Lea and Flood's generator: the same sample every time.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number from 0 to count − 1; 0 of none.
  mutating func below(_ count: Int) -> Int { count < 1 ? 0 : Int(next() % UInt64(count)) }

  /// A number between two, uniform in the logarithm.
  mutating func scale(_ low: Double, _ high: Double) -> Double {
    low * pow(high / low, Double(next() >> 11) / 0x1p53)
  }
}
