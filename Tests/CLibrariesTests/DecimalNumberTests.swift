import CLibraries
import Testing

struct DecimalNumberTests {
  @Test("decimal texts keep their text; what is not a finite decimal number is refused")
  func parsing() {
    #expect(DecimalNumber("0.10")?.text == "0.10")
    #expect(DecimalNumber("0.10")?.value == 0.1)
    #expect(DecimalNumber("-1.5e-3")?.value == -0.0015)
    #expect(DecimalNumber(" 2.50 ")?.text == "2.50")
    #expect(DecimalNumber("0.000e-999")?.value == 0)
    for text in [
      "1 2", "1e-400", "-3.5e-999", "", "abc", "nan", "inf", "1e400", "0x10", "1_000", "١", "--1", "1e", ".",
      "+", "1,5",
    ] {
      #expect(DecimalNumber(text) == nil, "\(text)")
    }
    #expect(DecimalNumber(0.1).text == "0.1")
  }

  @Test("memory requests that overflow or do not fit are refused with the number")
  func memory() {
    #expect(Memory.product(1 << 40, 1 << 40) == nil)
    #expect(Memory.product(3, 4, 5) == 60)
    let error = #expect(throws: MemoryError.self) { try Memory.require(1 << 60, for: "a test") }
    #expect(error?.description.contains("1.0 EiB") == true)
    #expect(throws: MemoryError.self) { try Memory.require(nil, for: "a test") }
    #expect(throws: Never.self) { try Memory.require(1 << 20, for: "a test") }
  }

  @Test("workers cover the range once, whatever the grain", arguments: [1, 2, 7])
  func workers(threads: Int) {
    for count in [0, 1, 5, 1000] {
      let marks = UnsafeMutablePointer<Int>.allocate(capacity: count + 1)
      marks.initialize(repeating: 0, count: count + 1)
      nonisolated(unsafe) let shared = marks
      Workers(threads: threads).forEachRange(of: count, grain: 3) { range in
        for i in range { shared[i] += 1 }
      }
      #expect((0..<count).allSatisfy { marks[$0] == 1 })
      marks.deallocate()
    }
  }
}
