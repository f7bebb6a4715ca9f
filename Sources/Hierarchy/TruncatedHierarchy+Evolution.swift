public import Computing
import Vlasov

extension TruncatedHierarchy: Evolution {
  /// t = steps · Δt
  public var time: Double { Double(steps) * lattice.timeStep }

  /// - Throws: `ArgumentError` for a time that is no multiple of Δt, or earlier; `NumericalFailure` when a one-particle
  ///   density is no longer finite.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    for _ in 0..<(try lattice.steps(to: time, after: steps)) {
      watch.step(self)
      watchInterpolation()
      try step()
      try afterStep()
    }
  }

  /// "w": all marginals as they lie, a part of `peakBytes`; "watched": what the figures of resolution keep of the way here; with a chosen
  /// Δξ "steps": how long steps may be.
  public func save(to sink: some StateSink) {
    sink.write("w", UnsafeBufferPointer(start: current, count: layout.count))
    sink.write("watched", watch.saved)
    if let control = stepper.control { sink.write("steps", control.saved + [interpolation]) }
  }

  public func restore(_ state: SavedState) throws {
    let made = try lattice.steps(in: state)
    let watched = try state.array("watched", count: watch.saved.count)
    if var control = stepper.control {
      let numbers = try state.array("steps", count: StepControl.savedCount + 1)
      control.restore(numbers.dropLast())
      interpolation = numbers[StepControl.savedCount]
      stepper.control = control
    }
    stepper.state.update(from: try state.array("w", count: layout.count), count: layout.count)
    watch.restore(watched)
    steps = made
  }

  /// So many steps of Δt: for tests and benchmarks, which count them.
  package func advance(steps count: Int) throws {
    for _ in 0..<count { try step() }
  }
}
