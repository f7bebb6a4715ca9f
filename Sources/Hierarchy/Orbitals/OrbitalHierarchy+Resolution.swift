public import Computing
import Vlasov

extension OrbitalHierarchy {
  /// What full storage knows of the lattice (`TruncatedHierarchy.resolution`), and what the shared orbitals do not hold: the sum over
  /// all steps of what the right side lost and truncation discarded, of the worst marginal. Cost: r² times the sites.
  public func resolution() -> [ResolutionFigure] {
    var watch = watch
    let histories = watch.lastLook(at: self)
    return [
      ResolutionFigure(
        "what the shared orbitals miss", time: time, value: errors.reduce(0) { .greatest($0, $1) },
        limit: TruncationMeasure.limit),
      ResolutionFigure(
        TruncationMeasure.edgeName, time: time,
        value: histories.reduce(0) { .greatest($0, $1.relativeEdge) }, limit: TruncationMeasure.limit),
      ResolutionFigure(
        TruncationMeasure.topName, time: time, value: histories.reduce(0) { .greatest($0, $1.relativeTop) },
        limit: TruncationMeasure.limit),
    ] + data.figures(at: time) + [
      ResolutionFigure("the forces in a step", time: time, value: watch.forces, limit: ForceStability.limit),
      ResolutionFigure(
        "momenta near π/Δξ", time: time, value: watch.momentum.largest, limit: TruncationMeasure.limit),
    ]
  }
}
