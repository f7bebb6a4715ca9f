import Computing
import Foundation
import Testing

@Suite("Orders of convergence")
struct ConvergenceOrderTests {
  @Test("errors C·h^p have order p, locally and fitted, whatever the steps", arguments: [1.0, 2, 4, 4.5])
  func powerLaw(order: Double) throws {
    let steps = [0.4, 0.25, 0.1, 0.03]
    let errors = steps.map { 7.5 * pow($0, order) }
    #expect(try (ConvergenceOrder.fitted(steps: steps, errors: errors) - order).magnitude < 1e-12)
    let local = try ConvergenceOrder.local(steps: steps, errors: errors)
    #expect(local.count == 3)
    for value in local { #expect((value - order).magnitude < 1e-12) }
  }

  @Test("the fitted slope is between the least and the largest local order")
  func mixture() throws {
    let steps = [0.4, 0.2, 0.1, 0.05]
    let errors = steps.map { $0 * $0 + 3 * pow($0, 4) }
    let local = try ConvergenceOrder.local(steps: steps, errors: errors)
    let fitted = try ConvergenceOrder.fitted(steps: steps, errors: errors)
    #expect(local.min()! < fitted && fitted < local.max()!)
    #expect(local == local.sorted(by: >))
  }

  @Test(
    "a single pair, a vanishing or infinite error, equal steps are refused",
    arguments: [
      ([0.1], [1.0]), ([0.1, 0.2], [1]), ([0.1, 0.2], [1, 0]), ([0.1, 0.2], [1, .infinity]),
      ([0.1, 0.1], [1, 2]), ([-0.1, 0.1], [1, 2]),
    ])
  func refusals(steps: [Double], errors: [Double]) {
    #expect(throws: ArgumentError.self) { try ConvergenceOrder.fitted(steps: steps, errors: errors) }
    #expect(throws: ArgumentError.self) { try ConvergenceOrder.local(steps: steps, errors: errors) }
  }
}
