import CLibraries
import Computing
import Interaction
import PhaseSpace

/// Small models in the class of the certified numbers.
enum CertificationModels {
  static func geometry(_ length: DecimalNumber = 6.283185307179586) throws -> PhaseSpaceGeometry {
    try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: length))
  }

  static func potential(_ coefficients: [(Int, DecimalNumber)]) throws -> TrigonometricPotential {
    try TrigonometricPotential(
      modes: coefficients.map { .init(mode: ModeIndex($0.0, 0, 0), coefficient: $0.1) })
  }

  /// The default of dyson-remainder.
  static func twoSpecies() throws -> (Model, [any OneParticleState]) {
    let geometry = try geometry()
    let model = try Model(
      geometry: geometry,
      species: [try Species(name: "electron", fraction: 0.5), try Species(name: "ion", fraction: 0.5)],
      potentials: try PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [
          (0, 0, try potential([(1, 0.5)])), (0, 1, try potential([(1, -0.4)])),
          (1, 1, try potential([(1, 0.3)])),
        ]))
    return (
      model,
      [
        try MaxwellianState(
          geometry: geometry, sigma: [1.0], drift: [0.2],
          modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 0.3)]),
        try MaxwellianState(
          geometry: geometry, sigma: [0.6], drift: [-0.1],
          modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: -0.2, phase: 0.4)]),
      ]
    )
  }

  /// Unequal masses and fractions, two modes, two streams, another period.
  static func unequal() throws -> (Model, [any OneParticleState]) {
    let geometry = try geometry(5.5)
    let model = try Model(
      geometry: geometry,
      species: [
        try Species(name: "light", fraction: 0.7, mass: 1.0),
        try Species(name: "heavy", fraction: 0.3, mass: 2.5),
      ],
      potentials: try PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [(0, 0, try potential([(1, 0.4), (2, -0.1)])), (0, 1, try potential([(2, 0.25)]))]))
    let stream = { (drift: Double) in
      try MaxwellianState(
        geometry: geometry, sigma: [0.5], drift: [drift],
        modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 0.2, phase: 0.3)])
    }
    return (
      model,
      [
        try TwoStreamState(forward: try stream(0.9), backward: try stream(-0.7), weight: 0.4),
        try MaxwellianState(
          geometry: geometry, sigma: [0.8], drift: [0],
          modulations: [.init(mode: ModeIndex(2, 0, 0), amplitude: 0.5, phase: -1)]),
      ]
    )
  }

  static func point(_ particles: (Int, DecimalNumber, Int)...) -> Point {
    Point(particles.map { Particle(species: $0.0, xi: [$0.1], mode: ModeIndex($0.2, 0, 0)) })
  }
}

extension ComplexBall {
  /// Whether a number of the rectangle is one of the other.
  func contains(_ other: ComplexBall) -> Bool { isFinite && overlaps(other) }
  /// The larger of the radii.
  var radius: Double { max(real.radius, imaginary.radius) }
}
