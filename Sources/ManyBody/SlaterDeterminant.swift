// Slater determinants (1.4), one per species:
//
//     Ψ = (1/√(N_1!)) det ψ_i(x_j) ⊗ (1/√(N_2!)) det ψ̃_i(x̃_j),
//
// whose coefficient at the bitstring with modes n_1 < … < n_N is det (ψ_i(n_j))_{ij}. The paper prints 1/√N_α.

import CLibraries
import Numerics

/// A product of Slater determinants, one for each species, given by its orbitals.
public struct SlaterDeterminant: Sendable, Hashable {
  /// The occupied orbitals of each species, orthonormal.
  public let orbitals: [Orbitals]
  /// m_1, m_2.
  public let masses: [Double]

  /// - Throws: `ArgumentError` unless there are two species and the orbitals of each are orthonormal to 1e-9.
  public init(orbitals: [Orbitals], masses: [Double] = [1, 1]) throws {
    guard orbitals.count == 2, masses.count == 2, orbitals[0].waves == orbitals[1].waves else {
      throw ArgumentError(
        "orbitals", expected: "two species on the same plane waves", got: "\(orbitals.count) species")
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
  }

  /// The same state as a vector of the Fock space. Cost D_α N_α³.
  /// - Throws: `ArgumentError` when particle numbers or plane waves differ from the space's.
  public func state(in space: FockSpace) throws -> FockState {
    guard orbitals.map(\.count) == space.particles, orbitals.allSatisfy({ $0.waves == space.waves }) else {
      throw ArgumentError(
        "orbitals", expected: "\(space.particles) orbitals on the space's plane waves",
        got: "\(orbitals.map(\.count))")
    }
    let factors = (0..<2).map { species -> [Complex<Double>] in
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
    var coefficients: [Complex<Double>] = []
    coefficients.reserveCapacity(factors[0].count * factors[1].count)
    for a in factors[0] {
      for b in factors[1] { coefficients.append(a * b) }
    }
    return FockState(space: space, coefficients: coefficients)
  }
}
