import CLibraries
import DysonSeries
import Interaction
import Numerics
import PhaseSpace
import Testing

/// Trees with recollisions (Papers/finite-n.md, section 4) against quadrature of the finite-N hierarchy's own terms.
@Suite("Trees of finitely many particles")
struct FiniteTreesTests {
  private static let workers = Workers(threads: 2)

  /// Two species in numbers of one's own, on the line, on the circle or on the torus in two dimensions.
  private static func model(
    _ particles: [Int]?, dimension d: Int = 1, onTorus: Bool = true, kernel: Kernel = .classical,
    fractions: [DecimalNumber]? = nil
  ) throws -> Model {
    let geometry = try PhaseSpaceGeometry(
      dimension: d, domain: onTorus ? .torus(length: 7) : .space)
    let potential = { (strength: Double) -> any BandLimitedPotential in
      guard onTorus else {
        return try BumpPotential(strength: DecimalNumber(strength), bandlimit: 1.5, power: 2)
      }
      return try TrigonometricPotential(modes: [
        .init(mode: ModeIndex(1, 0, 0), coefficient: DecimalNumber(strength)),
        .init(
          mode: d == 1 ? ModeIndex(2, 0, 0) : ModeIndex(1, 1, 0),
          coefficient: DecimalNumber(-0.4 * strength)),
      ])
    }
    let total = Double((particles ?? []).reduce(0, +))
    let parts = fractions ?? (particles ?? []).map { DecimalNumber(Double($0) / total) }
    return try Model(
      geometry: geometry,
      species: [
        try Species(name: "electron", fraction: parts[0], mass: 1),
        try Species(name: "ion", fraction: parts[1], mass: 1.6),
      ],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [(0, 0, potential(0.9)), (0, 1, potential(-0.7)), (1, 1, potential(0.6))]),
      kernel: kernel, particles: particles)
  }

  private static func maxwellians(_ geometry: PhaseSpaceGeometry) throws -> ProductMixture {
    let d = geometry.dimension
    return try ProductMixture(
      states: [(0.6, 0.3, 0.5, 0.4), (0.5, -0.2, -0.4, 1.1)].map {
        try MaxwellianState(
          geometry: geometry, sigma: Array(repeating: $0.0, count: d),
          drift: Array(repeating: $0.1, count: d),
          modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: $0.2, phase: $0.3)]
            + (d == 1 ? [] : [.init(mode: ModeIndex(0, 1, 0), amplitude: 0.3)]))
      })
  }

  /// (1,0), (1,1), (2,0) and (2,1), off the origin.
  private static func points(_ geometry: PhaseSpaceGeometry) -> [[PhasePoint]] {
    let d = geometry.dimension
    let kappa = geometry.kappa ?? 0.7
    func particle(_ species: Int, _ xi: Double, _ mode: Double) -> PhasePoint {
      TreeTests.particle(species, Array([xi, 0.3, 0].prefix(d)), Array([kappa * mode, 0, 0].prefix(d)))
    }
    let (a, b, c) = (particle(0, 0.8, 1), particle(1, -0.6, -1), particle(0, -0.5, 0))
    return [[a], [a, b], [a, c], [c, a, b]]
  }

  @Test(
    "the first two terms are their quadrature: births and recollisions, one, two, three and five particles, either kernel",
    arguments: [
      ([1, 1], 1, true, nil), ([2, 1], 1, true, 0.9), ([2, 2], 1, false, nil), ([2, 1], 1, false, 1.3),
      ([3, 5], 1, true, nil), ([2, 2], 2, true, 1.1),
    ] as [([Int], Int, Bool, DecimalNumber?)])
  func quadrature(particles: [Int], dimension: Int, onTorus: Bool, hbar: DecimalNumber?) throws {
    let model = try Self.model(
      particles, dimension: dimension, onTorus: onTorus, kernel: hbar.map { .moyal(hbar: $0) } ?? .classical)
    let data: any InitialHierarchy =
      onTorus ? try Self.maxwellians(model.geometry) : try TreeTests.correlated(dimension: 1)
    var graphs = try GraphTerms(model, data, radialPoints: 10)
    graphs.timePoints = 6
    var births = graphs
    births.recollides = false
    let trees = try DysonTrees(model, initial: data)
    var seen = 0.0
    for (stream, point) in Self.points(model.geometry).enumerated() {
      if model.mass(of: point.order(speciesCount: 2)) == 0 { continue }
      for order in 1...(point.count == 3 ? 1 : 2) {
        let reference = graphs(order, at: point, time: 0.9)
        let term = try trees.term(
          order, at: point, time: 0.9, budget: .samples(order == 1 ? 200_000 : 500_000),
          stream: UInt32(stream), workers: Self.workers)
        #expect(term.agrees(with: reference, sigmas: 3.5), "D_\(order) \(point): \(term) \(reference)")
        #expect(term.isReliable)
        guard order == 1 else { continue }
        seen = max(seen, (births(1, at: point, time: 0.9) - reference).length / term.standardError)
      }
    }
    // Without recollisions it would be another number by far.
    #expect(seen > 50, "\(seen)")
  }

  @Test("two particles: D_3 is nearly all recollisions, and its quadrature")
  func thirdOrder() throws {
    let model = try Self.model([1, 1])
    let data = try Self.maxwellians(model.geometry)
    var graphs = try GraphTerms(model, data)
    graphs.timePoints = 5
    let pair = Self.points(model.geometry)[1]
    let reference = graphs(3, at: pair, time: 0.8)
    let term = try DysonTrees(model, initial: data).term(
      3, at: pair, time: 0.8, budget: .samples(1_000_000), workers: Self.workers)
    #expect(term.agrees(with: reference, sigmas: 3.5), "\(term) \(reference)")
    #expect(term.standardError < 0.05 * reference.length)
  }

  @Test("an opaque hierarchy gives the same trees as the fast path, and any number of threads the same bits")
  func pathsAndThreads() throws {
    for kernel in [Kernel.classical, .moyal(hbar: 1.2)] {
      let model = try Self.model([2, 2], dimension: 2, kernel: kernel)
      let data = try Self.maxwellians(model.geometry)
      let point = Self.points(model.geometry)[3]
      let term = { (initial: any InitialHierarchy, threads: Int) in
        try DysonTrees(model, initial: initial).term(
          3, at: point, time: 0.8, budget: .samples(20_000), workers: Workers(threads: threads))
      }
      let fast = try term(data, 1)
      #expect(try term(data, 3) == fast)
      let slow = try term(Opaque(wrapped: data), 1)
      #expect((fast.value - slow.value).length <= 1e-12 * fast.value.length)
      #expect((fast.standardError - slow.standardError).magnitude <= 1e-10 * fast.standardError)
    }
  }

  @Test("N → ∞: the trees become those of the infinite hierarchy, tree by tree")
  func manyParticles() throws {
    let infinite = try Self.model(nil, fractions: [0.4, 0.6])
    let data = try Self.maxwellians(infinite.geometry)
    let point = Self.points(infinite.geometry)[1]
    let value = { (model: Model) in
      try DysonTrees(model, initial: data).term(3, at: point, time: 0.9, budget: .samples(400_000)).value
    }
    let limit = try value(infinite)
    let differences = try [10, 1000, 1_000_000_000_000].map {
      (try value(try Self.model([2 * $0, 3 * $0])) - limit).length / limit.length
    }
    // The first is real; of the second some trees in a thousand are others; the last has the same trees and rates rounded apart.
    #expect(differences[0] > 5e-3 && differences[1] < differences[0] / 8, "\(differences)")
    #expect(differences[2] < 1e-10, "\(differences)")
  }

  @Test("more particles than there are: no marginal; one alone: no force; at rest: no number that is none")
  func corners() throws {
    let model = try Self.model([2, 1], kernel: .moyal(hbar: 1))
    let data = try Self.maxwellians(model.geometry)
    let trees = try DysonTrees(model, initial: data)
    let kappa = try #require(model.geometry.kappa)
    let ion = TreeTests.particle(1, [0.4], [kappa])
    let beyond = try trees.term(2, at: [ion, ion], time: 1, budget: .samples(3200))
    #expect(beyond.value == .zero && beyond.errorBar == .exactZero)
    #expect(trees.zerothTerm(at: [ion, ion]) == .zero)
    let rest = TreeTests.particle(0, [0], [0])
    let resting = try trees.term(2, at: [rest, rest], time: 1, budget: .samples(3200))
    #expect(resting.value == .zero && resting.errorBar == .exactZero)
    let alone = try Model(
      geometry: model.geometry, species: [Species(name: "a", fraction: 1, mass: 1)],
      potentials: PotentialMatrix(
        geometry: model.geometry, speciesCount: 1,
        pairs: [(0, 0, TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: 0.5)]))]),
      particles: [1])
    let one = try ProductMixture(states: [data.components[0].states[0]])
    let term = try DysonTrees(alone, initial: one).term(
      1, at: [TreeTests.particle(0, [0.4], [kappa])], time: 1, budget: .samples(3200))
    #expect(term.value == .zero && term.errorBar == .exactZero)
  }

  @Test("error bars are honest: as many values lie within them as should")
  func errorBars() throws {
    let model = try Self.model([2, 1], kernel: .moyal(hbar: 0.8))
    let data = try Self.maxwellians(model.geometry)
    let point = Self.points(model.geometry)[1]
    let reference = try GraphTerms(model, data)(2, at: point, time: 0.9)
    var inside = 0
    var (claimed, actual) = (0.0, 0.0)
    for seed in 1...500 {
      let term = try DysonTrees(model, initial: data, sampler: .pseudorandom, seed: UInt64(seed)).term(
        2, at: point, time: 0.9, budget: .samples(32 * 24), refusesHeavyTails: false)
      if (term.value.real - reference.real).magnitude <= 2 * term.standardErrorRe { inside += 1 }
      if (term.value.imaginary - reference.imaginary).magnitude <= 2 * term.standardErrorIm { inside += 1 }
      claimed += term.standardError * term.standardError
      actual += (term.value - reference).lengthSquared
    }
    #expect((claimed / actual - 1).magnitude < 0.12, "\(claimed / actual)")
    #expect((925...975).contains(inside), "\(inside) of 1000")
  }
}
