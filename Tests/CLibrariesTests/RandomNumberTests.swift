import CLibraries
import Foundation
import Testing

@Suite struct RandomNumberTests {
  /// The known answers of Random123 (kat_vectors, philox4x32, 10 rounds).
  @Test(
    arguments: [
      ([0, 0, 0, 0, 0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (
        [UInt32](repeating: 0xffff_ffff, count: 6), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344, 0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ] as [([UInt32], [UInt32])])
  func philoxGivesThePublishedVectors(input: [UInt32], expected: [UInt32]) {
    let random = CounterRandom(seed: UInt64(input[4]) | UInt64(input[5]) << 32)
    let words = random.words(input[0], input[1], input[2], input[3])
    #expect([words.0, words.1, words.2, words.3] == expected)
  }

  @Test func uniformNumbersFillTheOpenUnitInterval() {
    let ends = uniformNumbers(of: SIMD8(0, 0xffff_ffff, 0x8000_0000, 0, 0, 0, 0, 0))
    #expect(ends[0] == 0x1p-33)
    #expect(ends[1] == 1 - 0x1p-33)
    #expect(ends[2] == 0.5 + 0x1p-33)
    let fine = uniformNumbers(of52Bits: SIMD8(0, (1 << 52) - 1, 1 << 51, 0, 0, 0, 0, 0))
    #expect(fine[0] == 0x1p-53)
    #expect(fine[1] == 1 - 0x1p-53)
    #expect(fine[2] == 0.5 + 0x1p-53)
  }

  /// Among the first 2^m points every dyadic interval of length 2^{−m} of every axis holds one.
  @Test func sobolPointsAreANetOnEveryAxis() throws {
    let count = 256
    let dimension = 40
    let sequence = try SobolSequence(dimension: dimension)
    var points = [UInt32](repeating: 0, count: dimension * count)
    points.withUnsafeMutableBufferPointer { buffer in
      sequence.next(100, into: buffer.baseAddress!, stride: count)
      sequence.next(count - 100, into: buffer.baseAddress! + 100, stride: count)
    }
    for axis in 0..<dimension {
      let cells = Set((0..<count).map { points[axis * count + $0] >> 22 })
      #expect(cells.count == count, "axis \(axis)")
    }
    #expect(throws: ArgumentError.self) { try SobolSequence(dimension: 41) }
  }

  @Test func exponentialAndLogarithmAgreeWithTheLibrary() {
    var x = -740.0
    while x < 709 {
      let value = exponential(SIMD8(repeating: x))[3]
      let expected = x < -708 ? 0 : exp(x)
      #expect((value - expected).magnitude <= 4e-16 * expected, "exp \(x)")
      x += 0.3717
    }
    for exponent in stride(from: -300.0, through: 300, by: 0.7313) {
      let argument = pow(10, exponent)
      let value = logarithm(SIMD8(repeating: argument))[5]
      #expect(
        (value - log(argument)).magnitude <= 3e-16 * max(log(argument).magnitude, 1e-3), "log \(argument)")
    }
    #expect(logarithm(SIMD8(repeating: 1)) == .zero)
    #expect((logarithm(SIMD8(repeating: 1 - 1e-9))[0] - log(1 - 1e-9)).magnitude < 1e-24)
  }

  @Test func squareRootsAgreeWithTheLibrary() {
    for exponent in stride(from: -290.0, through: 290, by: 0.4171) {
      let argument = pow(10, exponent)
      let root = squareRoot(SIMD8(repeating: argument))[6]
      #expect((root - argument.squareRoot()).magnitude <= 2.3e-16 * root, "√\(argument)")
      let reciprocal = reciprocalSquareRoot(SIMD8(repeating: argument))[1]
      #expect((reciprocal * argument.squareRoot() - 1).magnitude <= 8e-16)
    }
    #expect(squareRoot(.zero) == .zero)
    #expect(reciprocalSquareRoot(.zero)[0].isFinite)
  }
}
