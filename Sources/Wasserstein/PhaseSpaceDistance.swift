// W1(a, b) = min over plans γ of a and b of Σ γ(x, y) c(x, y) for two histograms on torus × line.
//
// c is a metric, so (1) the mass the two have in common stays: a − b alone is transported; (2) mass may pass through
// other cells: a plan is a flow on any graph whose arcs cost c. The complete graph has N² arcs (N = N_q N_p; 2.7·10⁸ at
// 128 × 128). Here: start from the arcs to the neighbours in all primitive directions (di, dk) of a small radius; solve;
// with the potentials φ of that solution look through all pairs for arcs with φ(x) − φ(y) > c(x, y); add the worst of
// each source; repeat. No such pair left: the potentials prove the plan optimal among all plans.
//
// Every round also gives an interval: the plan is feasible, and the transform φᶜ of φ is dual feasible, optimal or not.
// Costs and masses enter the simplex as integers (2⁻⁴⁴ of the diameter, 2⁻⁵⁶ of the mass).
//
// Cost: about ten rounds of a sparse network simplex, N² flops each to look through the pairs. Memory: 120 bytes an arc,
// some 80 arcs a cell. Throws ArgumentError (different grids), MemoryError, NumericalFailure.

public import CLibraries
import PhaseSpace

/// The 1-Wasserstein distance between two histograms on the same grid, with its certificate.
///
/// - Parameters:
///   - metric: what a unit of mass pays; `.taxicab` needs the four neighbours only.
///   - tolerance: the rounds end when the gap is not above this part of the distance, whatever the units of phase space, or when
///     the plan is optimal in integers (gap about 10⁻¹¹ diameters).
///   - workers: threads for the passes over all pairs; the result does not depend on their number.
public func wassersteinDistance(
  _ a: PhaseSpaceHistogram, _ b: PhaseSpaceHistogram, metric: GroundMetric = .euclidean,
  tolerance: Double = 1e-9, workers: Workers = Workers(threads: 1)
) throws -> TransportDistance {
  guard a.grid == b.grid else {
    throw ArgumentError("histograms", expected: "one grid", got: "\(a.grid) and \(b.grid)")
  }
  guard tolerance >= 0 else {
    throw ArgumentError("tolerance", expected: "a gap ≥ 0", got: "\(tolerance)")
  }
  var graph = try RestrictedTransport(from: a, to: b, metric: metric)
  while true {
    let distance = try graph.solve(workers)
    if distance.gap <= tolerance * distance.upper || !graph.addViolatedArcs(workers) { return distance }
  }
}

/// Bytes of a distance between histograms of so many cells: the arcs its graph ends with, some 80 a cell in the Euclidean
/// metric, and the tables; nil where they overflow.
public func transportBytes(cells: Int, metric: GroundMetric = .euclidean) -> Int? {
  Memory.sum(
    Memory.product(cells, metric == .euclidean ? 80 : 4).flatMap {
      NetworkSimplex.bytes(nodes: cells, arcs: $0)
    },
    Memory.product(cells, 12 * 8))
}

/// Transport of a − b on a graph that grows until its potentials are feasible for all pairs.
private struct RestrictedTransport {
  let table: CostTable
  let excess: [Double]
  let supply: [Int64]
  let sources: [Int32]
  let sinks: [Int32]
  /// Length that costs one integer unit, and the table in that unit.
  let unit: Double
  let integerCosts: [Double]

  var from: [Int32] = []
  var to: [Int32] = []
  var potential: [Double] = []
  var rounds = 0

  /// One unit of supply is 2⁻⁵⁶ of the mass.
  static let massUnit = 0x1p-56
  /// Arcs a source gains a round.
  static let growth = 24

  init(from a: PhaseSpaceHistogram, to b: PhaseSpaceHistogram, metric: GroundMetric) throws {
    let cells = a.grid.cells
    let radius = metric == .euclidean ? 4 : 1
    // 2/3 of the (2r + 1)² offsets are primitive; growth beyond them is asked for round by round.
    try Memory.require(transportBytes(cells: cells, metric: metric), for: "a transport problem")

    let table = CostTable(a.grid, metric)
    // (max c + 1)·nodes must stay below 2⁶².
    let bits = min(44, 60 - (Int.bitWidth - cells.leadingZeroBitCount))
    let unit = table.diameter > 0 ? table.diameter / Double(1 << bits) : 1
    let excess = zip(a.masses, b.masses).map { $0 - $1 }
    var supply = excess.map { Int64(($0 / Self.massUnit).rounded()) }
    if let heaviest = supply.indices.max(by: { supply[$0].magnitude < supply[$1].magnitude }) {
      supply[heaviest] -= supply.reduce(0, +)
    }
    self.table = table
    self.unit = unit
    self.excess = excess
    self.supply = supply
    integerCosts = table.rounded(to: unit)
    sources = supply.indices.filter { supply[$0] > 0 }.map(Int32.init)
    sinks = supply.indices.filter { supply[$0] < 0 }.map(Int32.init)
    addNeighbours(radius: radius, diagonals: metric == .euclidean)
  }

  /// Arcs to the cells at all primitive offsets (no lattice point in between) up to `radius`.
  private mutating func addNeighbours(radius: Int, diagonals: Bool) {
    let (positions, momenta) = (table.grid.positions, table.grid.momenta)
    for di in -radius...radius where 2 * di <= positions && 2 * di > -positions {
      for dk in -radius...radius {
        let primitive = greatestCommonDivisor(di.magnitude, dk.magnitude) == 1
        guard primitive, diagonals || di == 0 || dk == 0 else { continue }
        for i in 0..<positions {
          let j = (i + di + positions) % positions
          for k in max(0, -dk)..<max(0, -dk, min(momenta, momenta - dk)) {
            from.append(Int32(i * momenta + k))
            to.append(Int32(j * momenta + k + dk))
          }
        }
      }
    }
  }

  /// Solves on the arcs there are; keeps the potentials in integer units.
  mutating func solve(_ workers: Workers) throws -> TransportDistance {
    rounds += 1
    let bytes = NetworkSimplex.bytes(nodes: supply.count, arcs: from.count) ?? .max
    if sources.isEmpty {
      let upper = TransportDistance.upperValue(
        cost: 0, terms: 0, excess: excess, moved: excess.map { _ in 0 }, diameter: table.diameter)
      return TransportDistance(
        lower: 0, upper: upper, potential: excess.map { _ in 0 }, rounds: rounds, arcs: from.count,
        bytes: bytes)
    }
    let costs = zip(from, to).map { Int64(integerCosts[table.index(Int($0), Int($1))]) }
    let solution = try NetworkSimplex.solve(supply: supply, sources: from, targets: to, costs: costs)

    // φ = −π, about the middle of its range: c ≥ φ(x) − φ(y) on every arc. A difference first: it is small, the
    // potentials themselves need not be.
    let origin = solution.potential[Int(sinks[0])]
    let shifted = solution.potential.map { Double(origin - $0) }
    let middle = ((shifted.min() ?? 0) / 2 + (shifted.max() ?? 0) / 2).rounded()
    potential = shifted.map { $0 - middle }

    var (cost, terms) = (0.0, 0)
    for arc in from.indices where solution.flow[arc] > 0 {
      let length = table.values[table.index(Int(from[arc]), Int(to[arc]))]
      cost += Double(solution.flow[arc]) * Self.massUnit * length
      terms += 1
    }
    let upper = TransportDistance.upperValue(
      cost: cost, terms: terms, excess: excess, moved: supply.map { Double($0) * Self.massUnit },
      diameter: table.diameter)

    let sinkPotential = SinkPotential(
      potential.map { $0 * unit }, sinks: sinks, table: table, costs: table.values)
    let feasible = sinkPotential.transform(workers)
    let lower = TransportDistance.lowerValue(feasible, excess: excess, diameter: table.diameter)
    guard upper >= lower else {
      throw NumericalFailure(
        in: "Wasserstein distance", "a dual value \(lower) above the plan's cost \(upper)")
    }
    return TransportDistance(
      lower: lower, upper: upper, potential: feasible, rounds: rounds, arcs: from.count, bytes: bytes)
  }

  /// Adds the pairs that violate dual feasibility; false when there are none.
  mutating func addViolatedArcs(_ workers: Workers) -> Bool {
    guard !sources.isEmpty else { return false }
    let sinkPotential = SinkPotential(potential, sinks: sinks, table: table, costs: integerCosts)
    let arcs = sinkPotential.violations(potential, sources: sources, limit: Self.growth, workers)
    from += arcs.from
    to += arcs.to
    return !arcs.from.isEmpty
  }
}

private func greatestCommonDivisor(_ a: UInt, _ b: UInt) -> UInt {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
