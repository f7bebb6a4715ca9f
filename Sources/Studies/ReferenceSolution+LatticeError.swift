public import PhaseSpace
public import Vlasov

extension ReferenceSolution {
  /// How far the lattice may be off in a marginal of a hierarchy, in the largest value: max |w_exact as this lattice has it − w_exact|, and a
  /// tenth of it. A hierarchy's own step is not the product of the flow's, to the order of its error: on coarse lattices closures that
  /// keep a product were off by up to 1.0054 times the first (200 numbers of Tests/ExperimentTests/Coverage).
  ///
  /// Cost: a product over all sites.
  public func latticeError(of order: MarginalOrder) -> Double {
    1.1 * componentsOnLattice().error(of: order).maximum
  }
}
