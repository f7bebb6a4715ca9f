import CLibraries
import DysonSeries
import Interaction
import Numerics
import PhaseSpace
import Testing

/// The trees against an independent evaluator of the same terms: K(t) applied pointwise, deterministic quadrature.
@Suite("Trees against quadrature")
struct DysonTreesQuadratureTests {
  let workers = Workers(threads: 2)

  @Test("the first term is its quadrature in every dimension", arguments: [1, 2, 3])
  func dimensions(d: Int) throws {
    let model = try TreeTests.bumps(dimension: d)
    let data = try TreeTests.factorised(dimension: d)
    let point = TreeTests.electron(dimension: d)
    let reference = try TreeTests.term(1, of: data, model, at: point, time: 1, timePoints: 12)
    for sampler in DysonTrees.Sampler.allCases {
      let term = try DysonTrees(model, initial: data, sampler: sampler).term(
        1, at: point, time: 1, budget: .samples(1_000_000), workers: workers)
      #expect(term.agrees(with: reference), "\(sampler): \(term) against \(reference)")
      #expect(term.standardError <= 0.005 * reference.length)
    }
  }

  enum Case: String, CaseIterable {
    case factorised, mixture, correlated, moyal, unequalMasses, moyalMixture, negativeTime
  }

  @Test("the first two terms of any hierarchy are their quadrature", arguments: Case.allCases)
  func hierarchies(kind: Case) throws {
    let isMoyal = kind == .moyal || kind == .moyalMixture
    let model = try TreeTests.bumps(
      dimension: 1, masses: kind == .unequalMasses ? [1, 2.5] : [1, 1],
      kernel: isMoyal ? .moyal(hbar: 1.3) : .classical)
    let time = kind == .negativeTime ? -0.8 : 0.9
    let data: any InitialHierarchy =
      switch kind {
      case .mixture, .moyalMixture: try TreeTests.mixture(dimension: 1)
      case .correlated: try TreeTests.correlated(dimension: 1)
      default: try TreeTests.factorised(dimension: 1)
      }
    let trees = try DysonTrees(model, initial: data)
    for (stream, point) in [TreeTests.electron(dimension: 1), TreeTests.pair, TreeTests.triple].enumerated() {
      for order in 1...(point.count == 3 ? 1 : 2) {
        let reference = try TreeTests.term(order, of: data, model, at: point, time: time)
        let term = try trees.term(
          order, at: point, time: time, budget: .samples(order == 1 ? 400_000 : 2_000_000),
          stream: UInt32(stream), workers: workers)
        #expect(
          term.agrees(with: reference, sigmas: 3.5), "D_\(order), \(point.count): \(term), \(reference)")
        let precision = order == 1 ? 0.005 : 0.02
        #expect(term.standardError <= precision * reference.length, "D_\(order): \(term)")
      }
    }
  }

  @Test("correlated data in three dimensions give their quadrature, too")
  func correlated() throws {
    let model = try TreeTests.bumps(dimension: 3)
    let data = try TreeTests.correlated(dimension: 3)
    let point = TreeTests.electron(dimension: 3)
    let reference = try TreeTests.term(1, of: data, model, at: point, time: 1)
    let trees = try DysonTrees(model, initial: data)
    let term = try trees.term(1, at: point, time: 1, budget: .samples(400_000), workers: workers)
    #expect(term.agrees(with: reference), "\(term) against \(reference)")
    // The correlations are felt: factorised data give another value.
    let product = try TreeTests.term(1, of: try TreeTests.factorised(dimension: 3), model, at: point, time: 1)
    #expect((product - reference).length > 20 * term.standardError)
  }

  @Test("the first two terms on the torus are sums over the atoms", arguments: [1, 2, 3])
  func torus(d: Int) throws {
    let geometry = try PhaseSpaceGeometry(dimension: d, domain: .torus(length: 7.0))
    let kappa = try #require(geometry.kappa)
    let tail = [ModeIndex(1, 0, 0), ModeIndex(0, 1, 0), ModeIndex(1, -1, 1)]
    let modes =
      [ModeIndex(1, 0, 0), ModeIndex(2, 0, 0)] + (d == 1 ? [] : [tail[1]]) + (d < 3 ? [] : [tail[2]])
    let coefficients: [DecimalNumber] = [0.5, -0.2, 0.3, 0.25]
    let potential = { (scale: Double) in
      try TrigonometricPotential(
        modes: zip(modes, coefficients).map {
          TrigonometricPotential.Mode(mode: $0, coefficient: DecimalNumber($1.value * scale))
        })
    }
    let model = try Model(
      geometry: geometry,
      species: [
        try Species(name: "electron", fraction: 0.4, mass: 1),
        try Species(name: "ion", fraction: 0.6, mass: 1.5),
      ],
      potentials: try PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [(0, 0, try potential(1)), (0, 1, try potential(-0.6)), (1, 1, try potential(0.8))]))
    let maxwellian = { (sigma: Double, drift: Double, amplitude: Double) in
      try MaxwellianState(
        geometry: geometry, sigma: Array(repeating: sigma, count: d),
        drift: Array(repeating: drift, count: d),
        modulations: [MaxwellianState.Modulation(mode: ModeIndex(1, 0, 0), amplitude: amplitude, phase: 0.4)]
          + (d == 1 ? [] : [MaxwellianState.Modulation(mode: ModeIndex(0, 1, 0), amplitude: 0.3)]))
    }
    let data = try ProductMixture(
      states: [try maxwellian(1, 0.1, 0.5), try maxwellian(0.7, -0.2, -0.4)])
    let point = [
      TreeTests.particle(0, Array([0.7, -0.2, 0.1].prefix(d)), Array([kappa, 0, 0].prefix(d))),
      TreeTests.particle(1, Array([-0.4, 0.3, 0.2].prefix(d)), Array([0, 0, 0].prefix(d))),
    ]
    let trees = try DysonTrees(model, initial: data)
    for order in 1...2 {
      let reference = try TreeTests.term(order, of: data, model, at: point, time: 0.8)
      let term = try trees.term(order, at: point, time: 0.8, budget: .samples(600_000), workers: workers)
      #expect(term.agrees(with: reference), "D_\(order): \(term) against \(reference)")
      #expect(term.standardError <= 0.08 * reference.length, "D_\(order): \(term)")
    }
  }
}
