import CLibraries
import Foundation
public import Husimi

/// Checks what `Window` promises: f real and even with ‖f‖₂ = 1, and its transform, the derivative of that, the ambiguity
/// function and ‖f'‖₂² against quadrature.
///
///     try checkWindow(CosinePowerWindow(radius: 2.5, power: 4))
///
/// - Parameter reach: |y| beyond which f is below rounding.
/// - Throws: `BrokenPromises`. Cost: some 10⁵ values of f.
public func checkWindow(_ window: any Window, reach: Double = 12) throws(BrokenPromises) {
  var ledger = PromiseLedger(window)
  // The trapezium rule: exact to rounding for a smooth f, and to a power of the spacing for one with an edge.
  let count = 1 << 14
  let step = 2 * reach / Double(count)
  let nodes = (0..<count).map { (Double($0) + 0.5) * step - reach }
  let values = nodes.map(window.value)
  func integral(_ term: (Int) -> Double) -> Double { nodes.indices.reduce(0) { $0 + term($1) } * step }
  ledger.require(
    zip(nodes, values).allSatisfy { ($1 - window.value(-$0)).magnitude <= 1e-12 }, "f is even")
  let norm = integral { values[$0] * values[$0] }
  ledger.require((norm - 1).magnitude <= 1e-7, "‖f‖₂ = 1", "\(norm)")
  for k in [0, 0.3, 1.1, 2.7] {
    let value = integral { values[$0] * cos(k * nodes[$0]) }
    ledger.require(
      (value - window.transform(k)).magnitude <= 1e-6, "f̂ is the transform", "k = \(k): \(value)")
    let slope = integral { -nodes[$0] * values[$0] * sin(k * nodes[$0]) }
    ledger.require(
      (slope - window.transformDerivative(k)).magnitude <= 1e-6, "f̂' is its derivative", "k = \(k): \(slope)")
    ledger.require(
      (window.transform(k) - window.transform(-k)).magnitude <= 1e-12, "f̂ is even", "k = \(k)")
  }
  for (u, v) in [(0.0, 0.0), (0.5, 0), (0, 0.7), (0.8, -1.1), (-1.3, 0.4)] {
    let value = integral {
      window.value(nodes[$0] + u / 2) * window.value(nodes[$0] - u / 2) * cos(v * nodes[$0])
    }
    let given = window.ambiguity(u, v)
    ledger.require(
      (value - given).magnitude <= 1e-6, "A is the ambiguity function", "(\(u), \(v)): \(given), \(value)")
    ledger.require(
      given.magnitude <= 1 + 1e-12 && (given - window.ambiguity(-u, v)).magnitude <= 1e-12
        && (given - window.ambiguity(u, -v)).magnitude <= 1e-12,
      "A is even and at most 1", "(\(u), \(v)): \(given)")
  }
  let h = 1e-4
  let slope = integral {
    let difference = (window.value(nodes[$0] + h) - window.value(nodes[$0] - h)) / (2 * h)
    return difference * difference
  }
  ledger.require(
    (slope - window.gradientSquaredNorm).magnitude <= 1e-4 * .greatest(1, slope), "‖f'‖₂² is the norm",
    "\(window.gradientSquaredNorm), \(slope)")
  try ledger.finish()
}
