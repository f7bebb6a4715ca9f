/// w_{0…R} = Π_i w_i: the product of the one-particle marginals, propagation of chaos at the last rank.
public struct FactorisedClosure: Closure {
  public let name = "factorised"

  /// The closure has no parameters.
  public init() {}

  public func terms(particles: Int) -> [ClosureTerm] {
    [ClosureTerm(coefficient: 1, blocks: (0..<particles).map { [$0] })]
  }
}
