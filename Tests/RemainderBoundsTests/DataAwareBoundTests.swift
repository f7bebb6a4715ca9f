import CLibraries
import DysonSeries
import Foundation
import Interaction
import Numerics
import PhaseSpace
import RemainderBounds
import Testing

@Suite("Data-aware bounds")
struct DataAwareBoundTests {
  /// The default model of dyson-remainder, with amplitudes, kernel and potentials at will.
  private func reference(amplitudes: [Double] = [0.3, -0.2], kernel: Kernel = .classical) throws
    -> (model: Model, initial: ProductMixture)
  {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 6.283185307179586))
    func cosine(_ coefficient: DecimalNumber) throws -> TrigonometricPotential {
      try TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: coefficient)])
    }
    let model = try Model(
      geometry: geometry,
      species: [Species(name: "electron", fraction: 0.5), Species(name: "ion", fraction: 0.5)],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [(0, 0, cosine(0.5)), (0, 1, cosine(-0.4)), (1, 1, cosine(0.3))]), kernel: kernel)
    let states = try [(1.0, 0.2, amplitudes[0], 0.0), (0.6, -0.1, amplitudes[1], 0.4)].map {
      try MaxwellianState(
        geometry: geometry, sigma: [$0.0], drift: [$0.1],
        modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: $0.2, phase: $0.3)])
    }
    return (model, try ProductMixture(states: states))
  }

  private let electron: Point = [Particle(species: 0, xi: [0.5], eta: [1], mode: ModeIndex(1, 0, 0))]

  @Test(
    "dyson-remainder's default: converges to t = 4.064, and at t = 1.4, L = 12 is 6e-11 where multi-type is 0.28"
  )
  func referenceValues() throws {
    let (model, initial) = try reference()
    let radius = try #require(
      try DataAwareBound().convergenceTime(model, initial: initial, species: [0, 1], as: Double.self))
    #expect((radius - 4.0642).magnitude < 0.002, "\(radius)")
    let aware = try DataAwareBound().enclosures(model, initial: initial, at: electron, time: 1.4, orders: 12)[
      11]
    let multiType = try MultiTypeBound().enclosures(
      model, initial: initial, at: electron, time: 1.4, orders: 12)[11]
    #expect((multiType.upper - 0.28).magnitude < 0.01)
    #expect(aware.upper > 5e-11 && aware.upper < 7e-11, "\(aware)")
    #expect(aware.upper - aware.lower <= 64 * aware.upper.ulp)
    let weak = try reference(amplitudes: [0.01, 0.01])
    let later = try DataAwareBound().convergenceTime(
      weak.model, initial: weak.initial, species: [0, 1], as: Double.self)
    #expect((try #require(later) - 8.83).magnitude < 0.03, "\(later ?? 0)")
  }

  @Test(
    "the sum with its certified tail is above the sum of many more terms, and not far above it until near T_5"
  )
  func tails() throws {
    // Not nonnegative, so that nothing but the series and its tail is in the bound.
    let (model, initial) = try reference(amplitudes: [1.2, -0.2])
    let bound = DataAwareBound()
    let radius = try #require(
      try bound.convergenceTime(model, initial: initial, species: [0, 1], as: Double.self))
    for (fraction, loss) in [(0.3, 1e-6), (0.6, 0.01), (0.8, 2.5), (0.93, .infinity)] {
      let time = DecimalNumber((radius * fraction * 1000).rounded() / 1000)
      let values = try bound.enclosures(model, initial: initial, at: electron, time: time, orders: 8)
      // A_L + … + A_60
      let many: [Double] = try bound.values(
        model, initial: initial, at: electron, time: time.value, orders: 61)
      for order in 1...8 {
        let sum = many[order - 1] - many[60]
        #expect(values[order - 1].upper >= sum * (1 - 1e-12), "t = \(time), L = \(order)")
        #expect(
          values[order - 1].lower <= sum * (1 + loss),
          "t = \(time), L = \(order): \(values[order - 1]) \(sum)")
      }
    }
    #expect(throws: HypothesisError.self) {
      try bound.enclosures(
        model, initial: initial, at: electron, time: DecimalNumber(radius * 1.01), orders: 8)
    }
  }

  @Test("the radius is the radius: beyond it the terms of the series grow, below it they fall")
  func radius() throws {
    let (model, initial) = try reference()
    let radius = try #require(
      try DataAwareBound().convergenceTime(model, initial: initial, species: [0], as: Double.self))
    // Differences of the bounds of consecutive L are the terms A_j.
    // At a small ξ the exponential of the exponent, whose coefficients fall slower, is nearly 1 + the exponent.
    let particle: Point = [Particle(species: 0, xi: [0.001], eta: [0], mode: .zero)]
    let values: [Double] = try DataAwareBound().values(
      model, initial: initial, at: particle, time: 2, orders: 40)
    let terms = zip(values, values.dropFirst()).map { $0 - $1 }
    let ratios = zip(terms.dropFirst(), terms).map { $0 / $1 }
    // A_j ~ j^p (t/T)^{2j}: two ratios eliminate p.
    let estimate = { (j: Int) in Double(j) * ratios[j - 1] - Double(j - 1) * ratios[j - 2] }
    #expect(
      (2 / estimate(30).squareRoot() / radius - 1).magnitude < 0.02,
      "\(2 / estimate(30).squareRoot()) \(radius)")
  }

  @Test("balls contain what Double gives, with positivity and without, one to three species, d = 1 and 2")
  func ballsContainDoubles() throws {
    for (seed, (species, dimension)) in [(1, 1), (2, 1), (3, 1), (2, 2)].enumerated() {
      let (model, initial) = try DataAwareTreeTests.model(
        species: species, dimension: dimension, seed: UInt64(seed + 20))
      let point = Point(
        (0..<2).map { index in
          Particle(
            species: index % species,
            xi: Array(repeating: "0.37", count: dimension).compactMap { DecimalNumber($0) },
            eta: [], mode: ModeIndex(index, 0, 0))
        })
      let enclosures = try DataAwareBound().enclosures(
        model, initial: initial, at: point, time: 0.3, orders: 3)
      let values: [Double] = try DataAwareBound().values(
        model, initial: initial, at: point, time: 0.3, orders: 3)
      for (enclosure, value) in zip(enclosures, values) {
        #expect(value > 0 && enclosure.lower <= value * (1 + 1e-9) && enclosure.upper >= value * (1 - 1e-9))
      }
    }
  }

  @Test(
    "|Δ_L| ≤ data-aware with Moyal's kernel and data that are no measures, where every other bound refuses")
  func withoutPositivity() throws {
    var certain = 0
    for seed in 0..<8 {
      var random = RandomStream(seed: UInt64(300 + seed))
      let (model, initial) = try reference(
        amplitudes: [random.uniform(1.1...1.6), random.uniform(-1.5...1.5)],
        kernel: seed % 4 == 3 ? .classical : .moyal(hbar: random.decimal(0.2...1.5)))
      for bound in RemainderBoundTests.bounds {
        #expect(throws: HypothesisError.self) { try bound.check(model, initial: initial) }
      }
      let lattice = try FourierLattice(
        geometry: model.geometry, modes: 10, xiExtent: 8, timeStep: 0.125, masses: model.masses)
      let particle = PhasePoint(
        species: seed % 2, xi: SpaceVector(random.uniform(-1...1), 0, 0), eta: SpaceVector(1, 0, 0))
      let row = try DysonRemainder(
        model: model, initial: initial, lattice: lattice, times: [0.75],
        points: [Point([particle], in: model.geometry)], orders: 4
      ).run(workers: Workers(threads: 1))[0]
      let bound = try DataAwareBound().enclosures(
        model, initial: initial, at: Point([particle], in: model.geometry),
        time: 0.75,
        orders: 4)
      for order in 0..<4 {
        #expect(row.remainders[order] - row.budgets[order] <= bound[order].upper, "\(seed), L = \(order + 1)")
        if row.remainders[order] + row.budgets[order] <= bound[order].lower { certain += 1 }
      }
    }
    #expect(certain >= 28, "\(certain)")
  }

  @Test("the bound of |Δ_1| is nearly attained: narrow momenta, and waves a quarter period apart")
  func nearlyTight() throws {
    let (model, initial, point, row) = try CrossedPair.firstRemainder(modes: 6, xiExtent: 4) { geometry in
      try [0.0, Double.pi / 2].map {
        try MaxwellianState(
          geometry: geometry, sigma: [0.02], drift: [0],
          modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 0.4, phase: $0)])
      }
    }
    let bound = try DataAwareBound().enclosures(
      model, initial: initial, at: point, time: CrossedPair.time, orders: 1)[0]
    #expect(row.remainders[0] + row.budgets[0] <= bound.lower)
    #expect(row.remainders[0] >= 0.97 * bound.upper, "\(row.remainders[0]) \(bound)")
  }

  @Test("homogeneous data have no remainder; a mixture is the weighted sum; time 0 gives 0")
  func corners() throws {
    let (model, initial) = try reference(amplitudes: [0, 0])
    let none: [Double] = try DataAwareBound().values(
      model, initial: initial, at: electron, time: 3, orders: 4)
    #expect(none == [0, 0, 0, 0])
    #expect(
      try DataAwareBound().convergenceTime(model, initial: initial, species: [0], as: Double.self) == nil)
    let (first, second) = (try reference(amplitudes: [1.3, 0.2]), try reference(amplitudes: [0.1, 1.1]))
    let mixture = try ProductMixture(
      components: [(1.5, first), (-0.5, second)].map {
        .init(weight: $0.0, states: $0.1.initial.components[0].states)
      })
    let bound = DataAwareBound()
    let mixed: [Double] = try bound.values(model, initial: mixture, at: electron, time: 0.9, orders: 5)
    let parts = try [first, second].map {
      try bound.values(model, initial: $0.initial, at: electron, time: 0.9, orders: 5) as [Double]
    }
    for order in 0..<5 {
      let sum = 1.5 * parts[0][order] + 0.5 * parts[1][order]
      #expect((mixed[order] - sum).magnitude <= 1e-9 * sum)
    }
    let zero: [Double] = try bound.values(model, initial: first.initial, at: electron, time: 0, orders: 2)
    #expect(zero == [0, 0])
  }

  @Test("with positivity data-aware ≤ multi-type for every L and t, beyond its own radius too")
  func neverAboveMultiType() throws {
    let (model, initial) = try reference()
    for time: DecimalNumber in [0.2, 1.4, 3.5, 4.2, 6] {
      let aware = try DataAwareBound().enclosures(
        model, initial: initial, at: electron, time: time, orders: 12)
      let multiType = try MultiTypeBound().enclosures(
        model, initial: initial, at: electron, time: time, orders: 12)
      for (a, b) in zip(aware, multiType) { #expect(a.lower <= b.upper && a.lower > 0) }
    }
  }

  @Test(
    "refused with the reason: R^d, finite N, correlated data, states with infinitely many modes, too many modes"
  )
  func refusals() throws {
    let (model, initial) = try reference()
    func reason(_ model: Model, _ initial: any InitialHierarchy, orders: Int = 2) -> String {
      do {
        _ = try CertifiedBound(DataAwareBound(), model, initial: initial, orders: orders)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(reason(model, initial).isEmpty)
    let finite = try Model(
      geometry: model.geometry, species: model.species, potentials: model.potentials, particles: [2, 2])
    #expect(reason(finite, initial).contains("N = ∞"))
    let gaussian = try GaussianState(dimension: 1, sigma: [1], drift: [0], width: [1], centre: [0])
    let infinite = try ProductMixture(states: [gaussian, gaussian])
    #expect(reason(model, infinite).contains("finitely many modes"))
    let correlated = try CorrelatedGaussians(
      states: [gaussian, gaussian], momentumCovariance: [0, 0, 0, 0],
      positionCovariance: [0, 0, 0, 0])
    #expect(reason(model, correlated).contains("mixture of products"))
    let space = try PhaseSpaceGeometry(dimension: 1, domain: .space)
    let free = try Model(
      geometry: space, species: model.species,
      potentials: PotentialMatrix(geometry: space, speciesCount: 2, pairs: []))
    #expect(reason(free, infinite).contains("torus"))
    #expect(reason(model, initial, orders: 1000).contains("products of modes"))
  }

  @Test(
    "leaf weights: no |f(ξ,κn)| is above its weight, the largest is it, other modes are zero, balls hold the decimals"
  )
  func leafWeights() throws {
    let geometry = try PhaseSpaceGeometry(dimension: 2, domain: .torus(length: 5))
    func maxwellian(_ drift: Double) throws -> MaxwellianState {
      try MaxwellianState(
        geometry: geometry, sigma: [0.7, 1.1], drift: [drift, -drift],
        modulations: [
          .init(mode: ModeIndex(1, 0, 0), amplitude: 0.3, phase: 0.4),
          .init(mode: ModeIndex(0, 2, 0), amplitude: -0.2), .init(mode: ModeIndex(-1, 0, 0), amplitude: 0.1),
        ])
    }
    let stream = try TwoStreamState(forward: maxwellian(1.5), backward: maxwellian(-1.5), weight: 0.3)
    try check(maxwellian(0.2), geometry, attained: [ModeIndex(0, 2, 0), .zero])
    try check(stream, geometry, attained: [ModeIndex(0, 2, 0), .zero])
    let written: Ball = try #require(
      try maxwellian(0).leafWeights(as: Ball.self)?.first { $0.mode == ModeIndex(0, 2, 0) }?.weight)
    let exact = Ball(try #require(DecimalNumber("0.1")))
    #expect((written - exact).lower <= 0 && (written - exact).upper >= 0)
    #expect((written - exact).upper > 0 && (written - exact).upper < 1e-16)
  }

  private func check(_ state: some OneParticleState, _ geometry: PhaseSpaceGeometry, attained: [ModeIndex])
    throws
  {
    let kappa = try #require(geometry.kappa)
    let leaves = try #require(state.leafWeights(as: Double.self))
    #expect(Set(leaves.map(\.mode)).count == leaves.count && leaves.allSatisfy { $0.weight > 0 })
    var random = RandomStream(seed: 5)
    for a in -3...3 {
      for b in -3...3 {
        let mode = ModeIndex(a, b, 0)
        let weight = leaves.first { $0.mode == mode }?.weight ?? 0
        for _ in 0..<20 {
          let xi = SpaceVector(random.uniform(-2...2), random.uniform(-2...2), 0)
          #expect(state.value(xi: xi, eta: mode.vector * kappa).length <= weight * (1 + 1e-14))
        }
        let centre = state.value(xi: .zero, eta: mode.vector * kappa).length
        if attained.contains(mode) { #expect((centre - weight).magnitude <= 1e-15) }
      }
    }
  }
}
