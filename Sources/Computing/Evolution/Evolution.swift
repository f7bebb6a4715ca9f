// Everything that moves in time says so in one way: a flow on the lattice, jets, a truncated hierarchy, an exact state,
// Hartree–Fock orbitals, characteristics. What follows it through the times of an experiment (progress, checkpoints,
// resumption, interruption, resolution) is then written once.

/// A state that moves in time.
///
///     final class Decay: Evolution {
///       private(set) var time = 0.0
///       var x = 1.0
///       func advance(to time: Double, afterStep: () throws -> Void) throws {
///         x *= exp(self.time - time)
///         self.time = time
///         try afterStep()
///       }
///       func save(to sink: some StateSink) { sink.write("x", [x]) }
///       func restore(_ state: SavedState) throws {
///         x = try state.array("x", count: 1)[0]
///         time = state.time
///       }
///     }
public protocol Evolution: AnyObject {
  /// t, in the units of the model.
  var time: Double { get }

  /// Moves on to a time that is not earlier; nothing happens when it is the present one.
  /// - Parameter afterStep: called after every step at which the state is whole; may throw to stop there. The evolution can
  ///   then be saved, and advanced to the same time later, to the same bits.
  /// - Throws: an argument error for a time that cannot be reached (earlier, or not on the grid of steps); a numerical
  ///   failure.
  func advance(to time: Double, afterStep: () throws -> Void) throws

  /// Writes all that `restore` needs, beside the time, to go on to the same bits.
  func save(to sink: some StateSink)

  /// Goes on from a saved state of the same evolution.
  /// - Throws: `SavedStateError` when the state does not fit.
  func restore(_ state: SavedState) throws

  /// What the evolution knows about its own truncation, now; empty where it knows nothing.
  func resolution() throws -> [ResolutionFigure]
}

extension Evolution {
  /// Nothing is known.
  public func resolution() -> [ResolutionFigure] { [] }

  /// Moves on to a time.
  public func advance(to time: Double) throws { try advance(to: time) {} }

  /// The state, copied.
  public var state: SavedState {
    let collector = StateCollector()
    save(to: collector)
    return SavedState(time: time, arrays: collector.arrays)
  }
}
