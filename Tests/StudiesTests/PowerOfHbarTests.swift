import Computing
import Studies
import Testing

@Suite("Powers of ħ")
struct PowerOfHbarTests {
  private func power(_ values: [Double], _ numbers: [Int], error: Double = 0) -> PowerLaw {
    PowerLaw(values, errors: values.map { _ in error }, particleNumbers: numbers)
  }

  @Test("a power of ħ is found, from N ≥ 66 on where two such N are there")
  func power() throws {
    let numbers = [10, 66, 130, 258]
    let values = [7] + numbers.dropFirst().map { 1 / Double($0 * $0) }
    #expect(try (#require(power(values, numbers).slope) - 2).magnitude < 1e-12)
    #expect(try (#require(power([0.2, 0.1], [5, 10]).slope) - 1).magnitude < 1e-12)
  }

  @Test(
    "a value that is not finite is not left out of the fit, but below N = 66 it is where nothing is fitted")
  func notFinite() {
    #expect(power([1, .nan, 0.25], [10, 18, 34]).finding == .notFinite)
    #expect(power([.nan, 0.5, 0.25], [10, 66, 130]).slope != nil)
  }

  @Test("rounding has no power")
  func noise() {
    let values = [7.1e-18, -7.4e-18, 2.6e-19, 1.7e-18, -7.0e-20]
    #expect(power(values, [10, 18, 34, 66, 130], error: 1e-16).finding == .vanishing)
  }
}
