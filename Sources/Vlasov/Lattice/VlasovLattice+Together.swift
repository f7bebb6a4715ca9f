// Several lattices of one time step that move together, step by step: the components of a mixture, a flow and its jets.
// Their joint state is whole after every step; its parts are named by their places, "0/w", "1/w" …

public import Computing

/// Lattices with weights that move together: the solution of a mixture, or its jets, component by component.
public protocol LatticeMixture: Evolution {
  /// w_i and the lattice of each component, all of one time step.
  var components: [(weight: Double, lattice: VlasovLattice)] { get }
}

extension LatticeMixture {
  private var lattices: [VlasovLattice] { components.map(\.lattice) }

  /// t, the same for all components.
  public var time: Double { components[0].lattice.time }

  /// Makes each step in every component before the next.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    try VlasovLattice.advance(lattices, to: time, afterStep: afterStep)
  }

  public func save(to sink: some StateSink) { VlasovLattice.save(lattices, to: sink) }

  public func restore(_ state: SavedState) throws { try VlasovLattice.restore(lattices, state) }

  /// The figures of every component.
  /// Of a mixture that several ranks have what this one sees; all of it is `resolutionOfAll`.
  public func resolution() -> [ResolutionFigure] { lattices.flatMap { $0.resolution() } }

  /// The same of the rows of all ranks.
  /// - Throws: what the ranks throw.
  package func resolutionOfAll() throws -> [ResolutionFigure] {
    try lattices.flatMap { try $0.resolutionOfAll() }
  }
}

extension VlasovLattice {
  /// Makes each step in all of them before the next.
  /// - Throws: as `advance(to:afterStep:)`; nothing has moved where the time cannot be reached.
  package static func advance(_ lattices: [VlasovLattice], to time: Double, afterStep: () throws -> Void)
    throws
  {
    guard let first = lattices.first else { return }
    for _ in 0..<(try first.lattice.steps(to: time, after: first.steps)) {
      for lattice in lattices {
        try lattice.watch.step(lattice)
        try lattice.step()
      }
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
