import CLibraries
public import Interaction

/// No closure at all: at R = N there are no marginals of rank N + 1, and the finite-N hierarchy is the N-body equation
/// (Liouville, or with the Moyal kernel Schrödinger).
public struct ExactClosure: Closure {
  public let name = "exact"

  /// The closure has no parameters.
  public init() {}

  public func terms(particles: Int) -> [ClosureTerm] { [] }

  /// - Throws: `HypothesisError` unless N is finite and R = N.
  public func check(_ model: Model, rank: Int) throws {
    guard let number = model.particleNumber, number == rank else {
      throw HypothesisError("the exact closure", requires: "finite particle numbers with N = R = \(rank)")
    }
  }
}
