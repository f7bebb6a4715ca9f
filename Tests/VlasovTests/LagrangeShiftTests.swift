import CLibraries
import Computing
import Numerics
import TestRandomNumbers
import Testing
import Vlasov

@Suite("Shifts of a line by any distance")
struct LagrangeShiftTests {
  private static func apply(_ shift: Double, _ line: [Double], inner: Int = 1) -> [Double] {
    var result = [Double](repeating: .nan, count: line.count)
    result.withUnsafeMutableBufferPointer { target in
      line.withUnsafeBufferPointer { source in
        LagrangeShift(shift).apply(
          source.baseAddress!, to: target.baseAddress!, outer: 1, count: line.count / inner, inner: inner)
      }
    }
    return result
  }

  @Test(
    "a whole shift copies every bit, and brings zero from outside", arguments: [0, 1, -3, 7, -40, 41, 1000])
  func whole(shift: Int) {
    var generator = SplitMix(seed: 5)
    let line = (0..<41).map { _ in Double.random(in: -1...1, using: &generator) }
    let expected = line.indices.map { line.indices.contains($0 + shift) ? line[$0 + shift] : 0 }
    #expect(Self.apply(Double(shift), line) == expected)
    // The rounding of a distance that is whole does not make it another.
    #expect(Self.apply(Double(shift) * (1 + 3e-16), line) == expected)
  }

  @Test(
    "random waves up to a momentum are carried to sixteen points' accuracy, and none grows",
    arguments: [0.4, 0.8, 1.2, 2])
  func waves(momentum: Double) {
    var generator = SplitMix(seed: 11)
    for _ in 0..<8 {
      let waves = (0..<5).map { _ in
        (
          Double.random(in: -1...1, using: &generator), Double.random(in: 0...momentum, using: &generator),
          Double.random(in: 0...6, using: &generator)
        )
      }
      let value = { (x: Double) in waves.reduce(0) { $0 + $1.0 * Double.cos($1.1 * x + $1.2) } }
      let shift = Double.random(in: -5...5, using: &generator)
      let moved = Self.apply(shift, (0..<80).map { value(Double($0)) })
      let bound =
        waves.reduce(0) { $0 + $1.0.magnitude * 3.1e-6 * Double.pow($1.1, 16) }
        + 1e-14
      for g in 14..<66 { #expect((moved[g] - value(Double(g) + shift)).magnitude <= bound) }
      // Near the ends with fewer points: to the accuracy of two of them, 1/8 of the second derivative.
      let rough = waves.reduce(0) { $0 + $1.0.magnitude * $1.1 * $1.1 / 8 } + 1e-14
      for g in 0..<80 where Double(g) + shift >= 0 && Double(g) + shift <= 79 {
        #expect((moved[g] - value(Double(g) + shift)).magnitude <= rough)
      }
      for g in 0..<80 where Double(g) + shift < 0 || Double(g) + shift > 79 { #expect(moved[g] == 0) }
    }
  }

  @Test("blocks are carried as lines are")
  func blocks() {
    var generator = SplitMix(seed: 2)
    for inner in [2, 9, 24] {
      let line = (0..<(30 * inner)).map { _ in Double.random(in: -1...1, using: &generator) }
      for shift in [0.37, -2.6, 3, 11.5] {
        let moved = Self.apply(shift, line, inner: inner)
        for i in 0..<inner {
          let single = Self.apply(shift, (0..<30).map { line[$0 * inner + i] })
          for g in 0..<30 { #expect((moved[g * inner + i] - single[g]).magnitude < 1e-14) }
        }
      }
    }
  }
}
