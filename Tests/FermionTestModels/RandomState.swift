public import ManyBody
import Numerics
import TestRandomNumbers

/// A reproducible random state.
public func randomState(_ space: FockSpace, seed: UInt64) throws -> FockState {
  var bits = SplitMix(seed: seed)
  func next() -> Double { Double(bits.next()) / 0x1p64 - 0.5 }
  let count = space.dimensions.reduce(1, *)
  return try FockState(
    space: space, coefficients: (0..<count).map { _ in Complex(next(), next()) }
  ).normalized()
}
