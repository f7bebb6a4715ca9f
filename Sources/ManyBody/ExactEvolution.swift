// The exact state as it moves in time: Ψ(t₁) = e^{−i(t₁ − t₀)H/ħ} Ψ(t₀), one step of the propagator to every time that is asked
// for, or as few equal ones as the propagator's longest step allows; the bound of the error is added up.

import CLibraries
public import Computing
import Numerics

/// A state in Fock space and the propagator that moves it.
///
///     let evolution = try ExactEvolution(start, interaction: interaction)
///     try evolution.advance(to: 1)
///     evolution.fockState.densityMode(0, [1])
public final class ExactEvolution: Evolution {
  /// Ψ(t)
  public private(set) var fockState: FockState
  /// e^{−itH/ħ}
  public let propagator: any Propagator
  /// The bounds of the propagator's error so far, in all.
  public private(set) var error = 0.0
  /// The largest squared norm of an orbital that the plane waves cut off at the start.
  public let startingTail: Double
  let startingNorm: Double
  private var steps = EqualSteps(at: 0)

  /// H
  public var hamiltonian: Hamiltonian { propagator.hamiltonian }
  /// t
  public var time: Double { steps.time }

  /// At time 0.
  /// - Parameter startingTail: what was cut off when the state was put on its plane waves.
  public init(_ start: FockState, propagator: any Propagator, startingTail: Double = 0) {
    fockState = start
    startingNorm = start.squaredNorm
    self.propagator = propagator
    self.startingTail = startingTail
  }

  /// At time 0, with Chebyshev's propagator in the state's own sector of total momentum.
  /// - Throws: as `Hamiltonian`.
  public convenience init(
    _ start: FockState, interaction: InteractionModes, startingTail: Double = 0,
    workers: Workers = Workers(threads: 1)
  ) throws {
    let hamiltonian = try Hamiltonian(
      space: start.space, interaction: interaction, totalMomentum: start.definiteMomentum, workers: workers)
    self.init(start, propagator: try ChebyshevPropagator(hamiltonian), startingTail: startingTail)
  }

  /// ⟨Ψ, HΨ⟩/‖Ψ‖².
  /// - Throws: as `Hamiltonian.vector(of:)`.
  public func energy() throws -> Double { try hamiltonian.energy(of: fockState) }

  /// - Throws: `ArgumentError` for an earlier time or one more than 10⁹ steps away; as the propagator; what `afterStep`
  ///   throws.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    guard time != self.time else { return }
    if !steps.leads(to: time) {
      steps = try EqualSteps(from: self.time, to: time, largest: propagator.longestStep)
    }
    while steps.isUnfinished {
      let result = try propagator.evolve(fockState, by: steps.length)
      fockState = result.state
      error += result.error
      steps.take()
      try afterStep()
    }
  }

  /// The coefficients of Ψ, the bound of the error and the interval that is under way.
  public func save(to sink: some StateSink) {
    sink.write("interval", steps.numbers)
    sink.write("error", [error])
    sink.write("state", complex: fockState.coefficients)
  }

  /// Goes on from a saved state of the same space.
  public func restore(_ state: SavedState) throws {
    let steps = try EqualSteps(state, "interval")
    let error = try state.array("error", count: 1)[0]
    fockState.coefficients = try state.complexArray("state", count: fockState.coefficients.count)
    self.steps = steps
    self.error = error
  }
}
