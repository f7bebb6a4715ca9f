public import Interaction

/// One product of a closure: a real coefficient and a partition of the particles 0 … R.
public struct ClosureTerm: Sendable, Hashable {
  /// a_π
  public let coefficient: Double
  /// Disjoint blocks that together hold every particle once; each at most R particles.
  public let blocks: [[Int]]

  /// The term a_π Π_B w_B; the hierarchy checks that the blocks are a partition.
  public init(coefficient: Double, blocks: [[Int]]) {
    self.coefficient = coefficient
    self.blocks = blocks
  }
}

/// How the marginals of rank R + 1 follow from those of rank ≤ R:
///
///     w_{0…R} / c_{0…R} = Σ_π a_π Π_{B ∈ π} w_B / c_B,    c the mass of a marginal (c = 1 · n_1^k n_2^ℓ at N = ∞),
///
/// a polynomial over set partitions π of the R + 1 particles. The hierarchy needs it with the new particle, R, at ξ = 0 only.
///
/// A new closure is one file: its name and its terms. With no terms the marginals of rank R + 1 vanish:
///
///     struct PairClosure: Closure {
///       let name = "pair"                      // w_{012} = w_{01} w_2, for R = 2
///       func terms(particles: Int) -> [ClosureTerm] { [.init(coefficient: 1, blocks: [[0, 1], [2]])] }
///     }
///
/// A closure should treat particles alike; one that does not (as this one) breaks the symmetry of the marginals, and the
/// closure report shows it.
public protocol Closure: Sendable {
  /// The name in tables and configurations.
  var name: String { get }

  /// The terms for R + 1 = `particles` particles.
  func terms(particles: Int) -> [ClosureTerm]

  /// Whether the closure makes sense for this model and rank.
  /// - Throws: `HypothesisError` when it does not.
  func check(_ model: Model, rank: Int) throws
}

extension Closure {
  public func check(_ model: Model, rank: Int) throws {}

  /// Whether products stay products at N = ∞, Σ_π a_π = 1: then the hierarchy cut at this rank has the exact solution for
  /// factorised data.
  public func keepsProducts(rank: Int) -> Bool {
    (terms(particles: rank + 1).reduce(0) { $0 + $1.coefficient } - 1).magnitude < 1e-12
  }
}

/// Partitions of a finite set and the signs of Möbius inversion on their lattice.
public enum SetPartitions {
  /// All partitions of 0 ..< n; Bell(n) of them: 1, 2, 5, 15, 52 …
  public static func all(of n: Int) -> [[[Int]]] {
    var partitions: [[[Int]]] = [[]]
    for element in 0..<n {
      partitions = partitions.flatMap { partition -> [[[Int]]] in
        var extended = partition.indices.map { index in
          var copy = partition
          copy[index].append(element)
          return copy
        }
        extended.append(partition + [[element]])
        return extended
      }
    }
    return partitions
  }

  /// (−1)^{b−1} (b−1)!, the coefficient of a partition into b blocks in the cumulant (Ursell function).
  public static func ursell(blocks: Int) -> Double {
    (1..<max(1, blocks)).reduce(1.0) { $0 * -Double($1) }
  }
}
