import CLibraries
public import Computing
public import PhaseSpace

/// A hierarchy cut at a rank, however its marginals are stored: in full (`TruncatedHierarchy`) or on shared orbitals
/// (`OrbitalHierarchy`).
public protocol RankedHierarchy: Evolution, ObservedMarginals {
  /// R
  var rank: Int { get }
  /// What stands in for the marginals of rank R + 1.
  var closure: any Closure { get }
  /// The marginals that are kept.
  var orders: [MarginalOrder] { get }
  /// ‖w^{o}‖₂ per order: (Π_i Δξ_i^d Σ|w|²)^{1/2}.
  var norms: [Double] { get }

  /// The distance of `factor` · w^{(k,ℓ)} to a mixture of products at the same time.
  func distance(_ order: MarginalOrder, times factor: Double, to reference: ProductTables) -> MarginalDistance
  /// Whether the maxima in distances of an order are those over all sites of the lattice; else they are attained, and the largest
  /// that were found.
  func looksEverywhere(_ order: MarginalOrder) -> Bool
  /// How far the marginal of an order may be off for what the storage misses, and for steps that are the storage's own, in L² over its
  /// norm; 0 in full storage.
  func storageShare(_ order: MarginalOrder) -> Double
  /// r_α of every species now, and the most that a step needed so far; nil in full storage.
  var orbitalCounts: OrbitalCounts? { get }
  /// What the marginals still owe to true ones, and whether they are physical.
  func report() throws -> ClosureReport
}

/// How many shared orbitals each species has.
public struct OrbitalCounts: Sendable, Hashable, Codable {
  /// r_α as they are kept now.
  public let kept: [Int]
  /// The most that a step needed so far.
  public let widest: [Int]
}

extension RankedHierarchy {
  public var pairTerms: [ClosureTerm]? { rank < 2 ? closure.terms(particles: 2) : nil }
}

extension TruncatedHierarchy: RankedHierarchy {
  public func looksEverywhere(_ order: MarginalOrder) -> Bool { true }
  public func storageShare(_ order: MarginalOrder) -> Double { 0 }
  public var orbitalCounts: OrbitalCounts? { nil }
}

extension OrbitalHierarchy: RankedHierarchy {
  /// What the orbitals miss; on a chosen Δξ also what the steps do, which are not those of the flows that it is compared with.
  public func storageShare(_ order: MarginalOrder) -> Double {
    orders.firstIndex(of: order).map { errors[$0] + stepErrors[$0] + windowErrors[$0] } ?? 0
  }

  public var orbitalCounts: OrbitalCounts? { OrbitalCounts(kept: ranks, widest: widest) }
}

extension RankedHierarchy {
  /// The distance of `factor` · w^{(k,ℓ)} to that of another hierarchy in the same storage, on the same lattice or on one that has its
  /// sites among its own; a marginal one of them does not keep counts as zero there. `self` is the approximation, `other` the reference.
  /// - Throws: `ArgumentError` for another lattice or storage.
  public func distance(
    _ order: MarginalOrder, times factor: Double = 1, to other: any RankedHierarchy
  ) throws -> MarginalDistance {
    if let own = self as? TruncatedHierarchy, let other = other as? TruncatedHierarchy {
      return try own.distance(order, times: factor, to: other)
    }
    if let own = self as? OrbitalHierarchy, let other = other as? OrbitalHierarchy {
      return try own.distance(order, times: factor, to: other)
    }
    throw ArgumentError("reference", expected: "a hierarchy in the same storage", got: "another storage")
  }
}
