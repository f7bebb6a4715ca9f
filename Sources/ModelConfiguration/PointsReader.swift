import CLibraries
public import ExperimentKit
public import Interaction
public import PhaseSpace

/// Reads `points: [{particles: [{species, xi, eta}, …]}, …]`.
public struct PointsReader {
  /// The particles of every point, in the order they were written.
  public let points: [Point]

  /// Reads `points:`. Throws `ConfigurationError` with the key path of what is wrong.
  public init(_ node: ConfigurationNode, model: Model) throws {
    let names = model.species.map(\.name)
    let d = model.geometry.dimension
    var points: [Point] = []
    for entry in try node.list(atLeast: 1) {
      var particles: [Particle] = []
      for particle in try entry["particles"].list(atLeast: 1) {
        let name = try particle["species"].choice(of: names)
        let xi = try particle["xi"].numbers(count: d)
        let eta = try particle["eta"].numbers(count: d)
        var mode: ModeIndex?
        if let kappa = model.geometry.kappa {
          guard let found = model.geometry.mode(of: SpaceVector(components: eta.map(\.value))) else {
            throw particle["eta"].error(expected: "a point of κZ^d (κ = \(kappa)) to 1e-9")
          }
          mode = found
        }
        particles.append(Particle(species: names.firstIndex(of: name) ?? 0, xi: xi, eta: eta, mode: mode))
      }
      points.append(Point(particles))
    }
    self.points = points
  }
}
