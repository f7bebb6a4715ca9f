import Computing
import Foundation
import Testing

@Suite("Slopes with errors")
struct LineFitTests {
  /// A reproducible stream of uniform numbers in (0, 1).
  private struct Uniforms {
    private let random: CounterRandom
    private var index: UInt32 = 0

    init(_ seed: UInt64) { random = CounterRandom(seed: seed) }

    mutating func next() -> Double {
      index += 1
      return (Double(random.words(index, 0, 0, 0).0) + 0.5) / 4_294_967_296
    }

    mutating func normal() -> Double { (-2 * log(next())).squareRoot() * cos(2 * .pi * next()) }
  }

  @Test(
    "Student's quantiles are those of the tables",
    arguments: [
      (0.95, 1, 12.7062), (0.95, 2, 4.30265), (0.95, 3, 3.18245), (0.95, 4, 2.77645), (0.95, 5, 2.57058),
      (0.99, 1, 63.6567), (0.99, 10, 3.16927), (0.9, 7, 1.89458), (0.95, 30, 2.04227), (0.5, 3, 0.764892),
    ])
  func student(probability: Double, degrees: Int, quantile: Double) {
    #expect((studentQuantile(probability, degrees: degrees) / quantile - 1).magnitude < 1e-5)
  }

  @Test("points on a line have its slope, and no more error than rounding")
  func exact() throws {
    let x = [0.3, 1.7, -2, 4]
    let fit = try #require(LineFit(x: x, y: x.map { 5 - 3 * $0 }))
    #expect((fit.slope + 3).magnitude < 1e-14 && fit.slopeError < 1e-14)
    #expect(fit.slopes.contains(-3))
  }

  @Test("without errors of the heights slope and error are those of ordinary least squares")
  func ordinary() throws {
    // scipy.stats.linregress([1, 2, 3, 4, 5], [1.1, 1.9, 3.2, 3.8, 5.3]): slope 1.03, stderr 0.0737111.
    let fit = try #require(LineFit(x: [1, 2, 3, 4, 5], y: [1.1, 1.9, 3.2, 3.8, 5.3]))
    #expect((fit.slope - 1.03).magnitude < 1e-12)
    #expect((fit.slopeError / (3.18245 * 0.0737111) - 1).magnitude < 1e-4)
  }

  @Test("two points: the slope is off by what the heights are off, over the distance")
  func two() throws {
    let fit = try #require(LineFit(x: [1, 3], y: [2, 8], errors: [0.1, 0.3]))
    #expect((fit.slope - 3).magnitude < 1e-14 && (fit.slopeError - 0.2).magnitude < 1e-14)
    #expect(fit.scatter == 0)
  }

  @Test("an uncertain point counts less, and none is needed where the others decide")
  func weights() throws {
    let x = [0.0, 1, 2, 3]
    let fit = try #require(LineFit(x: x, y: [0, 1, 2, 7], errors: [1e-3, 1e-3, 1e-3, 10]))
    #expect((fit.slope - 1).magnitude < 1e-3 && fit.slopeError < 0.01)
  }

  @Test("no line: fewer than two abscissae, or a number that is not finite")
  func refusals() {
    #expect(LineFit(x: [], y: []) == nil)
    #expect(LineFit(x: [1, 1], y: [1, 2]) == nil)
    #expect(LineFit(x: [1, 2], y: [1, .nan]) == nil)
    #expect(LineFit(x: [1, 2], y: [1, 2], errors: [0, .infinity]) == nil)
  }

  @Test("whatever the errors of the heights within their bounds, the slope stays in its interval")
  func boundedErrors() throws {
    var random = Uniforms(11)
    for _ in 0..<400 {
      let count = 2 + Int(random.next() * 6)
      let x = (0..<count).map { Double($0) + 0.8 * random.next() }
      let errors = x.map { _ in pow(10, -4 * random.next()) }
      let (a, b) = (random.normal(), 3 * random.normal())
      // The worst corner as well as points inside.
      let y = zip(x, errors).map {
        a + b * $0 + $1 * (random.next() < 0.5 ? 1 : -1) * (random.next() < 0.7 ? 1 : random.next())
      }
      let fit = try #require(LineFit(x: x, y: y, errors: errors))
      #expect(
        (fit.slope - b).magnitude <= fit.slopeError + 1e-12, "\(fit) of slope \(b): \(x) \(y) \(errors)")
    }
  }

  @Test("scatter that the errors do not explain is covered in 95 of 100 fits")
  func scatter() throws {
    var random = Uniforms(12)
    var covered = 0
    let trials = 2000
    for _ in 0..<trials {
      let count = 3 + Int(random.next() * 5)
      let x = (0..<count).map { Double($0) + 0.5 * random.next() }
      let y = x.map { 2 * $0 + 0.1 * random.normal() }
      let fit = try #require(LineFit(x: x, y: y, errors: x.map { _ in 1e-4 }))
      covered += fit.slopes.contains(2) ? 1 : 0
    }
    // 95 % of 2000 is 1900 ± 10.
    #expect((1865...1935).contains(covered), "\(covered)")
  }
}
