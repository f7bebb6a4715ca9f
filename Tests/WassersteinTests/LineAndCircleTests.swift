import CLibraries
import Foundation
import Testing
import Wasserstein

@Suite("1-Wasserstein distance on the line and on the circle")
struct LineAndCircleTests {
  @Test("a translation costs its length")
  func translation() throws {
    let points = (0..<20).map { Double($0) * 0.25 }
    var (a, b) = ([Double](repeating: 0, count: 20), [Double](repeating: 0, count: 20))
    for i in 0..<4 { (a[i], b[i + 13]) = (Double(i + 1), Double(i + 1)) }
    #expect((try lineDistance(a, b, at: points) - 3.25).magnitude < 1e-14)
    // Around a circle of length 5 the way back is shorter: 5 − 3.25.
    #expect((try circleDistance(a, b, at: points, period: 5) - 1.75).magnitude < 1e-14)
  }

  @Test("densities 1 and 1 + ε cos q: the distance is 2ε/π per period of 2π")
  func cosine() throws {
    // F = (ε/2π) sin q has median 0, and W1 = (ε/2π)∫|sin| = 2ε/π.
    let n = 400
    let points = (0..<n).map { (Double($0) + 0.5) * 2 * .pi / Double(n) }
    let flat = [Double](repeating: 1, count: n)
    let wave = points.map { 1 + 0.3 * cos($0 - 0.7) }
    #expect((try circleDistance(flat, wave, at: points, period: 2 * .pi) - 0.6 / .pi).magnitude < 1e-4)
  }

  @Test("the best constant around the circle is found: no other does better")
  func median() throws {
    var random = LinearCongruential(state: 5)
    var points: [Double] = []
    var x = 0.0
    for _ in 0..<17 {
      x += 0.05 + random.next()
      points.append(x)
    }
    let (a, b) = (random.masses(17), random.masses(17))
    let period = x + 0.4
    let distance = try circleDistance(a, b, at: points, period: period)
    let (totalA, totalB) = (a.reduce(0, +), b.reduce(0, +))
    var least = Double.infinity
    for step in -2000...2000 {
      let c = Double(step) * 5e-4
      var (running, sum) = (0.0, 0.0)
      for i in 0..<17 {
        running += a[i] / totalA - b[i] / totalB
        let arc = i < 16 ? points[i + 1] - points[i] : period - (points[16] - points[0])
        sum += (running - c).magnitude * arc
      }
      least = min(least, sum)
    }
    #expect(distance <= least + 1e-14)
    #expect(least - distance < 5e-4 * period)
    #expect(distance <= (try lineDistance(a, b, at: points)) + 1e-14)
  }

  @Test("refuses unsorted points, other lengths, a period that is too short")
  func refusals() {
    #expect(throws: ArgumentError.self) { try lineDistance([1, 1], [1, 1], at: [1, 0]) }
    #expect(throws: ArgumentError.self) { try lineDistance([1], [1, 1], at: [0, 1]) }
    #expect(throws: ArgumentError.self) { try lineDistance([], [], at: []) }
    #expect(throws: ArgumentError.self) { try lineDistance([0, 0], [1, 1], at: [0, 1]) }
    #expect(throws: ArgumentError.self) { try circleDistance([1, 1], [1, 1], at: [0, 1], period: 1) }
  }
}
