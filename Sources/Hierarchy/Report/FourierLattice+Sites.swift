import CLibraries
import PhaseSpace

extension FourierLattice {
  /// How many steps of a finer ξ grid make one of this lattice's, all of whose sites are sites of the finer one.
  /// - Throws: `ArgumentError` unless they are.
  func stride(in finer: FourierLattice) throws(ArgumentError) -> Int {
    let ratio = (spacing(0) / finer.spacing(0)).rounded()
    guard geometry == finer.geometry, masses == finer.masses, modes <= finer.modes, ratio >= 1, ratio < 1e6,
      masses.indices.allSatisfy({
        (spacing($0) / finer.spacing($0) - ratio).magnitude <= 1e-12 * ratio
          && halfWidths[$0] * Int(ratio) <= finer.halfWidths[$0]
      })
    else {
      throw ArgumentError(
        "reference", expected: "a hierarchy on a lattice with these sites", got: "another lattice")
    }
    return Int(ratio)
  }
}
