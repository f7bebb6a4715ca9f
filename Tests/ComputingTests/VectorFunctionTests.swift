import Computing
import Foundation
import Numerics
import Testing

@Suite("Vector exponential, logarithm and square root")
struct VectorFunctionTests {
  @Test("the exponential and the logarithm agree with the library's to a unit in the last place or two")
  func exponentials() {
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

  @Test("square roots and their reciprocals agree with the library's")
  func squareRoots() {
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

  @Test("every lane is computed for itself")
  func lanes() {
    let x = SIMD8(-3.5, 0, 0.25, 1, 2, 30, -700, 708)
    let exponentials = exponential(x)
    let positive = x.replacing(with: 1e-3, where: x .<= 0)
    let (logarithms, roots, reciprocals) = (
      logarithm(positive), squareRoot(positive), reciprocalSquareRoot(positive)
    )
    for lane in 0..<8 {
      #expect((exponentials[lane] / exp(x[lane]) - 1).magnitude < 5e-16)
      let expected = log(positive[lane])
      #expect((logarithms[lane] - expected).magnitude <= 5e-16 * max(1, expected.magnitude))
      #expect((roots[lane] / positive[lane].squareRoot() - 1).magnitude < 5e-16)
      #expect((reciprocals[lane] * positive[lane].squareRoot() - 1).magnitude < 8e-16)
    }
  }

  @Test("beyond the ends the exponential is 0 below −708 and stays e⁷⁰⁹ above")
  func ends() {
    #expect(exponential(SIMD8(repeating: (-708.0).nextDown)) == .zero)
    #expect(exponential(SIMD8(repeating: -1e300)) == .zero)
    #expect(exponential(SIMD8(repeating: -708))[0] > 0)
    #expect(exponential(SIMD8(repeating: 1e300)) == exponential(SIMD8(repeating: 709)))
  }

  @Test("e^{iθ} is (cos θ, sin θ), of length one, and not a number where θ is none")
  func unitPhase() {
    for angle in stride(from: -50.0, through: 50, by: 0.37) {
      let value = Complex<Double>.unit(angle)
      #expect(value.real == cos(angle) && value.imaginary == sin(angle))
      #expect((value.lengthSquared - 1).magnitude <= 4 * Double.ulpOfOne)
    }
    for angle in [Double.nan, .infinity, -.infinity] {
      let value = Complex<Double>.unit(angle)
      #expect(value.real.isNaN && value.imaginary.isNaN)
    }
  }
}
