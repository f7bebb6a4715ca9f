public import CLibraries
public import PhaseSpace

/// A point in the interaction picture with η on the lattice: what the series and its remainder are evaluated at.
public struct LatticePoint: Sendable {
  /// The particles; η = κn exactly.
  public let particles: [PhasePoint]
  /// n of each particle.
  public let modes: [ModeIndex]

  /// - Throws: `ArgumentError` unless every η is in κZ^d (1e-9).
  public init(_ particles: [PhasePoint], geometry: PhaseSpaceGeometry) throws(ArgumentError) {
    var modes: [ModeIndex] = []
    var exact: [PhasePoint] = []
    for particle in particles {
      guard let kappa = geometry.kappa, let mode = geometry.mode(of: particle.eta) else {
        throw ArgumentError("eta", expected: "a point of κZ^d", got: particle.eta.text())
      }
      modes.append(mode)
      exact.append(PhasePoint(species: particle.species, xi: particle.xi, eta: mode.vector * kappa))
    }
    self.particles = exact
    self.modes = modes
  }
}
