public import CLibraries

/// One particle of a point: its species, ξ, and η or the mode n of η = κn, as the decimals they were written in.
public struct Particle: Sendable, Hashable {
  /// Index of the species.
  public let species: Int
  /// ξ, d components.
  public let xi: [DecimalNumber]
  /// η, d components; empty where only the mode was given, which then counts.
  public let eta: [DecimalNumber]
  /// n with η = κn, on the torus.
  public let mode: ModeIndex?

  /// A particle at (ξ,η), or at (ξ,κn) where a mode n is given.
  public init(species: Int, xi: [DecimalNumber], eta: [DecimalNumber], mode: ModeIndex? = nil) {
    self.species = species
    self.xi = xi
    self.eta = eta
    self.mode = mode
  }

  /// A particle at (ξ,κn) on the torus.
  public init(species: Int, xi: [DecimalNumber], mode: ModeIndex) {
    self.init(species: species, xi: xi, eta: [], mode: mode)
  }
}

/// A point (ξ_1, η_1; ξ_2, η_2; …) at which a marginal is taken, in the paper's interaction picture: what lattices, bounds,
/// trees and configurations all take.
///
///     let pair: Point = [
///       Particle(species: 0, xi: [0.5], mode: ModeIndex(1, 0, 0)),
///       Particle(species: 1, xi: [-0.2], mode: ModeIndex(-1, 0, 0)),
///     ]
///
/// It holds decimals, so that a certified bound starts from what was written; `arguments(in:)` are their Doubles.
public struct Point: Sendable, Hashable, ExpressibleByArrayLiteral {
  /// The particles, in any order of the species.
  public let particles: [Particle]

  /// A point of these particles.
  public init(_ particles: [Particle]) { self.particles = particles }

  public init(arrayLiteral elements: Particle...) { particles = elements }

  /// The point of these arguments, by the shortest decimals that read back as their Doubles; on the torus with the modes.
  /// - Throws: `ArgumentError` on the torus, unless every η is in κZ^d (1e-9).
  public init(_ arguments: [PhasePoint], in geometry: PhaseSpaceGeometry) throws(ArgumentError) {
    var particles: [Particle] = []
    for argument in arguments {
      let axes = 0..<geometry.dimension
      let eta = axes.map { DecimalNumber(argument.eta[$0]) }
      let particle = Particle(
        species: argument.species, xi: axes.map { DecimalNumber(argument.xi[$0]) }, eta: eta)
      particles.append(
        Particle(species: particle.species, xi: particle.xi, eta: eta, mode: try particle.mode(in: geometry)))
    }
    self.particles = particles
  }

  /// S entries: how many particles of each species there are.
  public func order(speciesCount: Int) -> MarginalOrder {
    var counts = [Int](repeating: 0, count: speciesCount)
    for particle in particles { counts[particle.species] += 1 }
    return MarginalOrder(counts)
  }

  /// (ξ,η) of every particle in Double, what characteristic functions take; on the torus η = κn.
  /// - Throws: `ArgumentError` unless ξ and η have d components, and on the torus η is in κZ^d (1e-9).
  public func arguments(in geometry: PhaseSpaceGeometry) throws(ArgumentError) -> [PhasePoint] {
    var arguments: [PhasePoint] = []
    for particle in particles { arguments.append(try particle.argument(in: geometry)) }
    return arguments
  }

  /// n of every particle.
  /// - Throws: `ArgumentError` on R^d, and unless every η is in κZ^d (1e-9).
  public func modes(in geometry: PhaseSpaceGeometry) throws(ArgumentError) -> [ModeIndex] {
    var modes: [ModeIndex] = []
    for particle in particles {
      guard let mode = try particle.mode(in: geometry) else {
        throw ArgumentError("eta", expected: "a point of κZ^d on the torus", got: "a point of R^d")
      }
      modes.append(mode)
    }
    return modes
  }
}

extension Particle {
  /// n on the torus, nil on R^d.
  fileprivate func mode(in geometry: PhaseSpaceGeometry) throws(ArgumentError) -> ModeIndex? {
    guard geometry.kappa != nil else { return nil }
    if let mode { return mode }
    let vector = SpaceVector(components: eta.map(\.value))
    guard let mode = geometry.mode(of: vector) else {
      throw ArgumentError("eta", expected: "a point of κZ^d to 1e-9", got: vector.text())
    }
    return mode
  }

  fileprivate func argument(in geometry: PhaseSpaceGeometry) throws(ArgumentError) -> PhasePoint {
    let mode = try mode(in: geometry)
    guard xi.count == geometry.dimension, mode != nil || eta.count == geometry.dimension else {
      throw ArgumentError(
        "a particle", expected: "\(geometry.dimension) components of ξ and η",
        got: "\(xi.count) and \(eta.count)")
    }
    let vector = mode.map { $0.vector * (geometry.kappa ?? 0) } ?? SpaceVector(components: eta.map(\.value))
    return PhasePoint(species: species, xi: SpaceVector(components: xi.map(\.value)), eta: vector)
  }
}

extension Point: RandomAccessCollection {
  public var startIndex: Int { particles.startIndex }
  public var endIndex: Int { particles.endIndex }
  public subscript(index: Int) -> Particle { particles[index] }
}
