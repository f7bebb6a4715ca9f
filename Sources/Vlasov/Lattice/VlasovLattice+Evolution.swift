public import Computing

extension VlasovLattice: Evolution {
  /// t = steps · Δt
  public var time: Double { Double(steps) * lattice.timeStep }

  /// - Throws: `ArgumentError` for a time that is no multiple of Δt, or earlier; `NumericalFailure` when a density is no
  ///   longer finite.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    try Self.advance([self], to: time, afterStep: afterStep)
  }

  /// "rows/α/n_1": the modes n_1 of species α (VlasovLattice+Slabs.swift), of a lattice that ranks do not have together "slabs/α/n_1";
  /// "watched": what the figures of resolution keep of the way here; with a chosen Δξ "steps": how long steps may be.
  public func save(to sink: some StateSink) {
    saveSlabs(to: sink)
    sink.write("watched", watch.saved)
    if let control = integrator.control { sink.write("steps", control.saved) }
  }

  public func restore(_ state: SavedState) throws {
    let made = try lattice.steps(in: state)
    let watched = try state.array("watched", count: watch.saved.count)
    let control = try integrator.control.map { _ in
      try state.array("steps", count: StepControl.savedCount)
    }
    try restoreSlabs(state)
    if let control { integrator.control?.restore(control) }
    watch.restore(watched)
    steps = made
  }

  /// So many steps of Δt: for tests and benchmarks, which count them.
  package func advance(steps count: Int) throws {
    for _ in 0..<count { try step() }
  }
}
