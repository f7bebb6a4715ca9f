// The one-particle Wigner function of a state, divided by its mass: what the one-particle lattices and products start from.

import CLibraries
public import Numerics
public import PhaseSpace

/// μ_W of one species, of mass 1.
public struct WignerState: OneParticleState {
  /// The Wigner hierarchy the function is taken from.
  public let hierarchy: WignerHierarchy
  /// α
  public let species: Int
  /// N_α/N.
  public let mass: Double

  /// The species' Wigner function in a state.
  public init(_ hierarchy: WignerHierarchy, species: Int) {
    self.hierarchy = hierarchy
    self.species = species
    mass = Double(hierarchy.state.particles[species]) / Double(hierarchy.state.totalParticles)
  }

  public func value(xi: SpaceVector, eta: SpaceVector) -> Complex<Double> {
    hierarchy.value(at: [PhasePoint(species: species, xi: xi, eta: eta)]).divided(by: mass)
  }

  public func isNonnegative(hbar: Double?) -> Bool { hierarchy.isNonnegative(hbar: hbar) }
  /// Modes of γ: differences of two plane waves.
  public var highestMode: Int? { 2 * hierarchy.state.waves.cutoff }
}
