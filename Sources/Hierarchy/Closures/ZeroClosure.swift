/// w_{0…R} = 0. At N = ∞ the marginal (k,ℓ) is then the Dyson partial sum S_{R−k−ℓ+1} (MATHEMATICS of (5.3)).
public struct ZeroClosure: Closure {
  public let name = "zero"

  /// The closure has no parameters.
  public init() {}

  public func terms(particles: Int) -> [ClosureTerm] { [] }
}
