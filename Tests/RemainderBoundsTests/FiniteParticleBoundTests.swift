import CLibraries
import Foundation
import Interaction
import PhaseSpace
import RemainderBounds
import Testing

/// The bounds at finite N (Papers/finite-n.md) against the sum over all graphs, births and recollisions. Against the remainders of
/// hierarchies that close: `FiniteSeriesCampaignTests`.
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
      // The third order of many branches with VLASOV_CAMPAIGN=1 only.
      let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"
      for order in 1...(point.count + particles.count > (isCampaign ? 5 : 3) ? 2 : 3) {
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
}
