import Computing
import Foundation
import Testing

@Suite("Powers from values with errors")
struct PowerLawTests {
  @Test("a power is found, of either sign", arguments: [-1.0, 0.5, 2, 4.5])
  func power(exponent: Double) throws {
    let sizes = [0.4, 0.25, 0.1, 0.03]
    for sign in [-1.0, 1] {
      let law = PowerLaw(sizes: sizes, values: sizes.map { sign * 7.5 * pow($0, exponent) })
      #expect(try (#require(law.slope) - exponent).magnitude < 1e-12)
      #expect(try #require(law.slopeError) < 1e-12)
      #expect(law.reason == nil)
    }
  }

  @Test("values below their errors are not fitted")
  func noise() throws {
    let sizes = [1.0, 0.5, 0.25, 0.125, 0.0625]
    // 1, ⅛, 1/64, … and noise of 1e-2 instead of the last two.
    let law = PowerLaw(
      sizes: sizes, values: [1, 0.125, 0.0156, 1.1e-2, -0.9e-2], errors: sizes.map { _ in 0.7e-2 })
    #expect(try (#require(law.slope) - 3).magnitude <= #require(law.slopeError))
    #expect(
      PowerLaw(sizes: sizes, values: sizes.map { _ in 1e-17 }, errors: sizes.map { _ in 1e-16 }).finding
        == .vanishing)
    #expect(PowerLaw(sizes: [1, 2], values: [0, 0]).finding == .vanishing)
    #expect(PowerLaw(sizes: [1, 2, 3], values: [0, 0, 1]).finding == .tooFew)
    #expect(PowerLaw(sizes: [2, 2], values: [1, 2]).finding == .tooFew)
  }

  @Test("a change of sign above the errors is no power, one within them is noise")
  func signs() {
    let sizes = [1.0, 0.5, 0.25]
    #expect(
      PowerLaw(sizes: sizes, values: [1, 0.1, -0.05], errors: [0.01, 0.01, 0.01]).finding == .changesSign)
    #expect(PowerLaw(sizes: sizes, values: [1, 0.1, -0.05], errors: [0.01, 0.01, 0.03]).slope != nil)
  }

  @Test("a value or an error that is not finite is never left out", arguments: [0, 1, 2])
  func notFinite(place: Int) {
    for bad in [Double.nan, .infinity, -.infinity] {
      var values = [1.0, 0.5, 0.25]
      values[place] = bad
      #expect(PowerLaw(sizes: [1, 2, 3], values: values).finding == .notFinite)
      #expect(PowerLaw(sizes: [1, 2, 3], values: [1, 2, 3], errors: values).finding == .notFinite)
    }
  }

  @Test("whatever the values within their errors, the power stays in its interval")
  func coverage() throws {
    let random = CounterRandom(seed: 5)
    var index: UInt32 = 0
    func uniform() -> Double {
      index += 1
      return (Double(random.words(index, 1, 0, 0).0) + 0.5) / 4_294_967_296
    }
    for _ in 0..<400 {
      let count = 2 + Int(uniform() * 5)
      let sizes = (0..<count).map { pow(2, -Double($0) - 0.5 * uniform()) }
      let exponent = -2 + 5 * uniform()
      let exact = sizes.map { 3 * pow($0, exponent) }
      let errors = exact.map { $0 * pow(10, -0.5 - 5 * uniform()) }
      let values = zip(exact, errors).map { $0 + (2 * uniform() - 1) * $1 }
      let law = PowerLaw(sizes: sizes, values: values, errors: errors)
      guard let slope = law.slope, let error = law.slopeError else { continue }
      #expect(
        (slope - exponent).magnitude <= error, "\(slope) ± \(error), \(exponent): \(values) ± \(errors)")
    }
  }
}
