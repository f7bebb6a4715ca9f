public import CLibraries
public import Interaction
public import PhaseSpace

/// Models and data that several tests share.
public enum TestModels {
  /// Two species with unequal potentials of modes 1 and 2, d = 1, κ = 1.25, fractions 0.3 and 0.7.
  public static func two(kernel: Kernel = .classical, masses: [DecimalNumber] = [1, 1], scale: Double = 1)
    throws
    -> Model
  {
    let length = DecimalNumber(2 * Double.pi / 1.25)
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: length))
    let first = ModeIndex(1, 0, 0)
    let second = ModeIndex(2, 0, 0)
    func potential(_ a: Double, _ b: Double) throws -> TrigonometricPotential {
      try TrigonometricPotential(
        modes: [
          .init(mode: first, coefficient: DecimalNumber(a * scale)),
          .init(mode: second, coefficient: DecimalNumber(b * scale)),
        ])
    }
    return try Model(
      geometry: geometry,
      species: [
        Species(name: "a", fraction: 0.3, mass: masses[0]),
        Species(name: "b", fraction: 0.7, mass: masses[1]),
      ],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [
          (0, 0, try potential(0.35, -0.15)), (0, 1, try potential(-0.5, 0)),
          (1, 1, try potential(0.2, 0.25)),
        ]),
      kernel: kernel)
  }

  /// Maxwellians with one modulation each, for the two species.
  public static func states(_ model: Model, scale: Double = 1) throws -> [any OneParticleState] {
    [
      try MaxwellianState(
        geometry: model.geometry, sigma: [0.9], drift: [0.2],
        modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 0.4 * scale)]),
      try MaxwellianState(
        geometry: model.geometry, sigma: [0.7], drift: [-0.3],
        modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: -0.25 * scale)]),
    ]
  }

  /// The same model in d dimensions with a force mode that mixes the axes, one species of mass 1.
  public static func inDimensions(_ dimension: Int) throws -> (Model, ProductMixture) {
    let geometry = try PhaseSpaceGeometry(dimension: dimension, domain: .torus(length: 5))
    var diagonal = ModeIndex.zero
    for axis in 0..<dimension { diagonal[axis] = axis == 1 ? -1 : 1 }
    let model = try Model(
      geometry: geometry, species: [Species(name: "a", fraction: 1)],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 1,
        pairs: [
          (
            0, 0,
            try TrigonometricPotential(
              modes: [
                .init(mode: ModeIndex(1, 0, 0), coefficient: 0.4), .init(mode: diagonal, coefficient: -0.3),
              ].filter { dimension > 1 || $0.mode != diagonal || $0.coefficient == 0.4 })
          )
        ]))
    let state = try MaxwellianState(
      geometry: geometry, sigma: (0..<dimension).map { 0.8 + 0.1 * Double($0) },
      drift: (0..<dimension).map { 0.2 - 0.1 * Double($0) },
      modulations: [
        .init(mode: ModeIndex(1, 0, 0), amplitude: 0.3, phase: 0.4),
        .init(mode: diagonal, amplitude: 0.2, phase: 1),
      ])
    return (model, try ProductMixture(states: [state]))
  }

  /// A point at a mode, ξ as given.
  public static func point(_ model: Model, _ species: Int, _ xi: [Double], _ mode: ModeIndex) -> PhasePoint {
    PhasePoint(
      species: species, xi: SpaceVector(components: xi), eta: mode.vector * (model.geometry.kappa ?? 1))
  }
}
