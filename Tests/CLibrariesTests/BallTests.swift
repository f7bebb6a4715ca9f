import CLibraries
import Foundation
import Testing

@Suite("Balls")
struct BallTests {
  @Test("decimals that are no Doubles are enclosed, and 0.1 + 0.2 = 0.3 exactly contains")
  func decimals() throws {
    let tenth = Ball(0.1)
    #expect(tenth.lower < tenth.upper)
    #expect(tenth.lower <= 0.1 && 0.1 <= tenth.upper)
    let difference = Ball(0.1) + Ball(0.2) - Ball(0.3)
    #expect(difference.lower <= 0 && 0 <= difference.upper && difference.upper < 1e-40)
    let half = Ball(0.5)
    #expect(half.lower == 0.5 && half.upper == 0.5)
    let third = Ball(1) / Ball(3)
    #expect(third.lower < third.upper && third.upper == third.lower.nextUp)
  }

  @Test(
    "every function encloses its value: Double evaluation within rounding, over corners and random numbers")
  func enclosures() {
    var state: UInt64 = 42
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    let corners = [1e-300, 1e-17, 0.5, 1, 1 + 0x1p-52, 2, 30]
    for x in corners + (0..<200).map({ _ in random() * 20 + 1e-6 }) {
      let ball = Ball(DecimalNumber(x))
      func check(_ value: Ball, _ double: Double, _ name: String) {
        guard double.isFinite, double != 0 else { return }
        let slack = 1e-14 * double.magnitude
        #expect(value.lower <= double + slack && value.upper >= double - slack, "\(name)(\(x))")
        #expect(value.upper - value.lower <= 1e-14 * double.magnitude, "\(name)(\(x)) is too wide")
      }
      check(ball.squareRoot(), x.squareRoot(), "sqrt")
      check(ball.exponential(), exp(x), "exp")
      if (x - 1).magnitude > 1e-3 { check(ball.logarithm(), log(x), "log") }
      check(ball.power(3), x * x * x, "cube")
      check(ball.power(-2), 1 / (x * x), "inverse square")
      check(ball.power(Ball(DecimalNumber(1.7))), pow(x, 1.7), "power")
      check(Ball.gamma(ball), tgamma(x), "gamma")
      check(Ball.maximum(ball, Ball(2)), max(x, 2), "max")
      check(Ball.minimum(ball, Ball(2)), min(x, 2), "min")
      check((-ball).magnitude, x, "magnitude")
    }
    #expect(Ball(0).power(Ball(2)).upper == 0)
    #expect((Ball(1) / Ball(0)).upper == .infinity)
    #expect(Ball.pi.lower <= Double.pi && Ball.pi.upper >= Double.pi && Ball.pi.lower < Ball.pi.upper)
  }

  @Test("a hull holds both balls, and a fractional power of a ball that touches 0 holds every value of it")
  func hullsAndPowers() {
    let hull = Ball.hull(Ball(-1), Ball(0.3))
    // The radius of a ball has 30 bits: one that is wide is wider by some 1e-9.
    #expect(hull.lower <= -1 && hull.lower > -1.0000001 && hull.upper >= 0.3 && hull.upper < 0.3000001)
    #expect(Double.hull(1, 2) == 2)
    for exponent in [0.001, 0.25, 0.5, 1, 1.5, 3.999, 4] {
      let power = Ball(DecimalNumber(exponent))
      for end in [1e-300, 1e-30, 1e-16, 0.5, 1, 1.5] {
        let value = Ball.hull(Ball(0), Ball(DecimalNumber(end))).power(power)
        #expect(value.lower <= 0 && value.upper >= pow(end, exponent) * (1 - 1e-14))
        #expect(value.upper <= pow(end, exponent) * (1 + 1e-7) + .leastNonzeroMagnitude)
      }
      #expect(Ball(0).power(power).upper == 0)
    }
  }

  @Test(
    "the beta function, also where the gamma functions overflow: B(1, n) = 1/n, B(a + 1, b) = B(a, b) a/(a + b)"
  )
  func beta() {
    #expect(Double.beta(2, 3) == 1.0 / 12)
    #expect((Double.beta(0.5, 0.5) / .pi - 1).magnitude < 1e-15)
    #expect(Double.beta(1, 801) == 1.0 / 801)
    #expect((Double.beta(301.5, 700) / Double.beta(300.5, 700) / (300.5 / 1000.5) - 1).magnitude < 1e-14)
  }

  @Test("overflow is infinity upward and the largest Double downward, never NaN")
  func overflow() {
    let huge = Ball(1000).exponential()
    #expect(huge.upper == .infinity)
    #expect(huge.lower == Double.greatestFiniteMagnitude)
    let tiny = (-Ball(1000)).exponential()
    #expect(tiny.lower == 0 && tiny.upper > 0)
  }
}
