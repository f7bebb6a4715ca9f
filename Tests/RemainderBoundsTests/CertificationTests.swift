import CLibraries
import Interaction
import PhaseSpace
import RemainderBounds
import Testing

/// What rounding could hide: decimals that are no Doubles, bounds that differ by parts in 10⁹.
@Suite("Certification")
struct CertificationTests {
  private let atRest: Point = [Particle(species: 0, xi: [0.7], eta: [0])]

  @Test("where the Double evaluation falls below the exact bound 0.147 the certified one does not")
  func decimalsAreNotDoubles() throws {
    // V̂ = 0.7 on |η| ≤ 1, so M = ∫|V̂||η|dη = 0.7 and the bound at ξ = 0.7, t = 0.3 is 0.7·0.7·0.3.
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .space)
    let flat = try TabulatedPotential(radii: [0, 1], samples: [0.7, 0.7])
    let model = try Model(
      geometry: geometry, species: [Species(name: "a", fraction: 1)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, flat)]))
    let state = try GaussianState(dimension: 1, sigma: [1], drift: [0], width: [1], centre: [0])
    let initial = try ProductMixture(states: [state])
    let exact = Ball(try #require(DecimalNumber("0.147")))
    let bounds: [any MassBound] = [MultiTypeBound(), BranchingBound(), FirstMomentBound()]
    var below = 0
    for bound in bounds {
      let rounded: [Double] = try bound.values(model, at: atRest, time: 0.3, orders: 1)
      if (Ball(exactly: rounded[0]) - exact).upper < 0 { below += 1 }
      let enclosure = try bound.enclosures(model, initial: initial, at: atRest, time: 0.3, orders: 1)[0]
      #expect((Ball(exactly: enclosure.upper) - exact).lower > 0, "\(bound.name)")
      #expect((Ball(exactly: enclosure.lower) - exact).upper < 0, "\(bound.name)")
      #expect(enclosure.upper == enclosure.lower.nextUp, "\(bound.name)")
    }
    #expect(below > 0)
  }

  @Test("one |η|, η = 0: order 1 of the three sharper bounds is one number, the paper's is four times it")
  func equalityAtFirstOrder() throws {
    let random = try RandomModel(seed: 7, unitMasses: true, onTorus: true, dimension: 1, tight: true)
    let values = try RemainderBoundTests.bounds.map {
      try $0.enclosures(random.model, initial: random.initial, at: atRest, time: random.time, orders: 1)[0]
    }
    #expect(values[0] == values[1] && values[1] == values[2])
    #expect((values[3].upper / values[2].upper - 4).magnitude <= 8 * Double.ulpOfOne)
    #expect(values[0].lower > 0)
  }

  @Test("a second |η| of weight 1e-9 is seen: multi-type < branching < first moment, certified, for L ≥ 2")
  func nearlyTight() throws {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
    let potential = try TrigonometricPotential(modes: [
      .init(mode: ModeIndex(2, 0, 0), coefficient: 0.3), .init(mode: ModeIndex(1, 0, 0), coefficient: 1e-9),
    ])
    let model = try Model(
      geometry: geometry, species: [Species(name: "a", fraction: 1)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, potential)]))
    let state = try MaxwellianState(geometry: geometry, sigma: [1], drift: [0], modulations: [])
    let initial = try ProductMixture(states: [state])
    let values = try [MultiTypeBound() as any MassBound, BranchingBound(), FirstMomentBound()].map {
      try $0.enclosures(model, initial: initial, at: atRest, time: 0.9, orders: 12)
    }
    for order in 1..<12 {
      #expect(values[0][order].upper < values[1][order].lower, "L = \(order + 1)")
      #expect(values[1][order].upper / values[0][order].lower < 1 + 1e-7, "L = \(order + 1)")
      #expect(values[1][order].upper < values[2][order].lower, "L = \(order + 1)")
    }
  }

  @Test("a bound carries the weights of a mixture as they were written, also where they sum to 1 only nearly")
  func weightsOfMixtures() throws {
    let random = try RandomModel(seed: 7, unitMasses: true, onTorus: true, dimension: 1, tight: true)
    let states = random.initial.components[0].states
    func mixture(_ weights: [String]) throws -> ProductMixture {
      try ProductMixture(
        components: weights.map {
          .init(writtenWeight: try #require(DecimalNumber($0)), states: states)
        })
    }
    for (weights, total) in [
      (["0.5", "0.5000000000009"], "1.0000000000009"),
      (["0.3333333333333", "0.6666666666666"], "0.9999999999999"),
      (["0.1", "0.2", "0.7"], "1"),
    ] {
      let data = try mixture(weights)
      for bound in RemainderBoundTests.bounds {
        let exact: [Ball] = try bound.values(random.model, at: atRest, time: Ball(random.time), orders: 3)
        let values = try bound.enclosures(
          random.model, initial: data, at: atRest, time: random.time, orders: 3)
        for (value, one) in zip(values, exact) {
          let expected = one * Ball(try #require(DecimalNumber(total)))
          #expect(value.upper >= expected.upper && value.lower <= expected.lower, "\(bound.name) \(weights)")
          #expect(value.upper <= expected.upper.nextUp && value.lower >= expected.lower.nextDown)
        }
      }
    }
  }

  @Test("a fraction above 1 by less than its Double shows is refused")
  func fractions() throws {
    let one = try #require(DecimalNumber("1.000"))
    let above = try #require(DecimalNumber("1.00000000000000000001"))
    #expect(throws: Never.self) { try Species(name: "a", fraction: one) }
    #expect(throws: ArgumentError.self) { try Species(name: "a", fraction: above) }
  }

  @Test("a mass that differs from 1 by less than its Double shows is not 1: the paper's bound refuses it")
  func masses() throws {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
    let state = try MaxwellianState(geometry: geometry, sigma: [1], drift: [0], modulations: [])
    let initial = try ProductMixture(states: [state])
    for (text, isOne) in [("1", true), ("1.000", true), ("10e-1", true), ("1.00000000000000000001", false)] {
      let model = try Model(
        geometry: geometry,
        species: [Species(name: "a", fraction: 1, mass: #require(DecimalNumber(text)))],
        potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: []))
      if isOne {
        #expect(throws: Never.self) { try PaperBound().check(model, initial: initial) }
      } else {
        #expect(throws: HypothesisError.self) { try PaperBound().check(model, initial: initial) }
      }
    }
  }

  @Test(
    "the first orders of a distant point are finite, a bound beyond Float64 has an infinite upper end, none is NaN"
  )
  func largeValues() throws {
    let random = try RandomModel(seed: 21, unitMasses: true, onTorus: true, dimension: 1)
    for bound in RemainderBoundTests.bounds {
      let far: Point = [Particle(species: 0, xi: [DecimalNumber(1e9)], eta: [0])]
      let values = try bound.enclosures(
        random.model, initial: random.initial, at: far, time: 20, orders: 60)
      #expect(values.allSatisfy { $0.lower.isFinite && $0.lower > 0 && $0.upper >= $0.lower })
      #expect(values[0].upper.isFinite && values[59].upper == .infinity, "\(bound.name)")
    }
  }
}
