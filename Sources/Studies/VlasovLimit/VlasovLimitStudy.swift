// Theorem 1.2 in numbers: Husimi measures of Hartree–Fock states of N particles against the solution of the Vlasov equations, in
// W_1, for growing N; and (1.9) for exact states of few particles.

import CLibraries
public import ExperimentKit
import Husimi
import Interaction
import ManyBody
public import PhaseSpace
import Wasserstein

/// A Hartree–Fock series, the histogram of the distances, and what to compare with.
public struct VlasovLimitStudy: Sendable {
  /// What a Husimi measure is compared with.
  public enum Reference: String, CaseIterable, Sendable {
    /// The solution of (1.1).
    case vlasov
    /// The same, smoothed by the window at ħ.
    case smoothedVlasov = "smoothed-vlasov"
  }

  /// The states of growing N.
  public let series: HartreeFockSeries
  /// The cells of W_1.
  public let grid: PhaseSpaceGrid
  /// Points a cell is cut into along each axis, for densities and portraits.
  public let refinement: Int
  /// What to compare with.
  public let references: [Reference]
  /// Characteristics of the Vlasov flow: nodes in θ and in p of each species.
  public let characteristics: (positions: Int, momenta: Int)
  /// The exact states whose factorisation (1.9) is followed.
  public let exactStates: [FermionSystem]

  /// All of them.
  public init(
    series: HartreeFockSeries, grid: PhaseSpaceGrid, refinement: Int, references: [Reference],
    characteristics: (positions: Int, momenta: Int), exactStates: [FermionSystem]
  ) {
    self.series = series
    self.grid = grid
    self.refinement = refinement
    self.references = references
    self.characteristics = characteristics
    self.exactStates = exactStates
  }

  /// The pairs α < β of different species, in their order.
  public var speciesPairs: [(first: Int, second: Int)] {
    let species = series.model.species.indices
    return species.flatMap { a in species[(a + 1)...].map { (a, $0) } }
  }

  /// Columns and rows of the refined histogram.
  public var cells: (columns: Int, rows: Int) { (grid.positions * refinement, grid.momenta * refinement) }

  /// p, q: the centres of its cells.
  public var axes: [ResultAxis] {
    let step = grid.momentumStep / Double(refinement)
    return [
      ResultAxis(
        "p", (0..<cells.rows).map { grid.momentumRange.lowerBound + (Double($0) + 0.5) * step },
        unit: "momentum"),
      ResultAxis(
        "q", (0..<cells.columns).map { (Double($0) + 0.5) * grid.period / Double(cells.columns) },
        unit: "length"),
    ]
  }

  /// Values on the cells from the columns one after another (as histograms have them) to the rows one after another (as results
  /// have them).
  public func byRows(_ values: some RandomAccessCollection<Double>) -> [Double] {
    let (columns, rows) = cells
    return (0..<rows).flatMap { row in
      (0..<columns).map { values[values.index(values.startIndex, offsetBy: $0 * rows + row)] }
    }
  }

  /// Every N of the series and every exact state through all times, one leg each.
  public func legs(workers: Workers) -> [Leg<VlasovLimitRecord>] {
    series.legs(
      workers: workers, figures: { [try outsideFigure($0)] },
      record: { state, _ in
        VlasovLimitRecord(
          densities: RecordedArray(try husimiDensities(state, workers)), outside: try outside(state),
          correlations: nil)
      })
      + exactStates.map { system in
        Leg(
          "the factorisation at N = \(system.total)",
          weight: system.exactSeconds(to: series.times.last?.value ?? 0, times: series.times.count)
            + correlationSeconds(of: system),
          through: series.times
        ) {
          try system.exact(from: system.start(), workers: workers)
        } record: { exact, _ in
          let found = try correlations(exact.main.fockState)
          let compared = try exact.compared.map { try correlations($0.fockState) }
          return VlasovLimitRecord(
            densities: nil, outside: nil, correlations: compared.map(found.compared) ?? found)
        }
      }
  }

  private func correlations(_ state: FockState) throws -> VlasovLimitRecord.Correlations {
    let correlations = try HusimiCorrelations(of: state, window: series.windows[0])
    return VlasovLimitRecord.Correlations(
      cross: speciesPairs.map { correlations[$0.first, $0.second] },
      crossErrors: speciesPairs.map { correlations.errors[$0.first][$0.second] },
      pair: state.particles.indices.map { correlations[$0, $0] },
      pairErrors: state.particles.indices.map { correlations.errors[$0][$0] })
  }
}

/// What is taken of a state of the study: of a Hartree–Fock state its densities, of an exact one its correlations.
public struct VlasovLimitRecord: Codable, Sendable {
  /// L¹ distances of the pair measures from products.
  public struct Correlations: Codable, Sendable {
    /// Of particles of different species, for each of the study's pairs of them.
    public let cross: [Double]
    /// The errors of these: of the integrals, and the change on other plane waves.
    public let crossErrors: [Double]
    /// Of particles of the same species.
    public let pair: [Double]
    /// The errors of these.
    public let pairErrors: [Double]

    /// With the difference to those on other plane waves in the errors.
    func compared(with other: Correlations) -> Correlations {
      func widened(_ errors: [Double], _ a: [Double], _ b: [Double]) -> [Double] {
        errors.indices.map { errors[$0] + (a[$0] - b[$0]).magnitude }
      }
      return Correlations(
        cross: cross, crossErrors: widened(crossErrors, cross, other.cross), pair: pair,
        pairErrors: widened(pairErrors, pair, other.pair))
    }
  }

  /// What a Husimi measure has beyond the histogram.
  public struct Outside: Codable, Sendable {
    /// o
    public let mass: Double
    /// ∫(|p| − P)_+
    public let way: Double

    var outside: OutsideMass { OutsideMass(mass: mass, way: way) }
  }

  /// Means over the cells of the refined histogram, by window, species, column and row.
  public let densities: RecordedArray?
  /// By window and species, what lies beyond the histogram.
  public let outside: [Outside]?
  /// (1.9)
  public let correlations: Correlations?
}
