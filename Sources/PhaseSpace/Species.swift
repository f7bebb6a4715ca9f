public import CLibraries

/// A species α: its fraction n_α = N_α/N > 0 (the fractions sum to 1), its mass m_α (the paper: 1) and its charge q_α, of which
/// only potentials between charges know.
public struct Species: Sendable, Hashable {
  /// As configurations and tables write it.
  public let name: String
  /// n_α
  public let fraction: DecimalNumber
  /// m_α
  public let mass: DecimalNumber
  /// q_α
  public let charge: DecimalNumber

  /// - Throws: `ArgumentError` unless 0 < n_α ≤ 1 and m_α > 0.
  public init(name: String, fraction: DecimalNumber, mass: DecimalNumber = 1, charge: DecimalNumber = 0)
    throws(ArgumentError)
  {
    // As written: a bound may replace a product of fractions by 1.
    guard fraction.value > 0, Rational(fraction) <= Rational(1) else {
      throw ArgumentError("\(name).fraction", expected: "a number in (0, 1]", got: fraction.text)
    }
    guard mass.value > 0 else {
      throw ArgumentError("\(name).mass", expected: "a positive number", got: mass.text)
    }
    self.name = name
    self.fraction = fraction
    self.mass = mass
    self.charge = charge
  }
}

/// The order (k, ℓ, …) of a marginal: how many particles of each species it describes.
public struct MarginalOrder: Sendable, Hashable, CustomStringConvertible {
  /// Counts in the order of the species.
  public let counts: [Int]

  /// - Precondition: no negative count.
  public init(_ counts: [Int]) {
    precondition(counts.allSatisfy { $0 >= 0 }, "particle counts are nonnegative")
    self.counts = counts
  }

  /// The rank k + ℓ + …
  public var rank: Int { counts.reduce(0, +) }

  /// The order with one more particle of species β.
  public func adding(_ species: Int) -> MarginalOrder {
    var counts = counts
    counts[species] += 1
    return MarginalOrder(counts)
  }

  /// The species of each particle slot, species by species: (2,1) → [0, 0, 1].
  public var slots: [Int] {
    counts.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
  }

  public var description: String { "(" + counts.map(String.init).joined(separator: ",") + ")" }

  /// All orders of exactly this rank for S species, lexicographically decreasing: (2,0), (1,1), (0,2).
  public static func all(ofRank rank: Int, speciesCount: Int) -> [MarginalOrder] {
    func compositions(_ total: Int, _ parts: Int) -> [[Int]] {
      if parts == 1 { return [[total]] }
      return (0...total).reversed().flatMap { first in
        compositions(total - first, parts - 1).map { [first] + $0 }
      }
    }
    return compositions(rank, speciesCount).map(MarginalOrder.init)
  }
}
