import CLibraries
import Hierarchy
import Interaction
import Numerics
import PhaseSpace
import RemainderBounds
import Testing

/// The bounds at finite N (Papers/finite-n.md): against the sum over all graphs, births and recollisions, and against the
/// remainder of a hierarchy that closes.
@Suite("Bounds for finitely many particles")
struct FiniteParticleBoundTests {
  @Test(
    "the generating function is the sum over all graphs, for N_α = 1, 2, 3, 5, one to three species, orders 1 to 3",
    arguments: [
      ([1], 1), ([2], 1), ([5], 2), ([1, 1], 1), ([2, 1], 2), ([3, 5], 1), ([1, 2, 3], 1), ([5, 1, 2], 2),
    ])
  func graphs(particles: [Int], dimension: Int) throws {
    let model = try GraphSum.model(
      particles, dimension: dimension, seed: UInt64(40 + particles.reduce(0, +)))
    let time = 0.7
    var moved = 0
    for species in [[0], [particles.count - 1, 0], [0, 0, particles.count - 1]] {
      let point = Point(
        species.enumerated().map { index, alpha in
          Particle(
            species: alpha, xi: (0..<dimension).map { DecimalNumber(0.3 + 0.2 * Double(index + $0)) },
            mode: ModeIndex(1 - index, 0, 0))
        })
      let start = GraphSum.start(point, model, time: time)
      let bound: [Double] = try MultiTypeBound().values(model, at: point, time: time, orders: 3)
      for order in 1...(point.count == 3 && particles.count == 3 ? 2 : 3) {
        let sum = GraphSum(model: model)(start, time: time, orders: order)
        #expect((bound[order - 1] - sum).magnitude <= 1e-10 * sum, "\(particles) \(species) L = \(order)")
        if sum > 0 { moved += 1 }
      }
    }
    #expect(moved >= (particles == [1] ? 0 : particles == [2] ? 6 : 3))
  }

  @Test("without recollisions the sum over graphs falls short of the bound: they are in it")
  func recollisionsCount() throws {
    let model = try GraphSum.model([2, 3], dimension: 1, seed: 3)
    let point = Point((0..<2).map { Particle(species: $0, xi: [0.5], mode: .zero) })
    let start = (0..<2).map { Branch(species: $0, start: 0.5, slope: 0) }
    let bound: [Double] = try MultiTypeBound().values(model, at: point, time: 0.7, orders: 2)
    for order in 1...2 {
      let births = GraphSum(model: model, kind: .births)(start, time: 0.7, orders: order)
      #expect(births < 0.9 * bound[order - 1])
    }
  }

  @Test("N → ∞ at fixed fractions: every bound rises to the one at N = ∞, with an error like 1/N")
  func manyParticles() throws {
    let small = try GraphSum.model([2, 3], dimension: 2, seed: 8)
    let infinite = try Model(geometry: small.geometry, species: small.species, potentials: small.potentials)
    let point: Point = [
      Particle(species: 0, xi: [0.4, 0.1], mode: ModeIndex(1, 0, 0)),
      Particle(species: 0, xi: [-0.2, 0.3], mode: ModeIndex(0, 1, 0)),
    ]
    for bound in [MultiTypeBound() as any MassBound, BranchingBound(), FirstMomentBound()] {
      let limit: [Double] = try bound.values(infinite, at: point, time: 0.6, orders: 6)
      var defects: [Double] = []
      for factor in [1, 10, 1000, 100_000] {
        let model = try Model(
          geometry: small.geometry, species: small.species, potentials: small.potentials,
          particles: [2 * factor, 3 * factor])
        let values: [Double] = try bound.values(model, at: point, time: 0.6, orders: 6)
        for (value, end) in zip(values, limit) { #expect(value < end, "\(bound.name)") }
        defects.append(1 - values[5] / limit[5])
      }
      #expect((defects[2] / defects[3] - 100).magnitude < 1, "\(bound.name) \(defects)")
      #expect(defects[0] > 0.3 && defects[3] < 1e-3)
      let time: Double? = try bound.convergenceTime(infinite, species: [0, 1], as: Double.self)
      let longer: Double? = try bound.convergenceTime(small, species: [0, 1], as: Double.self)
      #expect(try #require(longer) > (try #require(time)), "\(bound.name)")
    }
  }

  @Test("one particle alone has no remainder and converges always; beyond N particles there is no marginal")
  func corners() throws {
    let one = try GraphSum.model([1], dimension: 1, seed: 5)
    for bound in [MultiTypeBound() as any MassBound, BranchingBound(), FirstMomentBound()] {
      let point: Point = [Particle(species: 0, xi: [1], mode: .zero)]
      let values: [Double] = try bound.values(one, at: point, time: 1, orders: 3)
      #expect(values == [0, 0, 0])
      #expect(try bound.convergenceTime(one, species: [0], as: Double.self) == nil)
      let two = try GraphSum.model([2, 1], dimension: 1, seed: 5)
      let beyond = Point((0..<2).map { _ in Particle(species: 1, xi: [1], mode: .zero) })
      #expect(try bound.values(two, at: beyond, time: 1.0, orders: 3) == [0, 0, 0])
    }
  }

  @Test(
    "N_1 = N_2 = 1: |μ̄ − S_L| of the closed hierarchy is below every bound, and not far below the sharpest")
  func closedHierarchy() throws {
    var tightest = 0.0
    for seed in 0..<4 {
      var random = RandomStream(seed: UInt64(60 + seed))
      let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: random.decimal(4...8)))
      let strength = random.uniform(0.2...0.6)
      let unitMasses = seed % 2 == 0
      let species = try (0..<2).map {
        try Species(name: "s\($0)", fraction: 0.5, mass: unitMasses ? 1 : random.decimal(0.8...2))
      }
      let states = try species.map { _ in
        try MaxwellianState(
          geometry: geometry, sigma: [random.uniform(0.5...1)], drift: [random.uniform(-0.5...0.5)],
          modulations: [
            .init(
              mode: ModeIndex(1, 0, 0), amplitude: random.uniform(0.7...0.9), phase: random.uniform(0...3))
          ])
      }
      let initial = try ProductMixture(states: states)
      let lattice = try FourierLattice(
        geometry: geometry, modes: 5, xiExtent: 4.5, timeStep: 0.125, masses: species.map(\.mass.value))
      func model(_ coupling: Double) throws -> Model {
        let potential = try TrigonometricPotential(modes: [
          .init(mode: ModeIndex(1, 0, 0), coefficient: DecimalNumber(coupling * strength))
        ])
        return try Model(
          geometry: geometry, species: species,
          potentials: PotentialMatrix(
            geometry: geometry, speciesCount: 2,
            pairs: [(0, 0, potential), (0, 1, potential), (1, 1, potential)]),
          particles: [1, 1])
      }
      let steps = 4
      let time = Double(steps) * lattice.timeStep
      // The solution is analytic in the coupling: S_L is its Taylor polynomial, from its values at nine couplings.
      let couplings = (-4...4).map { Double($0) / 4 }
      let species0 = [0, 1]
      let modes = [ModeIndex(1, 0, 0), ModeIndex(0, 0, 0)]
      let points = [ModeIndex(-3, 0, 0), ModeIndex(9, 0, 0)]
      var values: [Complex<Double>] = []
      for coupling in couplings {
        let hierarchy = try TruncatedHierarchy(
          model: model(coupling), initial: initial, lattice: lattice, rank: 2, closure: ExactClosure(),
          workers: Workers(threads: 1))
        try hierarchy.advance(steps: steps)
        values.append(hierarchy.value(species: species0, modes: modes, points: points))
      }
      let terms = ClosedSeries.taylor(couplings, values)
      let place = Point(
        (0..<2).map { j -> Particle in
          // ξ in the interaction picture: ξ − κnt/m is the grid point.
          let xi =
            Double(points[j][0]) * lattice.spacing(j)
            + (geometry.kappa ?? 0) * Double(modes[j][0]) * time / species[j].mass.value
          return Particle(species: j, xi: [DecimalNumber(xi)], mode: modes[j])
        })
      var partial = Complex<Double>.zero
      for order in 1...4 {
        partial += terms[order - 1]
        let remainder = (values[8] - partial).length
        for bound in [MultiTypeBound() as any MassBound, BranchingBound(), FirstMomentBound(), PaperBound()]
        where unitMasses || bound.name != "paper" {
          let enclosure = try bound.enclosures(
            model(1), initial: initial, at: place, time: DecimalNumber(time), orders: 4)[order - 1]
          #expect(remainder - 1e-5 <= enclosure.upper, "\(seed) \(bound.name) L = \(order)")
          if bound.name == "multi-type" { tightest = max(tightest, remainder / enclosure.upper) }
        }
      }
    }
    #expect(tightest > 0.1, "\(tightest)")
  }
}
