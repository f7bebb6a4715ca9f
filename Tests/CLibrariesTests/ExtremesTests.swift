import CLibraries
import Testing

@Suite("Maxima and minima that keep a NaN")
struct ExtremesTests {
  static let values = [3.0, -1.5, 0, 7.25, -.infinity, 2, .infinity, -7, .leastNonzeroMagnitude]

  @Test("a NaN at any place of a list is its greatest and its least element", arguments: 0..<9)
  func oneNaN(place: Int) {
    var values = Self.values
    values[place] = .nan
    #expect(values.largest()?.isNaN == true)
    #expect(values.smallest()?.isNaN == true)
    #expect(values.reduce(0, Double.greatest).isNaN)
    #expect(values.reduce(0, Double.least).isNaN)
  }

  @Test("without a NaN they are the greatest and the least number, and an empty list has none")
  func numbers() {
    for count in 1...Self.values.count {
      let values = Self.values.prefix(count)
      #expect(values.largest() == values.max())
      #expect(values.smallest() == values.min())
    }
    #expect([Double]().largest() == nil)
    #expect([Double]().smallest() == nil)
    #expect(Double.greatest(-2, -3) == -2 && Double.least(-2, -3) == -3)
    #expect(Double.greatest(.nan, 1).isNaN && Double.greatest(1, .nan).isNaN)
    #expect(Double.least(.nan, 1).isNaN && Double.least(1, .nan).isNaN)
  }

  private func extremes<Scalar: RealScalar>(_ a: Scalar, _ b: Scalar) -> [Double] {
    [Scalar.maximum(a, b).upper, Scalar.minimum(a, b).lower]
  }

  @Test("bounds computed in Doubles keep it, too")
  func scalars() {
    #expect(extremes(1, Double.nan).allSatisfy(\.isNaN) && extremes(Double.nan, 1).allSatisfy(\.isNaN))
    #expect(extremes(1, 2.0) == [2, 1])
  }
}
