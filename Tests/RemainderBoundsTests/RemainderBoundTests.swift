import CLibraries
import DysonSeries
import Foundation
import Interaction
import Numerics
import PhaseSpace
import RemainderBounds
import Testing

@Suite("Remainder bounds")
struct RemainderBoundTests {
  static let bounds: [any MassBound] = [
    MultiTypeBound(), BranchingBound(), FirstMomentBound(), PaperBound(),
  ]

  @Test("multi-type ≤ branching ≤ first moment ≤ paper, certified, in 200 random models, every L ≤ 10")
  func nesting() throws {
    var compared = 0
    for seed in 0..<200 {
      let unitMasses = seed % 2 == 0
      let random = try RandomModel(seed: UInt64(seed + 1), unitMasses: unitMasses)
      let used = unitMasses ? Self.bounds : Array(Self.bounds.dropLast())
      let values = try used.map {
        try $0.enclosures(
          random.model, initial: random.initial, at: random.point, time: random.time, orders: 10)
      }
      for (sharper, weaker) in zip(values, values.dropFirst()) {
        for order in 0..<10 {
          #expect(sharper[order].lower <= weaker[order].upper, "model \(seed), L = \(order + 1)")
          compared += 1
        }
      }
    }
    #expect(compared == 10 * (100 * 3 + 100 * 2))
  }

  @Test("where the multi-type bound is one |η| with equal M_α it is the closed form, to rounding")
  func multiTypeReducesToTheClosedForm() throws {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
    let potential = try TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: -0.37)])
    let model = try Model(
      geometry: geometry, species: [Species(name: "a", fraction: 0.3), Species(name: "b", fraction: 0.7)],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2, pairs: [(0, 0, potential), (0, 1, potential), (1, 1, potential)])
    )
    let point: Point = [
      Particle(species: 0, xi: [0.3], eta: [0], mode: ModeIndex(1, 0, 0)),
      Particle(species: 1, xi: [-0.7], eta: [0], mode: ModeIndex(-1, 0, 0)),
    ]
    let closed: [Ball] = try BranchingBound().values(model, at: point, time: Ball(0.9), orders: 16)
    let series: [Ball] = try MultiTypeBound().values(model, at: point, time: Ball(0.9), orders: 16)
    for (a, b) in zip(closed, series) {
      #expect((a - b).upper <= 1e-30 && (a - b).lower >= -1e-30)
      #expect(a.lower > 0)
    }
    let blowUp: Double? = try MultiTypeBound().convergenceTime(model, species: [0, 1], as: Double.self)
    let radius: Double? = try BranchingBound().convergenceTime(model, species: [0, 1], as: Double.self)
    #expect(((blowUp ?? 0) / (radius ?? 1) - 1).magnitude < 1e-6, "\(blowUp ?? 0) \(radius ?? 0)")
  }

  @Test("the coefficients of b are those of −log cos, exactly: 1/2, 1/12, 1/45, 17/2520")
  func logCosine() {
    let series: [Ball] = BranchingBound.series(rate: Ball(1), bandlimit: Ball(1), mass: Ball(1), orders: 4)
    for (value, (p, q)) in zip(series.dropFirst(), [(1, 2), (1, 12), (1, 45), (17, 2520)]) {
      let difference = value - Ball(p) / Ball(q)
      #expect(difference.lower <= 0 && difference.upper >= 0 && difference.upper < 1e-40)
    }
  }

  @Test("the closed form's series in λ at time t has radius (T*/t)²: T* = π/(2√(MB))")
  func radiusOfTheClosedForm() throws {
    // c_j t^{2j} of b: the ratio of consecutive coefficients tends to (t/T*)².
    let series: [Double] = BranchingBound.series(rate: 0.8, bandlimit: 1.3, mass: 1, orders: 200)
    let ratio = series[200] / series[199]
    let radius = Double.pi / 2 / (0.8 * 1.3).squareRoot()
    // The singularity is logarithmic: ratio = (1 − 1/j)/T*².
    #expect((ratio / (1 - 1.0 / 200) * radius * radius - 1).magnitude < 1e-10)
  }

  @Test(
    "the bound of |Δ_1| is the first tree sum, Σ_i Σ_β n_β M_{αβ} ∫|ξ_i − η_i s/m_i| ds, or above it by convexity"
  )
  func firstOrderAgainstTheTreeSum() throws {
    let rule = GaussLegendre(points: 500)
    for seed in 300..<340 {
      let random = try RandomModel(seed: UInt64(seed), unitMasses: false)
      let constants = InteractionConstants<Double>(random.model)
      let mass = random.point.reduce(1.0) { $0 * random.model.fractions[$1.species] }
      let t = random.time.value
      var sum = 0.0
      for particle in random.phasePoints {
        let m = random.model.masses[particle.species]
        let path = zip(rule.nodes, rule.weights).reduce(0.0) {
          $0 + t * $1.1 * (particle.xi - particle.eta * (t * $1.0 / m)).norm
        }
        sum += path * (try constants.branchingRate(particle.species))
      }
      let bound = try MultiTypeBound().enclosures(
        random.model, initial: random.initial, at: random.point, time: random.time, orders: 1)[0]
      #expect(bound.upper >= mass * sum * (1 - 1e-6), "model \(seed)")
    }
    // Tight where nothing bends: η = 0.
    let random = try RandomModel(seed: 7, unitMasses: true, onTorus: true, dimension: 1, tight: true)
    let point: Point = [Particle(species: 0, xi: [0.8], eta: [0], mode: .zero)]
    let rate = try InteractionConstants<Double>(random.model).branchingRate(0)
    let bound = try MultiTypeBound().enclosures(
      random.model, initial: random.initial, at: point, time: random.time, orders: 1)[0]
    #expect((bound.upper / (rate * 0.8 * random.time.value) - 1).magnitude < 1e-14)
  }

  @Test("enclosures are outward: they contain the Double evaluation and are a few ulps wide")
  func enclosuresContainDoubles() throws {
    for seed in 400..<440 {
      let random = try RandomModel(seed: UInt64(seed), unitMasses: true)
      for bound in Self.bounds {
        let enclosures = try bound.enclosures(
          random.model, initial: random.initial, at: random.point, time: random.time, orders: 8)
        let values: [Double] = try bound.values(
          random.model, at: random.point, time: random.time.value, orders: 8)
        for (enclosure, value) in zip(enclosures, values) {
          let slack = 1e-12 * value
          #expect(enclosure.lower <= value + slack && enclosure.upper >= value - slack)
          #expect(enclosure.upper - enclosure.lower <= 4 * enclosure.upper.ulp)
        }
      }
    }
  }

  @Test("hypotheses are checked: masses, positivity")
  func hypotheses() throws {
    let random = try RandomModel(seed: 3, unitMasses: false, onTorus: true, dimension: 1)
    #expect(throws: HypothesisError.self) { try PaperBound().check(random.model, initial: random.initial) }
    #expect(throws: Never.self) { try FirstMomentBound().check(random.model, initial: random.initial) }
    let negative = try ProductMixture(
      states: random.model.species.map { _ in
        try MaxwellianState(
          geometry: random.model.geometry, sigma: [1], drift: [0],
          modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 1.2)])
      })
    for bound in Self.bounds {
      #expect(throws: HypothesisError.self) { try bound.check(random.model, initial: negative) }
    }
  }

  @Test("t = 0 gives 0, −t gives what t gives with ξ reversed, no interaction gives 0 and no finite radius")
  func corners() throws {
    let random = try RandomModel(seed: 11, unitMasses: true, onTorus: true, dimension: 2)
    let reversed = Point(
      random.point.map { particle in
        Particle(
          species: particle.species, xi: particle.xi.map { DecimalNumber(-$0.value) }, eta: particle.eta,
          mode: particle.mode)
      })
    for bound in Self.bounds {
      let zero: [Double] = try bound.values(random.model, at: random.point, time: 0, orders: 3)
      #expect(zero == [0, 0, 0])
      let forward: [Double] = try bound.values(random.model, at: random.point, time: 0.7, orders: 3)
      let backward: [Double] = try bound.values(random.model, at: reversed, time: -0.7, orders: 3)
      for (a, b) in zip(forward, backward) { #expect((a - b).magnitude <= 1e-13 * a) }
    }
    let free = try Model(
      geometry: random.model.geometry, species: [Species(name: "a", fraction: 1)],
      potentials: PotentialMatrix(geometry: random.model.geometry, speciesCount: 1, pairs: []))
    for bound in Self.bounds {
      let point: Point = [Particle(species: 0, xi: [1, 1], eta: [0, 0], mode: .zero)]
      let values: [Double] = try bound.values(free, at: point, time: 1, orders: 2)
      #expect(values == [0, 0])
      let radius: Double? = try bound.convergenceTime(free, species: [0], as: Double.self)
      #expect(radius == nil)
    }
  }

  @Test(
    "|Δ_L| ≤ data-aware and ≤ multi-type, and so every bound, for the actual remainders of random models")
  func actualRemainders() throws {
    // 300 with VLASOV_CAMPAIGN=1.
    let models = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1" ? 300 : 30
    var certain = 0
    var tightest = 0.0
    var aware = 0.0
    for seed in 0..<models {
      let unitMasses = seed % 2 == 0
      let random = try RandomModel(
        seed: UInt64(1000 + seed), unitMasses: unitMasses, onTorus: true, dimension: 1, tight: seed % 5 == 0)
      let step = 0.125
      let time = DecimalNumber(step * Double(1 + seed % 6))
      let lattice = try FourierLattice(
        geometry: random.model.geometry, modes: 8, xiExtent: 7, timeStep: step, masses: random.model.masses)
      let study = try DysonRemainder(
        model: random.model, initial: random.initial, lattice: lattice, times: [time.value],
        points: [Point(random.phasePoints, in: random.model.geometry)], orders: 4)
      let row = try study.run(workers: Workers(threads: 1))[0]
      for bound in unitMasses ? Self.bounds : Array(Self.bounds.dropLast()) {
        let enclosures = try bound.enclosures(
          random.model, initial: random.initial, at: random.point, time: time, orders: 4)
        for order in 0..<4 {
          let (remainder, budget) = (row.remainders[order], row.budgets[order])
          #expect(
            remainder - budget <= enclosures[order].upper, "model \(seed), \(bound.name), L = \(order + 1)")
          if remainder + budget <= enclosures[order].lower { certain += 1 }
          if bound.name == "multi-type", enclosures[order].upper > 0 {
            tightest = max(tightest, remainder / enclosures[order].upper)
          }
        }
      }
      let enclosures = try DataAwareBound().enclosures(
        random.model, initial: random.initial, at: random.point, time: time, orders: 4)
      for order in 0..<4 {
        let (remainder, budget) = (row.remainders[order], row.budgets[order])
        #expect(remainder - budget <= enclosures[order].upper, "model \(seed), data-aware, L = \(order + 1)")
        if remainder > 10 * budget { aware = max(aware, remainder / enclosures[order].upper) }
      }
    }
    // Nearly all verdicts are certain, and the bounds are not far off.
    #expect(certain > 12 * models, "\(certain)")
    #expect(tightest > 0.05 && tightest <= 1, "\(tightest)")
    #expect(aware > 0.3 && aware <= 1, "\(aware)")
  }

  @Test(
    "the bound of |Δ_1| is nearly attained: two narrow clouds a quarter period apart pull with full force")
  func nearlyTight() throws {
    let (model, initial, point, row) = try CrossedPair.firstRemainder(modes: 12, xiExtent: 6) { _ in
      try [0, 1.25].map {
        try GaussianState(dimension: 1, sigma: [0.03], drift: [0], width: [0.05], centre: [$0])
      }
    }
    for bound in [MultiTypeBound() as any MassBound, BranchingBound(), FirstMomentBound()] {
      let enclosure = try bound.enclosures(
        model, initial: initial, at: point, time: CrossedPair.time, orders: 1)[0]
      #expect(row.remainders[0] + row.budgets[0] <= enclosure.lower)
      #expect(row.remainders[0] >= 0.98 * enclosure.upper, "\(row.remainders[0]) \(enclosure.upper)")
    }
  }
}
