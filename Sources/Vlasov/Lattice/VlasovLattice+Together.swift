// Several lattices of one time step that move together, step by step: the components of a mixture, a flow and its jets.
// Their joint state is whole after every step; its parts are named by their places, "0/w", "1/w" …

package import Computing

extension VlasovLattice {
  /// Makes each step in all of them before the next.
  /// - Throws: as `advance(to:afterStep:)`; nothing has moved where the time cannot be reached.
  package static func advance(_ lattices: [VlasovLattice], to time: Double, afterStep: () throws -> Void)
    throws
  {
    guard let first = lattices.first else { return }
    for _ in 0..<(try first.lattice.steps(to: time, after: first.steps)) {
      for lattice in lattices { try lattice.step() }
      try afterStep()
    }
  }

  /// Writes all states.
  package static func save(_ lattices: [VlasovLattice], to sink: some StateSink) {
    for (place, lattice) in lattices.enumerated() { lattice.save(to: sink.part("\(place)")) }
  }

  /// Goes on from all states.
  package static func restore(_ lattices: [VlasovLattice], _ state: SavedState) throws {
    for (place, lattice) in lattices.enumerated() { try lattice.restore(state.part("\(place)")) }
  }
}
