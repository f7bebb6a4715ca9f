public import Numerics
public import PhaseSpace

/// The marginals μ_0^{(k,ℓ)} = c_{kℓ} f^{(k,ℓ)} that a model makes of data of mass 1.
public struct InitialMarginals: MarginalHierarchy {
  /// The owner of c_{kℓ}.
  public let model: Model
  /// f^{(k,ℓ)}
  public let initial: any InitialHierarchy

  public func value(at particles: [PhasePoint]) -> Complex<Double> {
    initial.value(at: particles)
      .multiplied(by: model.mass(of: particles.order(speciesCount: model.species.count)))
  }

  public func isNonnegative(hbar: Double?) -> Bool { initial.isNonnegative(hbar: hbar) }
}

extension InitialHierarchy {
  /// μ_0^{(k,ℓ)} of a model with these data.
  public func marginals(of model: Model) -> InitialMarginals { InitialMarginals(model: model, initial: self) }
}
