// An interval that holds the spectrum of H. Each interaction is the multiplication by Σ V(x_i − x_j)/N, compressed to the plane
// waves kept, so it lies within its number of pairs times min V/N … max V/N; K lies between its least and largest diagonal
// entry; U_α within N_α times its range. For H_α Gershgorin's discs are taken where they are narrower.

import CLibraries

extension Hamiltonian {
  /// - Parameters:
  ///   - kinetic: the diagonals of K_α.
  ///   - own: H_α; that of the first species carries `constant`, the ρ_0⊗ρ_0 of all pairs of species.
  /// - Throws: `ArgumentError` when the energies overflow.
  static func spectrum(
    space: FockSpace, interaction: InteractionModes, kinetic: [[Double]], own: [SparseMatrix],
    constant: Double
  ) throws -> ClosedRange<Double> {
    let n = space.particles.map(Double.init)
    let count = Double(space.totalParticles)
    var (low, high) = (0.0, 0.0)
    for a in n.indices {
      for b in n.indices where b > a {
        let cross = interaction.range(a, b)
        low += n[a] * n[b] / count * cross.lowerBound
        high += n[a] * n[b] / count * cross.upperBound
      }
    }
    for species in n.indices {
      let pairs = n[species] * (n[species] - 1) / (2 * count)
      let (potential, external) = (
        interaction.range(species, species), interaction.externalRange(species)
      )
      // H_1 carries the constant that the pairs of species contain already.
      let discs = own[species].gershgorin
      let offset = species == 0 ? constant : 0
      let slack = 1e-14 * Double.greatest(discs.lowerBound.magnitude, discs.upperBound.magnitude)
      low += Double.greatest(
        discs.lowerBound - offset - slack,
        kinetic[species].min()! + pairs * potential.lowerBound
          + n[species] * external.lowerBound)
      high += Double.least(
        discs.upperBound - offset + slack,
        kinetic[species].max()! + pairs * potential.upperBound
          + n[species] * external.upperBound)
    }
    guard low.isFinite, high.isFinite else {
      throw ArgumentError(
        "model", expected: "a period, masses and potentials whose energies are finite in Float64",
        got: "energies from \(low) to \(high)")
    }
    return low...max(low, high)
  }
}
