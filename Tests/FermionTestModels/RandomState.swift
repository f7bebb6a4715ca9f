public import ManyBody
import Numerics

/// A reproducible random state.
public func randomState(_ space: FockSpace, seed: UInt64) throws -> FockState {
  var bits = seed
  func next() -> Double {  // splitmix64
    bits &+= 0x9E37_79B9_7F4A_7C15
    var z = bits
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double(z ^ (z >> 31)) / 0x1p64 - 0.5
  }
  let count = space.dimensions.reduce(1, *)
  return try FockState(
    space: space, coefficients: (0..<count).map { _ in Complex(next(), next()) }
  ).normalized()
}
