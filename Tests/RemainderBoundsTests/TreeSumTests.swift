import CLibraries
import Foundation
import Interaction
import Numerics
import PhaseSpace
import RemainderBounds
import Testing

/// The multi-type bound against the sum over trees it is the generating function of, evaluated without it.
@Suite("Bounds against tree sums")
struct TreeSumTests {
  /// Σ over trees with one and two events of the moduli, by nested Gauss–Legendre, for paths |y_j(s)| of the given
  /// particles. An event of a parent i at time s_1 with |η| adds |η|(s_1 − s)/m_i to it, and makes a child of
  /// species β with |η|(s_1 − s)/m_β; a density or several atoms enter by ∫|V̂||η| and ∫|V̂||η|² only.
  private func treeSums(_ random: RandomModel, points: Int, path: (Int, Double) -> Double) throws -> [Double]
  {
    let model = random.model
    let constants = InteractionConstants<Double>(model)
    let (masses, fractions) = (model.masses, model.fractions)
    let t = random.time.value
    let prefactor = random.point.reduce(1.0) { $0 * fractions[$1.species] }
    let rates = try model.species.indices.map { try constants.branchingRate($0) }
    let outer = GaussLegendre(points: points, from: 0, to: t)
    let unit = GaussLegendre(points: points)
    var sums = [0.0, 0.0]
    for (s1, w1) in zip(outer.nodes, outer.weights) {
      for (i, parent) in random.point.enumerated() {
        let alpha = parent.species
        sums[0] += w1 * path(i, s1) * rates[alpha]
        for beta in model.species.indices {
          let first = try constants.moment(1, alpha, beta) * fractions[beta]
          let second = try constants.moment(2, alpha, beta) * fractions[beta]
          for (x, w2) in zip(unit.nodes, unit.weights) {
            let s2 = s1 * x
            var old = 0.0
            for (j, particle) in random.point.enumerated() { old += path(j, s2) * rates[particle.species] }
            let new = (s1 - s2) * (rates[alpha] / masses[alpha] + rates[beta] / masses[beta])
            sums[1] += w1 * w2 * s1 * path(i, s1) * (first * old + second * new)
          }
        }
      }
    }
    return sums.map { prefactor * $0 }
  }

  @Test("orders 1 and 2 are the tree sums along the chords, and not below those along the actual paths")
  func firstAndSecondOrder() throws {
    var gaps: [Double] = []
    for seed in 500..<540 {
      let random = try RandomModel(seed: UInt64(seed), unitMasses: false)
      let bound: [Double] = try MultiTypeBound().values(
        random.model, at: random.point, time: random.time.value, orders: 2)
      let t = random.time.value
      let start = random.phasePoints.map(\.xi.norm)
      let actual = { (j: Int, s: Double) -> Double in
        let particle = random.phasePoints[j]
        return (particle.xi - particle.eta * (s / random.model.masses[particle.species])).norm
      }
      let end = random.phasePoints.indices.map { actual($0, t) }
      let chords = try treeSums(random, points: 6) { start[$0] + ($1 / t) * (end[$0] - start[$0]) }
      let paths = try treeSums(random, points: 60, path: actual)
      for order in 0..<2 {
        #expect(
          (bound[order] - chords[order]).magnitude <= 1e-12 * chords[order], "model \(seed), L = \(order + 1)"
        )
        #expect(paths[order] <= bound[order] * (1 + 1e-4), "model \(seed), L = \(order + 1)")
        if bound[order] > 0 { gaps.append(paths[order] / bound[order]) }
      }
    }
    // The chord costs something, and not much.
    #expect((gaps.min() ?? 1) < 0.99 && (gaps.max() ?? 0) > 0.9)
  }

  /// κ = 1/2, so that |η| = 1/2, 1, 3/2, 2 are modes.
  private func rationalModel() throws -> Model {
    let length = try #require(
      DecimalNumber("12.56637061435917295385057353311801153678867759750042328"))
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: length))
    func potential(_ modes: [(Int, Double)]) throws -> TrigonometricPotential {
      try TrigonometricPotential(
        modes: modes.map { .init(mode: ModeIndex($0.0, 0, 0), coefficient: DecimalNumber($0.1)) })
    }
    return try Model(
      geometry: geometry,
      species: [
        Species(name: "a", fraction: 0.375, mass: 1),
        Species(name: "b", fraction: 0.625, mass: DecimalNumber(7.0 / 3)),
      ],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [
          (0, 0, try potential([(2, -0.2), (3, 1.0 / 21)])), (0, 1, try potential([(2, 1.0 / 6)])),
          (1, 1, try potential([(1, 0.75), (4, -1.0 / 44)])),
        ]))
  }

  @Test("orders 1, 2, 3 of a model with five weights are its tree sums in rational numbers")
  func rationalTreeSums() throws {
    // Sums over all trees of polynomials, integrated exactly: atoms ∫|V̂||η| = 2/5 at 1 and 1/7 at 3/2; 1/3 at 1;
    // 3/4 at 1/2 and 1/11 at 2. Chords from 3/4 to 1/5 and from 1/6 to 9/7, t = 4/5. Without 3/8·5/8.
    let expected: [Double] = [
      493853.0 / 924000, 904202008403.0 / 5_122_656_000_000,
      656_665_408_524_636_311.0 / 14_200_002_432_000_000_000,
    ]
    let point: Point = [
      Particle(species: 0, xi: [0.75], eta: [0.6875]),
      Particle(species: 1, xi: [DecimalNumber(1.0 / 6)], eta: [DecimalNumber(-1645.0 / 504)]),
    ]
    let values: [Ball] = try MultiTypeBound().values(
      try rationalModel(), at: point, time: Ball(DecimalNumber(0.8)), orders: 3)
    for (value, sum) in zip(values, expected) {
      #expect((value.upper / (15.0 / 64) - sum).magnitude <= 1e-14 * sum)
    }
  }

  @Test(
    "a sampled density of many narrow bins has the moments, hence the bound, of its atoms to the bin width")
  func spaceIsTheLimitOfAtoms() throws {
    // The two forms of ∫|V̂||η|e^{|η|s}: moments on R, exponentials per radius on a torus with κ = 1/100.
    let potential = try BumpPotential(strength: -0.4, bandlimit: 1.2, power: 2)
    func bound(_ domain: Domain) throws -> [Double] {
      let geometry = try PhaseSpaceGeometry(dimension: 1, domain: domain)
      let model = try Model(
        geometry: geometry, species: [Species(name: "a", fraction: 1)],
        potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, potential)]))
      return try MultiTypeBound().values(
        model, at: [Particle(species: 0, xi: [0.5], eta: [0.3])], time: 1.5, orders: 8)
    }
    let (space, torus) = (try bound(.space), try bound(.torus(length: DecimalNumber(200 * Double.pi))))
    for (a, b) in zip(space, torus) { #expect((a / b - 1).magnitude < 1e-3 && a > 0, "\(a) \(b)") }
  }
}
