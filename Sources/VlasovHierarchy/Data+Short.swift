import CLibraries
import Interaction
import PhaseSpace

/// A one-particle state in few words, the same on every axis, for `model.product(…)`.
public struct ShortState: Sendable {
  let make: @Sendable (PhaseSpaceGeometry) throws -> any OneParticleState

  /// Any state.
  public static func state(_ state: any OneParticleState) -> ShortState { ShortState { _ in state } }

  /// A Maxwellian of this width and drift; with a wave a·cos(κq_1 + φ) of its density where an amplitude is given. On the
  /// torus.
  public static func maxwellian(sigma: Double, drift: Double = 0, wave a: Double = 0, phase: Double = 0)
    -> ShortState
  {
    ShortState { geometry in
      let axes = 0..<geometry.dimension
      return try MaxwellianState(
        geometry: geometry, sigma: axes.map { _ in sigma }, drift: axes.map { $0 == 0 ? drift : 0 },
        modulations: a == 0 ? [] : [.init(mode: ModeIndex(1, 0, 0), amplitude: a, phase: phase)])
    }
  }

  /// A Gaussian: σ and drift of the momenta, width and centre of the positions.
  public static func gaussian(sigma: Double, width: Double, drift: Double = 0, centre: Double = 0)
    -> ShortState
  {
    ShortState { geometry in
      let axes = 0..<geometry.dimension
      return try GaussianState(
        dimension: geometry.dimension, sigma: axes.map { _ in sigma },
        drift: axes.map { $0 == 0 ? drift : 0 },
        width: axes.map { _ in width }, centre: axes.map { $0 == 0 ? centre : 0 })
    }
  }
}

extension Model {
  /// Factorised data: one state for each species, or one for all.
  ///
  ///     let data = try model.product(.maxwellian(sigma: 1))
  ///
  /// - Throws: `ArgumentError` for another number of states, and as their initialisers.
  public func product(_ states: ShortState...) throws -> ProductMixture {
    guard states.count == 1 || states.count == species.count else {
      throw ArgumentError(
        "states", expected: "one, or one for each of \(species.count) species", got: "\(states.count)")
    }
    return try ProductMixture(
      states: species.indices.map { try states[states.count == 1 ? 0 : $0].make(geometry) })
  }
}
