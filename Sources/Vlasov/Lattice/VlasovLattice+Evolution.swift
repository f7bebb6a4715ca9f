public import Computing

extension VlasovLattice: Evolution {
  /// t = steps · Δt
  public var time: Double { Double(steps) * lattice.timeStep }

  /// - Throws: `ArgumentError` for a time that is no multiple of Δt, or earlier; `NumericalFailure` when a density is no
  ///   longer finite.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    try Self.advance([self], to: time, afterStep: afterStep)
  }

  /// "w": the numbers as they lie; "watched": what the figures of resolution keep of the way here; with a chosen Δξ "steps": how long
  /// steps may be.
  public func save(to sink: some StateSink) {
    field.withContents { sink.write("w", $0) }
    sink.write("watched", watch.saved)
    if let control = integrator.control { sink.write("steps", control.saved) }
  }

  public func restore(_ state: SavedState) throws {
    let made = try lattice.steps(in: state)
    let watched = try state.array("watched", count: watch.saved.count)
    if var control = integrator.control {
      control.restore(try state.array("steps", count: StepControl.savedCount))
      integrator.control = control
    }
    field.replaceContents(try state.array("w", count: field.rows.count))
    watch.restore(watched)
    steps = made
  }

  /// So many steps of Δt: for tests and benchmarks, which count them.
  package func advance(steps count: Int) throws {
    for _ in 0..<count { try step() }
  }
}
