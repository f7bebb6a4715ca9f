import CLibraries
import Testing

@Suite("Digits of balls")
struct BallDigitsTests {
  @Test("digits that are known, less than one unit of the last off; none where none is")
  func digits() throws {
    #expect((Ball(1) / Ball(3)).text(digits: 20) == "0.33333333333333333333")
    #expect(Ball.pi.text(digits: 30) == "3.14159265358979323846264338328")
    #expect((-(Ball(2).squareRoot() / Ball(10).power(30))).text(digits: 6) == "-1.41421e-30")
    // ± 2·10⁻⁶: five digits after the point are known to a unit.
    let wide = Ball.hull(Ball(0.123456 as DecimalNumber), Ball(0.12346 as DecimalNumber))
    let text = wide.text(digits: 30)
    let number = try #require(DecimalNumber(text))
    let digits = text.count - 2
    #expect((4...6).contains(digits), "\(text)")
    var unit = 1.0
    for _ in 0..<digits { unit /= 10 }
    #expect(number.value + unit >= 0.12346 && number.value - unit <= 0.123456)
    #expect(Ball.hull(Ball(-1), Ball(1)).text(digits: 30).hasPrefix("±"))
  }
}
