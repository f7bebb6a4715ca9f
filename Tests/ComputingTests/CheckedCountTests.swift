import Computing
import Testing

@Suite("Checked counts")
struct CheckedCountTests {
  @Test("a count that is no integer of a sane size is refused, not trapped")
  func counts() throws {
    #expect(try checkedCount(2.5e9 + 0.4, "n", expected: "less") == 2_500_000_000)
    for value in [1e16, -1e300, .infinity, .nan] {
      #expect(throws: ArgumentError.self) { try checkedCount(value, "n", expected: "less") }
    }
    #expect(throws: ArgumentError.self) { try checkedCount(1e30, atMost: 1e40, "n", expected: "less") }
    #expect(throws: ArgumentError.self) { try checkedCount(101, atMost: 100, "n", expected: "less") }
  }
}
