public import Computing
import Numerics
import PhaseSpace

extension VlasovLattice {
  /// What the lattice cut off on its way, the worst of all species and orders, each relative to its own largest |w|; what it does
  /// not hold of the data; for the flow, the largest step for the force so far, and whether |w| ≤ n_α where the data are known to
  /// be nonnegative. Cost: one pass over the state.
  /// Of a lattice that several ranks have it says what this one sees; all of it is `resolutionOfAll`.
  public func resolution() -> [ResolutionFigure] { figures({ $0 }, { $0.here(self) }) }

  /// The same of the rows of all ranks.
  /// - Throws: what the ranks throw.
  package func resolutionOfAll() throws -> [ResolutionFigure] {
    try figures(field.rows.share.greatest) { try $0.now(self) }
  }

  /// - Parameters: as of `LatticeWatch.lastLook`.
  private func figures(
    _ greatest: ([Double]) throws -> [Double],
    _ densities: (SharedDensities) throws -> SharedDensities.Values
  ) rethrows -> [ResolutionFigure] {
    var watch = watch
    let (histories, now) = try watch.lastLook(at: self, greatest, densities)
    var figures = [
      ResolutionFigure(
        TruncationMeasure.edgeName, time: time,
        value: histories.reduce(0) { .greatest($0, $1.relativeEdge) }, limit: TruncationMeasure.limit),
      ResolutionFigure(
        TruncationMeasure.topName, time: time, value: histories.reduce(0) { .greatest($0, $1.relativeTop) },
        limit: TruncationMeasure.limit),
    ]
    figures += data?.figures(at: time) ?? []
    figures += integrationFigures(watch)
    // The orders of the series are a triangular system: none grows by itself.
    guard coupling == .nonperturbative else { return figures }
    figures += [
      forceFigure(watch.force),
      ResolutionFigure(
        "momenta near π/Δξ", time: time, value: watch.momentum.largest, limit: TruncationMeasure.limit),
    ]
    if isNonnegative {
      let ratio = zip(now, model.fractions).reduce(0) { .greatest($0, $1.0.largest / $1.1) }
      figures.append(
        ResolutionFigure("|w| over the mass", time: time, value: ratio, limit: 1 + TruncationMeasure.limit))
    }
    return figures
  }

  /// z of a step, against what the integrator bears: for RK4 its accuracy, for the extrapolated midpoint rule, which knows
  /// its error, stability.
  private func forceFigure(_ force: Double) -> ResolutionFigure {
    let name = "the force in a step"
    return integrator.control?.forceFigure(name, force, steps: steps, at: time)
      ?? ResolutionFigure(name, time: time, value: force, limit: ForceStability.limit)
  }

  /// Where Δξ is chosen: what the steps and the interpolation have left out so far, as they estimate it, over the largest |w|.
  private func integrationFigures(_ watch: LatticeWatch) -> [ResolutionFigure] {
    guard let control = integrator.control, let interpolation = watch.interpolation else { return [] }
    return control.figures(at: time) + [control.interpolationFigure(interpolation.sum, at: time)]
  }

  /// Per order and species, orders first: what the lattice has cut off on its way here, of the rows of all ranks.
  /// - Throws: what the ranks throw.
  package func truncationHistories() throws -> [TruncationHistory] {
    var watch = watch
    return try watch.lastLook(at: self, field.rows.share.greatest) { try $0.now(self) }.histories
  }
}
