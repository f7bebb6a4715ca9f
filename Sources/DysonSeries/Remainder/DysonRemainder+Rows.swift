// The runs of a study of the remainder, and the rows that follow from their samples.

public import CLibraries
import Numerics
public import PhaseSpace

extension DysonRemainder {
  /// The lattices of a study, in the order in which they are gone through.
  public enum Grid: Int, Sendable, CaseIterable {
    /// As it was configured.
    case configured
    /// Half the time step.
    case refined
    /// More modes and a wider window.
    case enlarged
  }

  /// The lattice of a run.
  public func lattice(_ grid: Grid) -> FourierLattice { lattices[grid.rawValue] }

  /// The run on a lattice, at time zero.
  public func start(on grid: Grid, workers: Workers) throws -> SolutionAndSeries {
    try SolutionAndSeries(
      model: model, initial: initial, lattice: lattice(grid), orders: orders, workers: workers)
  }

  /// The work of a run relative to those on the other lattices: steps × sites.
  public func work(on grid: Grid) -> Double {
    let lattice = lattice(grid)
    let sites = lattice.masses.indices.reduce(0.0) { $0 + Double(lattice.elementCount($1)) }
    return sites / lattice.timeStep
  }

  /// Runs all three lattices and makes the rows, point by point, time by time.
  /// - Parameter afterStep: called after every step of any lattice; may throw to stop.
  /// - Throws: `NumericalFailure` where a value is not finite, `MemoryError`.
  public func run(workers: Workers, afterStep: () throws -> Void = {}) throws -> [DysonRemainderRow] {
    try rows(
      try Grid.allCases.map { grid in
        let moving = try start(on: grid, workers: workers)
        return try times.map { time in
          try moving.advance(to: time, afterStep: afterStep)
          return try moving.samples(at: points)
        }
      }
    ).compactMap(\.self)
  }

  /// The rows, point by point, time by time; nil where a lattice has not come to.
  /// - Parameter samples: by lattice, time and point; the later ones may be missing.
  /// - Throws: `ArgumentError` for samples that are none of this study.
  public func rows(_ samples: [[[DysonSample]]]) throws(ArgumentError) -> [DysonRemainderRow?] {
    guard samples.count <= 3, samples.allSatisfy({ $0.count <= times.count }),
      samples.joined().allSatisfy({ $0.count == points.count }),
      samples.joined().joined().allSatisfy({ $0.terms.count == orders + 1 })
    else {
      throw ArgumentError(
        "samples",
        expected: "\(points.count) of \(orders + 1) terms at \(times.count) times of three lattices",
        got: "others")
    }
    var rows: [DysonRemainderRow?] = []
    for point in points.indices {
      for time in times.indices {
        let there = samples.filter { time < $0.count }.map { $0[time][point] }
        rows.append(there.count == 3 ? row(point, time, there[0], there[1], there[2]) : nil)
      }
    }
    return rows
  }

  private func row(_ point: Int, _ time: Int, _ base: DysonSample, _ fine: DysonSample, _ wide: DysonSample)
    -> DysonRemainderRow
  {
    let remainders = base.remainders
    var partialSums: [Complex<Double>] = []
    var sum = Complex<Double>.zero
    for term in base.terms.dropLast() {
      sum += term
      partialSums.append(sum)
    }
    let size = base.terms.reduce(base.exact.length) { $0 + $1.length }
    let rounding = 64 * Double.ulpOfOne * size
    let budgets = remainders.indices.map { index -> Double in
      let value = remainders[index]
      let step = (fine.remainders[index] - value).length
      let truncation = (wide.remainders[index] - value).length
      let interpolation = (base.coarseRemainders[index] - value).length
      return 2 * (step + truncation + interpolation) + rounding
    }
    return DysonRemainderRow(
      point: point, time: time, exact: base.exact, terms: base.terms, partialSums: partialSums,
      remainders: remainders.map(\.length), budgets: budgets)
  }
}
