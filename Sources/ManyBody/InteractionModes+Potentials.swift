import CLibraries
public import Interaction
import PhaseSpace

extension InteractionModes {
  /// The atoms of a potential matrix on the torus, and of its external potentials.
  /// - Throws: `ArgumentError` on R^d.
  public init(_ potentials: PotentialMatrix) throws {
    guard potentials.geometry.kappa != nil else {
      throw ArgumentError("domain", expected: "a torus for plane waves", got: "space")
    }
    let count = potentials.speciesCount
    let dimension = potentials.geometry.dimension
    try self.init(
      speciesCount: count,
      (0..<count * count).map { index in
        potentials.atoms(index / count, index % count).map { atom in
          Coefficient(mode: (0..<dimension).map { atom.mode[$0] }, value: atom.coefficient)
        }
      },
      external: (0..<count).map { species in
        potentials.external(species).map { atom in
          Coefficient(mode: (0..<dimension).map { atom.mode[$0] }, value: atom.coefficient)
        }
      })
  }
}
