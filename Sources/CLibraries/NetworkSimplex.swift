// Minimum-cost flow:  min Σ_a c_a f_a  over f ≥ 0 with (out − in)(v) = supply(v),  and its dual potentials
// π with c_a + π(source) − π(target) ≥ 0 on every arc, equality where f_a > 0. Solved by LEMON's primal network
// simplex in 64-bit integers, where optimality is exact. Cost: pivots × √arcs, in practice near arcs^1.3.
// Memory: `bytes(nodes:arcs:)`. Throws ArgumentError, NumericalFailure (no flow, or an unbounded one), MemoryError.

internal import CLEMON

/// The network simplex method on a directed graph with integer supplies and costs (LEMON).
public enum NetworkSimplex {
  /// An optimal flow, one entry an arc, and the potentials that prove it optimal, one a node.
  public struct Solution: Sendable, Hashable {
    /// f_a ≥ 0.
    public let flow: [Int64]
    /// π with c_a + π(source) − π(target) ≥ 0, and = 0 where f_a > 0.
    public let potential: [Int64]
  }

  /// Bytes one solution takes: LEMON's graph and its simplex arrays, and the arrays of the caller. Nil on overflow.
  public static func bytes(nodes: Int, arcs: Int) -> Int? {
    guard let perArc = Memory.product(arcs, 116), let perNode = Memory.product(nodes, 320) else { return nil }
    let (sum, overflow) = perArc.addingReportingOverflow(perNode)
    return overflow ? nil : sum
  }

  /// The flow of least cost that carries `supply` (positive where mass leaves, negative where it arrives, total 0).
  ///
  /// - Parameters:
  ///   - supply: one entry a node; its sum is zero.
  ///   - sources: node an arc leaves.
  ///   - targets: node an arc enters; the same length as `sources`.
  ///   - costs: c_a ≥ 0, with (max c + 1)·nodes < 2⁶²; the same length as `sources`.
  public static func solve(supply: [Int64], sources: [Int32], targets: [Int32], costs: [Int64]) throws
    -> Solution
  {
    try validate(supply: supply, sources: sources, targets: targets, costs: costs)
    try Memory.require(bytes(nodes: supply.count, arcs: costs.count), for: "a minimum-cost flow")
    var flow = [Int64](repeating: 0, count: costs.count)
    var potential = [Int64](repeating: 0, count: supply.count)
    let outcome = lemon_face_minimum_cost_flow(
      Int32(supply.count), Int32(costs.count), sources, targets, costs, supply, &flow, &potential)
    switch outcome {
    case Int32(lemon_face_optimal.rawValue):
      return Solution(flow: flow, potential: potential)
    case Int32(lemon_face_infeasible.rawValue):
      throw NumericalFailure(in: "network simplex", "no flow carries the supply along the arcs given")
    case Int32(lemon_face_unbounded.rawValue):
      throw NumericalFailure(in: "network simplex", "the cost is not bounded below")
    case Int32(lemon_face_out_of_memory.rawValue):
      throw MemoryError(
        purpose: "a minimum-cost flow", bytes: bytes(nodes: supply.count, arcs: costs.count),
        available: Memory.available())
    default:
      throw NumericalFailure(in: "network simplex", "LEMON gave up with an exception")
    }
  }

  private static func validate(supply: [Int64], sources: [Int32], targets: [Int32], costs: [Int64]) throws {
    guard sources.count == costs.count, targets.count == costs.count else {
      throw ArgumentError(
        "arcs", expected: "as many sources and targets as costs (\(costs.count))",
        got: "\(sources.count) and \(targets.count)")
    }
    // LEMON counts arcs and nodes, and adds two arcs a node, in Int32.
    guard supply.count < 1 << 28, costs.count < 1 << 30 else {
      throw ArgumentError(
        "graph", expected: "fewer than 2²⁸ nodes and 2³⁰ arcs", got: "\(supply.count), \(costs.count)")
    }
    let nodes = Int32(supply.count)
    for arc in costs.indices
    where sources[arc] < 0 || sources[arc] >= nodes || targets[arc] < 0 || targets[arc] >= nodes {
      throw ArgumentError(
        "arc \(arc)", expected: "nodes 0 ..< \(nodes)", got: "\(sources[arc]) → \(targets[arc])")
    }
    var total: Int64 = 0
    for amount in supply {
      let (sum, overflow) = total.addingReportingOverflow(amount)
      if overflow {
        throw ArgumentError("supply", expected: "partial sums within 64 bits", got: "an overflow")
      }
      total = sum
    }
    guard total == 0 else { throw ArgumentError("supply", expected: "a total of zero", got: "\(total)") }
    // The artificial arcs of the simplex cost (max c + 1)·nodes.
    guard let least = costs.min(), let most = costs.max() else { return }
    let (artificial, overflow) = (most &+ 1).multipliedReportingOverflow(by: Int64(supply.count))
    guard least >= 0, most < .max, !overflow, artificial < 1 << 62 else {
      throw ArgumentError("costs", expected: "0 ≤ c, (max c + 1)·nodes < 2⁶²", got: "\(least) … \(most)")
    }
  }
}
