public import CLibraries
public import ExperimentKit
public import Interaction
public import PhaseSpace

/// A particle of a configured point: the (ξ,η) as a `PhasePoint`, with the decimals (and, on the torus, the
/// mode n of η = κn) that certified bounds start from.
public struct ConfiguredParticle: Sendable {
  /// Species, ξ and η in Double.
  public let point: PhasePoint
  /// ξ as it was written.
  public let xi: [DecimalNumber]
  /// η as it was written.
  public let eta: [DecimalNumber]
  /// n with η = κn on the torus, nil on R^d.
  public let mode: ModeIndex?
}

/// Reads `points: [{particles: [{species, xi, eta}, …]}, …]`.
public struct PointsReader {
  /// The particles of every point, in the order they were written.
  public let points: [[ConfiguredParticle]]

  /// Reads `points:`. Throws `ConfigurationError` with the key path of what is wrong.
  public init(_ node: ConfigurationNode, model: Model) throws {
    let names = model.species.map(\.name)
    let d = model.geometry.dimension
    var points: [[ConfiguredParticle]] = []
    for entry in try node.list(atLeast: 1) {
      var particles: [ConfiguredParticle] = []
      for particle in try entry["particles"].list(atLeast: 1) {
        let name = try particle["species"].choice(of: names)
        let xi = try particle["xi"].numbers(count: d)
        let eta = try particle["eta"].numbers(count: d)
        var vector = SpaceVector(components: eta.map(\.value))
        var mode: ModeIndex?
        if let kappa = model.geometry.kappa {
          guard let found = model.geometry.mode(of: vector) else {
            throw particle["eta"].error(expected: "a point of κZ^d (κ = \(kappa)) to 1e-9")
          }
          mode = found
          vector = found.vector * kappa
        }
        particles.append(
          ConfiguredParticle(
            point: PhasePoint(
              species: names.firstIndex(of: name) ?? 0, xi: SpaceVector(components: xi.map(\.value)),
              eta: vector),
            xi: xi, eta: eta, mode: mode))
      }
      points.append(particles)
    }
    self.points = points
  }
}
