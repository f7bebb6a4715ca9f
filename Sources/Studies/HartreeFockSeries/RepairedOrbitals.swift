import CLibraries
public import Computing
public import ManyBody

/// Hartree–Fock orbitals that are made orthonormal again at every time that is asked for, once: what rounding and the splitting
/// have added since the last time is taken away where the state is looked at.
public final class RepairedOrbitals: Evolution {
  /// The orbitals.
  public let state: HartreeFock
  /// When they were repaired last; −1: not yet.
  private var repaired = -1.0

  private let figures: ((HartreeFock) throws -> [ResolutionFigure])?

  /// The orbitals as they start.
  /// - Parameter figures: what is known of their resolution beside what they know themselves; nil of orbitals that others are only
  ///   compared with: then nothing.
  public init(
    _ state: HartreeFock, figures: ((HartreeFock) throws -> [ResolutionFigure])? = { _ in [] }
  ) {
    self.state = state
    self.figures = figures
  }

  /// t
  public var time: Double { state.time }

  /// - Throws: as `HartreeFock.advance` and `orthonormalize`.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    try state.advance(to: time, afterStep: afterStep)
    guard repaired != time else { return }
    try state.orthonormalize()
    repaired = time
  }

  /// The orbitals, and when they were repaired.
  public func save(to sink: some StateSink) {
    state.save(to: sink)
    sink.write("repaired at", [repaired])
  }

  public func restore(_ state: SavedState) throws {
    let repaired = try state.array("repaired at", count: 1)[0]
    try self.state.restore(state)
    self.repaired = repaired
  }

  /// That of the orbitals, repairs included.
  public func resolution() throws -> [ResolutionFigure] {
    try figures.map { state.resolution() + (try $0(state)) } ?? []
  }
}
