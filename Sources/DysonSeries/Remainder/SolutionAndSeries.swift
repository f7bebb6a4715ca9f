// The nonlinear solution and its Dyson series side by side on one lattice: what a remainder Δ_L = μ̄ − S_L is made of.

import CLibraries
public import Computing
public import Interaction
public import PhaseSpace
import Vlasov

/// The exact solution μ̄_t and the terms D_0 … D_L on one lattice, moving together.
public final class SolutionAndSeries {
  /// μ̄_t
  public let solution: VlasovSolution
  /// D_0 … D_L
  public let series: DysonJets

  /// - Parameter orders: L; one term more than that is kept.
  /// - Throws: `HypothesisError` at finite N, `ArgumentError`, `MemoryError`.
  public init(
    model: Model, initial: ProductMixture, lattice: FourierLattice, orders: Int, workers: Workers
  ) throws {
    solution = try VlasovSolution(model: model, initial: initial, lattice: lattice, workers: workers)
    series = try DysonJets(
      model: model, initial: initial, lattice: lattice, orders: orders + 1, workers: workers)
  }

  /// The values at points, now.
  /// - Throws: `ArgumentError` for a point that has left the window; `NumericalFailure` where a value is not finite.
  public func samples(at points: [Point]) throws -> [DysonSample] {
    try points.enumerated().map { index, point in
      let sample = DysonSample(
        exact: try solution.value(at: point), terms: try series.terms(at: point),
        coarseExact: try solution.value(at: point, nodes: 8),
        coarseTerms: try series.terms(at: point, nodes: 8))
      guard sample.isFinite else {
        throw NumericalFailure(in: "the series at point \(index), t = \(time)", "a value that is not finite")
      }
      return sample
    }
  }

  private var lattices: [VlasovLattice] { (solution.components + series.components).map(\.lattice) }
}

extension SolutionAndSeries: Evolution {
  public var time: Double { solution.time }

  /// Makes each step of the solution and of the series before the next.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    try VlasovLattice.advance(lattices, to: time, afterStep: afterStep)
  }

  public func save(to sink: some StateSink) {
    solution.save(to: sink.part("solution"))
    series.save(to: sink.part("series"))
  }

  public func restore(_ state: SavedState) throws {
    try solution.restore(state.part("solution"))
    try series.restore(state.part("series"))
  }

  /// The figures of both.
  public func resolution() -> [ResolutionFigure] { solution.resolution() + series.resolution() }
}
