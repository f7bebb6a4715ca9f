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
    let coefficients = { (atoms: [PotentialAtom<Double>]) in
      atoms.map { Coefficient(mode: $0.mode, value: $0.coefficient) }
    }
    try self.init(
      speciesCount: count,
      (0..<count * count).map { coefficients(potentials.atoms($0 / count, $0 % count)) },
      external: (0..<count).map { coefficients(potentials.external($0)) })
  }
}
