// A probability on the cells of a PhaseSpaceGrid. Masses are divided by their sum on entry: the distance of two
// densities of unequal or inexact mass is that of the normalised ones.

import CLibraries
public import PhaseSpace

/// Nonnegative masses on the cells of a grid, normalised to one.
public struct PhaseSpaceHistogram: Sendable, Hashable {
  /// The cells.
  public let grid: PhaseSpaceGrid
  /// Masses after normalisation, row-major, q outermost.
  public let masses: [Double]
  /// Sum of the masses as they were given.
  public let total: Double

  /// Normalises `masses`.
  ///
  /// - Throws: `ArgumentError` unless there is one mass ≥ 0 a cell, with a positive sum; `NumericalFailure` where a mass or
  ///   the sum is not finite.
  public init(_ masses: [Double], on grid: PhaseSpaceGrid) throws {
    guard masses.count == grid.cells else {
      throw ArgumentError("histogram", expected: "\(grid.cells) masses", got: "\(masses.count)")
    }
    var sum = 0.0
    for (cell, mass) in masses.enumerated() {
      guard mass.isFinite else { throw NumericalFailure(in: "histogram cell \(cell)", "a mass of \(mass)") }
      guard mass >= 0 else {
        throw ArgumentError("histogram cell \(cell)", expected: "a mass ≥ 0", got: "\(mass)")
      }
      sum += mass
    }
    guard sum.isFinite else { throw NumericalFailure(in: "a histogram", "a total mass of \(sum)") }
    guard sum > 0, (1 / sum).isFinite else {
      throw ArgumentError("histogram", expected: "a positive, finite total mass", got: "\(sum)")
    }
    self.grid = grid
    self.masses = masses.map { $0 / sum }
    self.total = sum
  }

  /// The histogram of a density given by its values on `refinement` × `refinement` points in every cell, at the
  /// centres of the subcells: the midpoint rule for the integral over each cell.
  ///
  /// - Parameter values: (refinement·N_q) × (refinement·N_p) values, q outermost.
  public init(density values: [Double], refinement: Int, on grid: PhaseSpaceGrid) throws {
    guard refinement > 0, Memory.product(grid.cells, refinement, refinement) == values.count else {
      throw ArgumentError(
        "density", expected: "\(refinement)² values in each of \(grid.cells) cells", got: "\(values.count)")
    }
    var masses = [Double](repeating: 0, count: grid.cells)
    let row = grid.momenta * refinement
    for i in 0..<(grid.positions * refinement) {
      let cells = (i / refinement) * grid.momenta
      for k in 0..<row { masses[cells + k / refinement] += values[i * row + k] }
    }
    try self.init(masses, on: grid)
  }

  /// The same masses on cells twice as large along each axis; nil for odd numbers of cells.
  public func merged() throws -> PhaseSpaceHistogram? {
    guard grid.positions % 2 == 0, grid.momenta % 2 == 0 else { return nil }
    let larger = try PhaseSpaceGrid(
      positions: grid.positions / 2, momenta: grid.momenta / 2, period: grid.period,
      momentumRange: grid.momentumRange)
    var sums = [Double](repeating: 0, count: larger.cells)
    for i in 0..<grid.positions {
      for k in 0..<grid.momenta { sums[i / 2 * larger.momenta + k / 2] += masses[i * grid.momenta + k] }
    }
    return try PhaseSpaceHistogram(sums, on: larger)
  }

  /// Mass in each cell of q.
  public var positionMarginal: [Double] {
    (0..<grid.positions).map { i in
      masses[(i * grid.momenta)..<((i + 1) * grid.momenta)].reduce(0, +)
    }
  }

  /// Mass in each cell of p.
  public var momentumMarginal: [Double] {
    var marginal = [Double](repeating: 0, count: grid.momenta)
    for i in 0..<grid.positions {
      for k in 0..<grid.momenta { marginal[k] += masses[i * grid.momenta + k] }
    }
    return marginal
  }
}
