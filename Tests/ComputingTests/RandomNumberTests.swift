import Computing
import Testing

@Suite("Random numbers")
struct RandomNumberTests {
  /// The known answers of Random123 (kat_vectors, philox4x32, 10 rounds).
  @Test(
    "Philox gives the published vectors",
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
  func philox(input: [UInt32], expected: [UInt32]) {
    let random = CounterRandom(seed: UInt64(input[4]) | UInt64(input[5]) << 32)
    let words = random.words(input[0], input[1], input[2], input[3])
    #expect([words.0, words.1, words.2, words.3] == expected)
  }

  @Test("uniform numbers fill the open unit interval, and lie in the middle of their cells")
  func uniform() {
    let ends = uniformNumbers(of: SIMD8(0, 0xffff_ffff, 0x8000_0000, 0, 0, 0, 0, 0))
    #expect(ends[0] == 0x1p-33)
    #expect(ends[1] == 1 - 0x1p-33)
    #expect(ends[2] == 0.5 + 0x1p-33)
    let fine = uniformNumbers(of52Bits: SIMD8(0, (1 << 52) - 1, 1 << 51, 0, 0, 0, 0, 0))
    #expect(fine[0] == 0x1p-53)
    #expect(fine[1] == 1 - 0x1p-53)
    #expect(fine[2] == 0.5 + 0x1p-53)
  }
}
