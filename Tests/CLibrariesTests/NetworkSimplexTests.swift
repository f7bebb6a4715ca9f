import CLibraries
import Testing

@Suite("Network simplex")
struct NetworkSimplexTests {
  @Test("a small transport problem: the optimum, and potentials that prove it")
  func transport() throws {
    // Two sources (3, 2), three sinks (1, 2, 2), costs by rows 4 1 3 / 2 5 2: the optimum is 1·2 + 2·1 + 1·3 + 1·2 = 9.
    let supply: [Int64] = [3, 2, -1, -2, -2]
    let sources: [Int32] = [0, 0, 0, 1, 1, 1]
    let targets: [Int32] = [2, 3, 4, 2, 3, 4]
    let costs: [Int64] = [4, 1, 3, 2, 5, 2]
    let solution = try NetworkSimplex.solve(supply: supply, sources: sources, targets: targets, costs: costs)
    #expect(zip(solution.flow, costs).reduce(0) { $0 + $1.0 * $1.1 } == 9)
    var divergence = [Int64](repeating: 0, count: 5)
    for arc in costs.indices {
      let (s, t) = (Int(sources[arc]), Int(targets[arc]))
      divergence[s] += solution.flow[arc]
      divergence[t] -= solution.flow[arc]
      let reduced = costs[arc] + solution.potential[s] - solution.potential[t]
      #expect(reduced >= 0)
      #expect(reduced == 0 || solution.flow[arc] == 0)
    }
    #expect(divergence == supply)
  }

  @Test("refuses what has no flow or is no graph")
  func refusals() {
    #expect(throws: NumericalFailure.self) {
      try NetworkSimplex.solve(supply: [1, -1], sources: [1], targets: [0], costs: [1])
    }
    #expect(throws: ArgumentError.self) {
      try NetworkSimplex.solve(supply: [1, -2], sources: [0], targets: [1], costs: [1])
    }
    #expect(throws: ArgumentError.self) {
      try NetworkSimplex.solve(supply: [1, -1], sources: [0], targets: [2], costs: [1])
    }
    #expect(throws: ArgumentError.self) {
      try NetworkSimplex.solve(supply: [1, -1], sources: [0], targets: [1], costs: [-1])
    }
    #expect(throws: ArgumentError.self) {
      try NetworkSimplex.solve(supply: [1, -1], sources: [0], targets: [1], costs: [.max])
    }
    #expect(throws: ArgumentError.self) {
      try NetworkSimplex.solve(supply: [1, -1], sources: [0, 1], targets: [1], costs: [1])
    }
  }
}
