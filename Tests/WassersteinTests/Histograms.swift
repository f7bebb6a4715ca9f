import Wasserstein

/// Uniform deviates of [0, 1) by x ← 6364136223846793005·x + 1442695040888963407 mod 2⁶⁴, (x >> 11)·2⁻⁵³.
struct LinearCongruential {
  var state: UInt64

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-53
  }

  /// `count` deviates, those below `threshold` set to zero.
  mutating func masses(_ count: Int, above threshold: Double = 0) -> [Double] {
    (0..<count).map { _ in
      let value = next()
      return value < threshold ? 0 : value
    }
  }
}

/// |q − q'| on a circle of length Λ.
func circularDistance(_ a: Double, _ b: Double, period: Double) -> Double {
  let difference = (a - b).magnitude
  return min(difference, period - difference)
}
