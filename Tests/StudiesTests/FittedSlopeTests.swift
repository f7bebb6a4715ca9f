import Studies
import Testing

@Suite("Fitted slopes")
struct FittedSlopeTests {
  @Test("a power of ħ is found")
  func power() throws {
    let numbers = [10, 66, 130, 258]
    let slope = try #require(fittedSlope(numbers.map { 1 / Double($0 * $0) }, particleNumbers: numbers))
    #expect((slope - 2).magnitude < 1e-12)
  }

  @Test("a value that is not finite is not left out of the fit", arguments: [0, 1, 2])
  func notFinite(place: Int) throws {
    for bad in [Double.nan, .infinity, -.infinity] {
      var values = [1.0, 0.5, 0.25]
      values[place] = bad
      #expect(try #require(fittedSlope(values, particleNumbers: [10, 18, 34])).isNaN)
    }
    // Below N = 66 nothing is fitted where two larger N are there.
    #expect(fittedSlope([.nan, 0.5, 0.25], particleNumbers: [10, 66, 130])?.isFinite == true)
  }

  @Test("what vanishes has no slope")
  func zero() {
    #expect(fittedSlope([0, 0, 0], particleNumbers: [10, 18, 34]) == nil)
    #expect(fittedSlope([0, 0, 1], particleNumbers: [10, 18, 34]) == nil)
    #expect(fittedSlope([1], particleNumbers: [10]) == nil)
  }
}
