// The exact state as it moves in time: Ψ(t₁) = e^{−i(t₁ − t₀)H/ħ} Ψ(t₀), in as few equal steps to every time that is asked for as
// the propagator's longest step allows and the bound of what the plane waves cut off needs:
//
//     ‖ψ − Ψ‖ ≤ ‖ψ(0) − Ψ(0)‖ + (1/ħ) ∫ ‖(1 − P)HΨ‖ dt                                            (FockState+Leak)
//
// by an upper sum, the greater of the two ends for each step. No step is longer than ħ/2σ, σ = ‖(H − E)Ψ‖ the constant spread of
// the energy: by Mandelstam and Tamm nothing that can be measured of Ψ changes much in less than ħ/σ.

import CLibraries
public import Computing
import Numerics

/// A state in Fock space and the propagator that moves it.
///
///     let evolution = try ExactEvolution(start, interaction: interaction)
///     try evolution.advance(to: 1)
///     evolution.fockState.densityMode(0, ModeIndex(1, 0, 0))
public final class ExactEvolution: Evolution {
  /// Ψ(t)
  public private(set) var fockState: FockState
  /// e^{−itH/ħ}
  public let propagator: any Propagator
  /// The bounds of the propagator's error so far, in all.
  public private(set) var error = 0.0
  /// What the plane waves cut off at the start.
  public let cut: OrbitalCut
  /// An upper bound of the distance from the state that no plane waves cut off, ‖ψ − Ψ‖; that of the propagator apart.
  public private(set) var truncation: Double
  let startingNorm: Double
  private var steps = EqualSteps(at: 0)
  /// ‖(1 − P)HΨ‖ at the present time, and σ; nil: not computed yet.
  private var leak: Double?
  private var spread: Double?

  /// H
  public var hamiltonian: Hamiltonian { propagator.hamiltonian }
  /// t
  public var time: Double { steps.time }

  /// At time 0.
  /// - Parameter cut: what was cut off when the state was put on its plane waves.
  public init(_ start: FockState, propagator: any Propagator, cut: OrbitalCut = .none) {
    fockState = start
    startingNorm = start.squaredNorm
    self.propagator = propagator
    self.cut = cut
    truncation = cut.distance
  }

  /// At time 0, with Chebyshev's propagator in the state's own sector of total momentum, in an external potential on the whole space.
  /// - Throws: as `Hamiltonian`.
  public convenience init(
    _ start: FockState, interaction: InteractionModes, cut: OrbitalCut = .none,
    workers: Workers = Workers(threads: 1)
  ) throws {
    let momentum = interaction.isExternal ? nil : start.definiteMomentum
    try start.space.ranks.check()
    let hamiltonian = try Hamiltonian(
      space: start.space, interaction: interaction, totalMomentum: momentum, workers: workers)
    self.init(start, propagator: try ChebyshevPropagator(hamiltonian), cut: cut)
  }

  /// ⟨Ψ, HΨ⟩/‖Ψ‖².
  /// - Throws: as `Hamiltonian.vector(of:)`.
  public func energy() throws -> Double { try hamiltonian.energy(of: fockState) }

  /// - Throws: `ArgumentError` for an earlier time or one more than 10⁹ steps away; as the propagator; what `afterStep`
  ///   throws.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    guard time != self.time else { return }
    if !steps.leads(to: time) {
      steps = try EqualSteps(from: self.time, to: time, largest: try longestStep())
    }
    while steps.isUnfinished {
      let before = leak ?? fockState.leak(hamiltonian.interaction)
      let result = try propagator.evolve(fockState, by: steps.length)
      let after = result.state.leak(hamiltonian.interaction)
      try fockState.space.ranks.check()
      fockState = result.state
      error += result.error
      truncation += steps.length / fockState.hbar * .greatest(before, after)
      leak = after
      steps.take()
      try afterStep()
    }
  }

  /// The less of the propagator's longest step and ħ/2σ.
  private func longestStep() throws -> Double {
    let sigma: Double
    if let spread {
      sigma = spread
    } else {
      sigma = try hamiltonian.energySpread(of: fockState)
      spread = sigma
    }
    return sigma > 0 ? min(propagator.longestStep, fockState.hbar / (2 * sigma)) : propagator.longestStep
  }

  /// (f(Ψ(t + h)) − f(Ψ(t − h)))/2h, the derivative of what is measured of the state that is computed, with h = 10⁻³ħ/σ: off by
  /// some (hσ/ħ)²/6 of f's size and 10⁻¹³/h of rounding. The state stays where it is.
  /// - Throws: as the propagator, and what `measured` throws.
  public func timeDerivative(of measured: (FockState) throws -> [Double]) throws -> [Double] {
    let sigma = try hamiltonian.energySpread(of: fockState)
    guard sigma > 0 else { return try measured(fockState).map { _ in 0 } }
    let h = min(1e-3 * fockState.hbar / sigma, propagator.longestStep)
    let later = try measured(propagator.evolve(fockState, by: h).state)
    let earlier = try measured(propagator.evolve(fockState, by: -h).state)
    return zip(later, earlier).map { ($0 - $1) / (2 * h) }
  }

  /// The coefficients of Ψ, from whatever ranks have them, the bounds of the errors and the interval that is under way.
  public func save(to sink: some StateSink) {
    sink.write("interval", steps.numbers)
    sink.write("errors", [error, truncation, spread ?? -1])
    fockState.saveCoefficients(to: sink)
  }

  /// Goes on from a saved state of the same space.
  public func restore(_ state: SavedState) throws {
    let steps = try EqualSteps(state, "interval")
    let errors = try state.array("errors", count: 3)
    try fockState.restoreCoefficients(state)
    self.steps = steps
    (error, truncation) = (errors[0], errors[1])
    spread = errors[2] < 0 ? nil : errors[2]
    leak = nil
  }
}
