public import Computing
import Vlasov

extension TruncatedHierarchy {
  /// What the lattice cut off on its way, the worst of all marginals, each relative to its own largest |w|; what it does not hold
  /// of the data; and how large the largest step so far was for the forces on all particles of a marginal, mean and mutual.
  /// Cost: one pass over the state.
  public func resolution() -> [ResolutionFigure] {
    var watch = watch
    let histories = watch.lastLook(at: self)
    return [
      ResolutionFigure(
        TruncationMeasure.edgeName, time: time,
        value: histories.reduce(0) { .greatest($0, $1.relativeEdge) }, limit: TruncationMeasure.limit),
      ResolutionFigure(
        TruncationMeasure.topName, time: time, value: histories.reduce(0) { .greatest($0, $1.relativeTop) },
        limit: TruncationMeasure.limit),
    ] + (data?.figures(at: time) ?? []) + [
      ResolutionFigure(
        "the forces in a step", time: time, value: watch.forces, limit: ForceStability.limit),
      ResolutionFigure(
        "momenta near π/Δξ", time: time, value: watch.momentum.largest, limit: TruncationMeasure.limit),
    ]
  }
}
