public import Computing
import Vlasov

extension OrbitalHierarchy {
  /// What full storage knows of the lattice (`TruncatedHierarchy.resolution`), and what the shared orbitals do not hold: the sum over
  /// all steps of what the right side lost and truncation discarded, of the worst marginal; where Δξ is chosen, the error of the steps,
  /// of interpolation and of what leaves the window too. Cost: r² times the sites.
  public func resolution() -> [ResolutionFigure] {
    var watch = watch
    let missed = ResolutionFigure(
      "what the shared orbitals miss", time: time, value: errors.reduce(0) { .greatest($0, $1) },
      limit: TruncationMeasure.limit)
    guard !lattice.hasWholeShifts else {
      return [missed] + watch.figures(of: self, data: data.figures(at: time))
    }
    let window = ResolutionFigure(
      "what leaves the ξ window in a step", time: time, value: windowErrors.reduce(0) { .greatest($0, $1) },
      limit: TruncationMeasure.limit)
    return [missed, window]
      + watch.figures(
        of: self,
        data: data.figures(at: time) + [control.interpolationFigure(interpolation, at: time)],
        control: control)
  }
}
