import CLibraries
import Computing
import Foundation
import Interaction
import Numerics
import PhaseSpace
import TestRandomNumbers
import Testing
import Vlasov

@Suite("The exact solution by nodes")
struct VlasovNodesTests {
  private static let workers = Workers(threads: 1)

  private static func value(_ component: ProductComponent, _ species: Int, _ g: Int, _ n: Int) -> Complex<
    Double
  > {
    let lattice = component.table.lattice
    let line = component.table.values[species][n + lattice.modes]
    let (half, points) = (lattice.halfWidths[species], lattice.pointCount(species))
    return Complex(line[g + half], line[points + g + half])
  }

  @Test(
    "values as an independent program finds them, by Taylor series and other nodes: two species, masses, two streams"
  )
  func twoSpecies() throws {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
    func potential(_ modes: [(Int, DecimalNumber)]) throws -> TrigonometricPotential {
      try TrigonometricPotential(modes: modes.map { .init(mode: ModeIndex($0.0, 0, 0), coefficient: $0.1) })
    }
    let model = try Model(
      geometry: geometry,
      species: [Species(name: "a", fraction: 0.4), Species(name: "b", fraction: 0.6, mass: 2.5)],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [
          (0, 0, potential([(1, 0.35), (2, -0.15)])), (0, 1, potential([(1, -0.5)])),
          (1, 1, potential([(1, 0.2), (3, 0.1)])),
        ]))
    func maxwellian(_ sigma: Double, _ drift: Double, _ waves: [(Int, Double, Double)]) throws
      -> MaxwellianState
    {
      try MaxwellianState(
        geometry: geometry, sigma: [sigma], drift: [drift],
        modulations: waves.map { .init(mode: ModeIndex($0.0, 0, 0), amplitude: $0.1, phase: $0.2) })
    }
    let streams = try TwoStreamState(
      forward: maxwellian(0.7, 0.8, [(1, -0.3, 0)]), backward: maxwellian(0.7, -0.8, [(1, -0.3, 0)]),
      weight: 0.3)
    let initial = try ProductMixture(states: [maxwellian(0.9, 0.2, [(1, 0.4, 0.3), (2, 0.2, 1.1)]), streams])
    // Δξ = κΔt/2m: 0.5 for a, 0.2 for b.
    let step = 0.5 * 2 / (2 * Double.pi / 5)
    let lattice = try FourierLattice(
      geometry: geometry, modes: 4, xiExtents: [4, 3], timeStep: step, masses: model.masses)
    let nodes = try VlasovNodes(
      model: model, initial: initial, lattice: lattice, until: 2.5, workers: Self.workers)
    try nodes.advance(to: 2.5)
    let found = try #require(nodes.components().first)
    for (species, g, n, expected) in [
      (0, 0, 1, Complex(-0.011543883680727982, -0.0013949084307631593)),
      (0, 3, -2, Complex(0.0004375956103263041, -1.8736211472000398e-05)),
      (0, -8, 3, Complex(-2.9677155609704667e-05, -9.201243104958523e-05)),
      (1, -10, 1, Complex(-0.0886677778863294, -0.023223597177169243)),
      (1, 15, 4, Complex(7.844352273132494e-08, -2.87710958008433e-08)),
    ] {
      let value = Self.value(found, species, g, n)
      #expect((value - expected).length < 1e-13, "\(species) \(g) \(n): \(value)")
      // Every site stands for its mirror image too.
      #expect((Self.value(found, species, -g, -n) - expected.conjugate).length < 1e-13)
    }
    #expect(found.errors.allSatisfy { $0.maximum < 1e-13 })
  }

  @Test("attraction that traps: V = −2 cos q, σ = 0.5, t = 4, as the independent program has it")
  func attraction() throws {
    let (model, initial) = try Self.one(strength: -1, sigma: 0.5, amplitude: 0.3)
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 4, xiExtent: 2, timeStep: 0.5, masses: [1])
    let nodes = try VlasovNodes(
      model: model, initial: initial, lattice: lattice, until: 4, workers: Self.workers)
    try nodes.advance(to: 4)
    let found = try #require(nodes.components().first)
    for (g, n, expected) in [
      (0, 1, 0.6471965499443929), (8, 1, -0.019345317737900443), (0, 4, -0.06267760691516125),
    ] {
      let value = Self.value(found, 0, g, n)
      #expect((value - Complex(expected)).length < 1e-12, "\(g) \(n): \(value)")
    }
  }

  /// One species on the circle of length 2π with 2v cos q.
  static func one(strength: Double, sigma: Double, amplitude: Double, drift: Double = 0) throws -> (
    Model, ProductMixture
  ) {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: DecimalNumber(2 * Double.pi)))
    let potential = try TrigonometricPotential(
      modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: DecimalNumber(strength))])
    let model = try Model(
      geometry: geometry, species: [Species(name: "e", fraction: 1)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, potential)]))
    let state = try MaxwellianState(
      geometry: geometry, sigma: [sigma], drift: [drift],
      modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: amplitude)])
    return (model, try ProductMixture(states: [state]))
  }

  @Test("a periodised Gaussian in free flight: the characteristic function at the shifted ξ")
  func freeGaussian() throws {
    let (model, _) = try Self.one(strength: 0, sigma: 1, amplitude: 0)
    let state = try GaussianState(dimension: 1, sigma: [0.8], drift: [0.3], width: [0.7], centre: [2])
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 5, xiExtent: 6, timeStep: 0.5, masses: [1])
    let nodes = try VlasovNodes(
      model: model, initial: ProductMixture(states: [state]), lattice: lattice, until: 2,
      workers: Self.workers)
    try nodes.advance(to: 2)
    let found = try #require(nodes.components().first)
    #expect(found.errors[0].maximum < 5e-14)
    for n in -5...5 {
      for g in stride(from: -24, through: 24, by: 3) {
        let xi = 0.25 * Double(g) + 2 * Double(n)
        let exact = state.value(xi: SpaceVector(xi, 0, 0), eta: SpaceVector(Double(n), 0, 0))
        // Within what it says, and that is near rounding.
        #expect((Self.value(found, 0, g, n) - exact).length < found.errors[0].maximum)
      }
    }
  }

  private static let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"

  @Test(
    "with few nodes the error it says covers what it makes, and is not a thousand times too large",
    arguments: 0..<(isCampaign ? 24 : 4))
  func errorCovers(seed: UInt64) throws {
    var random = SplitMix(spreading: seed)
    let (model, initial) = try Self.one(
      strength: .random(in: -1...1, using: &random), sigma: .random(in: 0.4...1, using: &random),
      amplitude: .random(in: -0.9...0.9, using: &random))
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 4, xiExtent: 8, timeStep: 0.5, masses: [1])
    let time = Double.random(in: 1...4, using: &random).rounded()
    func solution(_ tolerance: Double) throws -> ProductComponent {
      let nodes = try VlasovNodes(
        model: model, initial: initial, lattice: lattice, until: time, tolerance: tolerance,
        workers: Self.workers)
      try nodes.advance(to: time)
      return try #require(nodes.components().first)
    }
    let (rough, fine) = (try solution(1), try solution(1e-13))
    let error = rough.table.distance(to: fine.table)[0]
    #expect(error.maximum <= rough.errors[0].maximum + fine.errors[0].maximum)
    #expect(error.l2 <= rough.errors[0].l2 + fine.errors[0].l2)
    #expect(fine.errors[0].maximum < 1e-9, "\(fine.errors)")
  }

  @Test("stopped in the middle of a refinement it goes on to the same bits, on any number of threads")
  func resume() throws {
    struct Stop: Error {}
    let (model, initial) = try Self.one(strength: -1, sigma: 0.5, amplitude: 0.3)
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 3, xiExtent: 4, timeStep: 0.5, masses: [1])
    func nodes(_ threads: Int = 1) throws -> VlasovNodes {
      try VlasovNodes(
        model: model, initial: initial, lattice: lattice, until: 3, tolerance: 1e-11,
        workers: Workers(threads: threads))
    }
    let whole = try nodes()
    var steps = 0
    try whole.advance(to: 1) { steps += 1 }
    try whole.advance(to: 3) { steps += 1 }
    let initially = try nodes().state.arrays["levels"]
    #expect(steps > 20 && whole.state.arrays["levels"] != initially)
    for stop in [2, steps - 2] {
      let (first, second) = (try nodes(), try nodes(2))
      var made = 0
      func count() throws {
        made += 1
        if made == stop { throw Stop() }
      }
      do {
        try first.advance(to: 1, afterStep: count)
        try first.advance(to: 2, afterStep: count)
      } catch is Stop {}
      try second.restore(first.state)
      if second.time <= 1 { try second.advance(to: 1) }
      try second.advance(to: 3)
      #expect(second.state == whole.state, "stopped after \(stop) of \(steps) steps")
      #expect(second.components()[0].table.values == whole.components()[0].table.values)
    }
    #expect(throws: SavedStateError.self) {
      try whole.restore(SavedState(time: 1, arrays: ["levels": [1, 1]]))
    }
    #expect(throws: ArgumentError.self) { try whole.advance(to: 1) }
  }

  @Test("Moyal, finite N and states without a density have no nodes")
  func refused() throws {
    struct Own: OneParticleState {
      func value(xi: SpaceVector, eta: SpaceVector) -> Complex<Double> { 1 }
      func isNonnegative(hbar: Double?) -> Bool { true }
    }
    let (model, initial) = try Self.one(strength: 1, sigma: 1, amplitude: 0.1)
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 2, xiExtent: 2, timeStep: 0.5, masses: [1])
    func nodes(_ model: Model, _ initial: ProductMixture) throws {
      _ = try VlasovNodes(
        model: model, initial: initial, lattice: lattice, until: 1, workers: Self.workers)
    }
    #expect(throws: HypothesisError.self) { try nodes(model.with(kernel: .moyal(hbar: 0.1)), initial) }
    let finite = try #require(try model.with(particleNumber: 4))
    #expect(throws: HypothesisError.self) { try nodes(finite, initial) }
    #expect(throws: HypothesisError.self) { try nodes(model, ProductMixture(states: [Own()])) }
  }

  @Test("the steps that are made are those that are estimated beforehand", arguments: [0.01, 1, 100, 3000])
  func estimatedSteps(strength: Double) throws {
    let model = try CharacteristicsModel.model(strength: strength, masses: [1, 3])
    let densities = try [0, 1].map {
      try VlasovGaussians(CharacteristicsModel.maxwellian($0), fraction: 0.5, geometry: model.geometry)
    }
    let end = 12 / Double.greatest(1, strength.squareRoot())
    let estimate = try MotionEstimate(model, [densities], until: end)
    let flow = try VlasovCharacteristics(model: model, densities: densities, positions: 24, momenta: 24)
    var steps = 0
    try flow.advance(to: end) { steps += 1 }
    let expected = end / estimate.step + 1
    #expect(Double(steps) < 2.5 * expected && Double(steps) > expected / 4, "\(steps) steps for \(expected)")
    #expect(estimate.isViolent == (strength >= 1))
  }
}
