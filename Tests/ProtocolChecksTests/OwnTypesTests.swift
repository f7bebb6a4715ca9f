import CLibraries
import Hierarchy
import Husimi
import Interaction
import PhaseSpace
import ProtocolChecks
import RemainderBounds
import Testing

@Suite("The project's own types keep the promises of their protocols")
struct OwnTypesTests {
  private func circle(_ dimension: Int = 1) throws -> PhaseSpaceGeometry {
    try PhaseSpaceGeometry(dimension: dimension, domain: .torus(length: 5))
  }

  @Test("Potentials, d = 1, 2, 3", arguments: 1...3)
  func potentials(dimension: Int) throws {
    let potentials: [any BandLimitedPotential] = [
      try TrigonometricPotential(modes: [
        .init(mode: ModeIndex(1, 0, 0), coefficient: 0.3), .init(mode: .zero, coefficient: -0.2),
      ]),
      try BumpPotential(strength: -0.7, bandlimit: 1.5, power: 2),
      try BumpPotential(strength: 1.3, bandlimit: 2.8, power: 1.5),
      try TabulatedPotential(radii: [0, 0.5, 1.1, 2], samples: [1, 0.4, -0.6, 0]),
    ]
    for potential in potentials { try checkPotential(potential, dimension: dimension) }
  }

  @Test("States, on the torus and in space")
  func states() throws {
    for dimension in 1...2 {
      let torus = try circle(dimension)
      let wave = MaxwellianState.Modulation(mode: ModeIndex(1, 0, 0), amplitude: 0.6, phase: 0.4)
      let drift = [Double](repeating: 0.4, count: dimension)
      let sigma = [Double](repeating: 0.8, count: dimension)
      let maxwellian = try MaxwellianState(geometry: torus, sigma: sigma, drift: drift, modulations: [wave])
      let back = try MaxwellianState(geometry: torus, sigma: sigma, drift: drift.map { -$0 })
      try checkState(maxwellian, on: torus)
      try checkState(TwoStreamState(forward: maxwellian, backward: back, weight: 0.3), on: torus)
      let gaussian = try GaussianState(
        dimension: dimension, sigma: sigma, drift: drift, width: [Double](repeating: 0.4, count: dimension),
        centre: drift)
      try checkState(gaussian, on: torus)
      try checkState(
        gaussian, on: PhaseSpaceGeometry(dimension: dimension, domain: .space), hbars: [0.1, 0.64])
    }
  }

  private func model() throws -> Model {
    let potential = try TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: 0.3)])
    return try Model(
      geometry: circle(), species: [Species(name: "a", fraction: 0.4), Species(name: "b", fraction: 0.6)],
      potentials: PotentialMatrix(
        geometry: circle(), speciesCount: 2, pairs: [(0, 0, potential), (0, 1, potential)]))
  }

  private func mixture() throws -> ProductMixture {
    let states = try [0.8, 1.1].map {
      try MaxwellianState(
        geometry: circle(), sigma: [$0], drift: [0.2],
        modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 0.4)])
    }
    return try ProductMixture(components: [
      .init(weight: 0.25, states: states), .init(weight: 0.75, states: states.reversed()),
    ])
  }

  @Test("Initial data")
  func initialData() throws {
    try checkInitialData(mixture(), for: model())
    let gaussians = try [0.7, 0.9].map {
      try GaussianState(dimension: 1, sigma: [$0], drift: [0.1], width: [0.8], centre: [0.3])
    }
    try checkInitialData(
      CorrelatedGaussians(
        states: gaussians, momentumCovariance: [0.3, -0.1, -0.1, 0.2], positionCovariance: [0, 0, 0, 0.4]),
      for: model())
  }

  @Test("Closures")
  func closures() throws {
    for closure in [ZeroClosure(), FactorisedClosure(), CumulantClosure(), ExactClosure()] as [any Closure] {
      try checkClosure(closure)
    }
  }

  @Test("Bounds, against the remainder itself")
  func bounds() throws {
    let point: Point = [
      Particle(species: 0, xi: [0.5], mode: ModeIndex(1, 0, 0)),
      Particle(species: 1, xi: [-0.25], mode: ModeIndex(-1, 0, 0)),
    ]
    for bound in [
      PaperBound(), FirstMomentBound(), BranchingBound(), MultiTypeBound(), DataAwareBound(),
    ] as [any RemainderBound] {
      try checkBound(bound, model(), initial: mixture(), at: point, time: 0.5)
    }
  }

  @Test("Windows")
  func windows() throws {
    try checkWindow(GaussianWindow(width: 0.7))
    try checkWindow(CosinePowerWindow(radius: 2.5, power: 4))
  }
}
