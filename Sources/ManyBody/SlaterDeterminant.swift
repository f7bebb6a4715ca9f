// Slater determinants (1.4), one per species:
//
//     Ψ = ⊗_α (1/√(N_α!)) det ψ_i^α(x_j^α),
//
// whose coefficient at the bitstring with modes n_1 < … < n_N is det (ψ_i(n_j))_{ij}. The paper prints 1/√N_α.

import CLibraries
import Interaction
import Numerics

/// A product of Slater determinants, one for each species, given by its orbitals.
public struct SlaterDeterminant: Sendable, Hashable {
  /// The occupied orbitals of each species, orthonormal.
  public let orbitals: [Orbitals]
  /// m_α.
  public let masses: [Double]
  /// ħ
  public let hbar: Double

  /// - Parameters:
  ///   - masses: m_α, one unless given.
  ///   - hbar: ħ, N^{−1/d} unless given.
  /// - Throws: `ArgumentError` unless there is a species and the orbitals of each are orthonormal to 1e-9, all on the same
  ///   plane waves.
  package init(orbitals: [Orbitals], masses: [Double]? = nil, hbar: Double? = nil) throws {
    let masses = masses ?? orbitals.map { _ in 1 }
    guard let waves = orbitals.first?.waves, masses.count == orbitals.count,
      orbitals.allSatisfy({ $0.waves == waves })
    else {
      throw ArgumentError(
        "orbitals", expected: "one species or more on the same plane waves",
        got: "\(orbitals.count) species, \(masses.count) masses")
    }
    for (species, set) in orbitals.enumerated() {
      let defect = set.orthonormalityDefect
      guard defect < 1e-9 else {
        throw ArgumentError(
          "orbitals of species \(species)", expected: "orthonormal orbitals", got: "a defect of \(defect)")
      }
    }
    self.orbitals = orbitals
    self.masses = masses
    self.hbar =
      hbar
      ?? Model.semiclassicalHbar(particles: orbitals.reduce(0) { $0 + $1.count }, dimension: waves.dimension)
  }

  /// The same state as a vector of the Fock space; of several ranks, what this one has of it. Cost D_α N_α³.
  /// - Throws: `ArgumentError` when particle numbers or plane waves differ from the space's.
  public func state(in space: FockSpace) throws -> FockState {
    guard orbitals.map(\.count) == space.particles, orbitals.allSatisfy({ $0.waves == space.waves }) else {
      throw ArgumentError(
        "orbitals", expected: "\(space.particles) orbitals on the space's plane waves",
        got: "\(orbitals.map(\.count))")
    }
    let factors = orbitals.indices.map { species -> [Complex<Double>] in
      let set = orbitals[species]
      let sector = space.sector(species)
      return (0..<sector.count).map { index in
        let modes = sector.occupied(index)
        var matrix: [Complex<Double>] = []
        for i in 0..<set.count {
          for n in modes { matrix.append(set.rows[i * set.waves.count + n]) }
        }
        return determinant(matrix, order: set.count)
      }
    }
    let own = Array(factors[0][space.ranks.share(factors[0].count)])
    let coefficients = factors.dropFirst().reduce(own) { product, factor in
      product.flatMap { a in factor.map { a * $0 } }
    }
    return FockState(space: space, coefficients: coefficients)
  }
}
