public import Computing
import Vlasov

extension TruncatedHierarchy {
  /// What the lattice cut off on its way, the worst of all marginals, each relative to its own largest |w|; what it does not hold
  /// of the data; and how large the largest step so far was for the forces on all particles of a marginal, mean and mutual.
  /// Cost: one pass over the state.
  public func resolution() -> [ResolutionFigure] {
    var watch = watch
    return watch.figures(
      of: self, data: (data?.figures(at: time) ?? []) + interpolationFigures(), control: stepper.control)
  }
}
