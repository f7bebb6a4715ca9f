import CLibraries
import Testing

@Suite("Decimal numbers")
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
}
