/// A figure by which a computation knows whether it is resolved: |w| at the edge of the ξ window, the weight of the
/// highest modes, a stability number, the tail of plane waves, …
///
/// A number that depends on an unresolved figure is undecided at best.
public struct ResolutionFigure: Sendable, Hashable {
  /// What it is, in a few words: "weight of the highest modes".
  public let name: String
  /// The time at which it was taken.
  public let time: Double
  /// What it is.
  public let value: Double
  /// Up to where the computation counts as resolved.
  public let limit: Double

  /// A figure taken at a time, and its limit.
  public init(_ name: String, time: Double, value: Double, limit: Double) {
    self.name = name
    self.time = time
    self.value = value
    self.limit = limit
  }

  /// value ≤ limit; a NaN is not.
  public var isResolved: Bool { value <= limit }
}
