import CLibraries
import Testing

@Suite("Rational numbers")
struct RationalTests {
  private func number(_ text: String) throws -> Rational { Rational(try #require(DecimalNumber(text))) }

  @Test("sums, products and quotients of decimals are exact where Doubles round")
  func exactness() throws {
    #expect(try number("0.1") + number("0.2") == number("0.3"))
    #expect(0.1 + 0.2 != 0.3)
    #expect(try number("0.1") * number("0.7") == number("0.14") / Rational(2))
    #expect(0.1 * 0.7 != 0.14 / 2)
    #expect(try number("1") < number("1.00000000000000000000000000001"))
    #expect(try number("-1e-300") < number("0.000e-999999999999999999999"))
    #expect(try (number("-2.5") - number("1")).magnitude == number("3.5"))
    #expect(try number("0.7") / number("0.1") == Rational(7))
    #expect(try !(number("0.30000000000000004") / number("0.1")).isInteger)
  }

  @Test("every form in which a decimal can be written is read, by exact numbers and by balls")
  func forms() throws {
    let half = try number("0.5")
    for text in ["+0.5", ".5", "00.5", "5e-1", "5.E-1", "+.05e+1", "50.00E-2", "0.005e2"] {
      #expect(try number(text) == half, "\(text)")
      let ball = Ball(try #require(DecimalNumber(text)))
      #expect(ball.lower == 0.5 && ball.upper == 0.5, "\(text)")
    }
    #expect(try number("1e300") * number("1e-300") == Rational(1))
  }

  @Test("a decimal is an integer by what is written, not by its Double")
  func integers() {
    #expect(DecimalNumber("2.000")?.integer == 2)
    #expect(DecimalNumber("-1.2e3")?.integer == -1200)
    #expect(DecimalNumber("9007199254740993")?.integer == 9_007_199_254_740_993)
    #expect(DecimalNumber("2.00000000000000000001")?.value == 2)
    #expect(DecimalNumber("2.00000000000000000001")?.integer == nil)
    #expect(DecimalNumber("0.5")?.integer == nil)
    #expect(DecimalNumber("1e30")?.integer == nil)
    #expect((9_007_199_254_740_993 as DecimalNumber).text == "9007199254740993")
  }
}
