import ManyBody
import Testing

@Suite("Bessel functions")
struct BesselFunctionTests {
  @Test(
    "tiny arguments give the first terms of the series, down to the least positive number",
    arguments: [
      Double.leastNonzeroMagnitude, Double.leastNormalMagnitude / 1024, 1e-300, 1e-200, 1e-100, 1e-30, 1e-12,
      9.9e-9,
    ])
  func tiny(x: Double) {
    let values = besselFunctions(upTo: 40, at: x)
    #expect(values[0] == 1)
    #expect(values[1] == x / 2)
    #expect((values[2] - x * x / 8).magnitude <= 1e-15 * x * x)
    for k in 3...40 { #expect(values[k] >= 0 && values[k] <= values[k - 1]) }
  }

  @Test("both ways to compute them meet where one takes over from the other")
  func seam() {
    let (below, above) = (besselFunctions(upTo: 5, at: 1e-8.nextDown), besselFunctions(upTo: 5, at: 1e-8))
    for k in 0...5 { #expect((below[k] - above[k]).magnitude <= 4e-15 * above[k], "J_\(k)") }
  }

  @Test(
    "J_0² + 2 Σ J_k² = 1",
    arguments: [Double.leastNormalMagnitude / 256, 1e-9, 1e-8, 1e-3, 0.5, 3, 40, 1000, 123_456.7])
  func squares(x: Double) {
    let values = besselFunctions(upTo: Int(x) + 200, at: x)
    let sum = values.dropFirst().reduce(values[0] * values[0]) { $0 + 2 * $1 * $1 }
    // Some x steps of the recurrence lie between the start and J_0.
    #expect((sum - 1).magnitude <= 4 * (100 + 2 * x) * Double.ulpOfOne)
  }
}
