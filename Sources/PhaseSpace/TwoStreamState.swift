public import CLibraries
public import Numerics

/// Two counter-streaming states, the standard unstable configuration:
///
///     f(ξ,η) = w f_+(ξ,η) + (1 − w) f_−(ξ,η),
///
/// for any two one-particle states f_± (two Maxwellians of opposite drift, say). Mass 1 because both have it.
public struct TwoStreamState<Stream: OneParticleState>: OneParticleState {
  /// f_+
  public let forward: Stream
  /// f_−
  public let backward: Stream
  /// w ∈ [0, 1], the weight of `forward`.
  public let weight: Double

  /// - Throws: `ArgumentError` unless 0 ≤ w ≤ 1.
  public init(forward: Stream, backward: Stream, weight: Double = 0.5) throws(ArgumentError) {
    guard (0...1).contains(weight) else {
      throw ArgumentError("weight", expected: "a number in [0, 1]", got: "\(weight)")
    }
    self.forward = forward
    self.backward = backward
    self.weight = weight
  }

  public func value(xi: SpaceVector, eta: SpaceVector) -> Complex<Double> {
    forward.value(xi: xi, eta: eta).multiplied(by: weight)
      + backward.value(xi: xi, eta: eta).multiplied(by: 1 - weight)
  }

  public func isNonnegative(hbar: Double?) -> Bool {
    forward.isNonnegative(hbar: hbar) && backward.isNonnegative(hbar: hbar)
  }

  public var highestMode: Int? {
    guard let a = forward.highestMode, let b = backward.highestMode else { return nil }
    return max(a, b)
  }

  /// Those of both streams.
  public var exponentialSum: [(weight: Double, form: ExponentialForm)]? {
    guard let a = forward.exponentialSum, let b = backward.exponentialSum else { return nil }
    return a.map { (weight * $0.weight, $0.form) } + b.map { ((1 - weight) * $0.weight, $0.form) }
  }
}
