import CLibraries
import Foundation
import Interaction
import PhaseSpace
import RemainderBounds
import Testing

/// The rate of Theorem 1.1 (Papers/finite-n.md, Theorem 7): its three parts against sums over graphs, its laws, its tail.
@Suite("The rate of the mean field")
struct MeanFieldRateTests {
  /// A point with these species.
  private func point(_ species: [Int], dimension: Int) -> Point {
    Point(
      species.enumerated().map { index, alpha in
        Particle(
          species: alpha, xi: (0..<dimension).map { DecimalNumber(0.3 + 0.2 * Double(index + $0)) },
          mode: ModeIndex(1 - index, 0, 0))
      })
  }

  /// n^k
  private func full(_ counts: [Int], _ model: Model) -> Double {
    zip(counts, model.fractions).reduce(1) { sum, next in
      (0..<next.0).reduce(sum) { product, _ in product * next.1 }
    }
  }

  @Test(
    "recollisions, births and data are the sums over all graphs, for N_α = 1, 2, 3, 5, one to three species, orders ≤ 3",
    arguments: [
      ([2], 1), ([5], 2), ([1, 1], 1), ([2, 1], 2), ([3, 5], 1), ([1, 2, 3], 1), ([5, 1, 2], 2),
    ])
  func graphs(particles: [Int], dimension: Int) throws {
    let model = try GraphSum.model(
      particles, dimension: dimension, seed: UInt64(40 + particles.reduce(0, +)))
    let time = 0.7
    var met = 0
    for species in [[0], [particles.count - 1, 0], [0, 0, particles.count - 1]] {
      let point = point(species, dimension: dimension)
      let start = GraphSum.start(point, model, time: time)
      let independent = try MeanFieldRate(model, data: .independent, orders: 3)
        .terms(at: point, time: Ball(exactly: time))
      let slater = try MeanFieldRate(model, data: .slaterDeterminants, orders: 3)
        .terms(at: point, time: Ball(exactly: time))
      // The third order of many branches with VLASOV_CAMPAIGN=1 only.
      let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"
      for order in 0...(point.count + particles.count > (isCampaign ? 4 : 3) ? 2 : 3) {
        func expect(_ value: Ball, _ sum: GraphSum, _ what: String) {
          let sum = sum(start, time: time, orders: order)
          #expect(
            (value.middle - sum).magnitude <= 1e-10 * max(sum, independent[order].limit.middle * 1e-3),
            "\(what), \(particles) \(species) L = \(order): \(value) \(sum)")
        }
        expect(
          independent[order].recollisions, GraphSum(model: model, kind: .withRecollision), "recollisions")
        expect(independent[order].births, GraphSum(model: model, kind: .births), "births")
        expect(
          independent[order].data,
          GraphSum(model: model, kind: .births) { self.full($0, model) - model.mass(of: MarginalOrder($0)) },
          "data")
        expect(
          slater[order].data,
          GraphSum(model: model, kind: .births) { counts in
            var product = 1.0
            for (number, count) in zip(particles, counts) {
              for i in 0..<count { product *= 1 + Double(i) / Double(number) }
            }
            let full = self.full(counts, model)
            return min(full * (product - 1), full + model.mass(of: MarginalOrder(counts)))
          }, "determinants")
        if independent[order].recollisions.lower > 0 { met += 1 }
      }
    }
    #expect(met >= 1)
  }

  @Test(
    "the kernel's part is the graphs of births times (ħ²B²/24) Σ_l (Ȳ + (l−1)Bt/m_*)², at most 61/50 of them")
  func kernel() throws {
    var capped = 0
    for hbar: DecimalNumber in [0.2, 5] {
      let model = try GraphSum.model([2, 3], dimension: 1, seed: 17).with(kernel: .moyal(hbar: hbar))
      let point = point([0, 1], dimension: 1)
      let start = GraphSum.start(point, model, time: 0.7)
      let terms = try MeanFieldRate(model, data: .independent, orders: 2)
        .terms(at: point, time: Ball(exactly: 0.7))
      // The highest mode is 2; the greatest distance stands at an end of a chord.
      let bandlimit = 2 * (try #require(model.geometry.kappa))
      let reach = start.reduce(0) { max($0, $1.start, $1.distance(0.7)) }
      let growth = bandlimit * 0.7 / (try #require(model.masses.min()))
      var sum = 0.0
      for order in 1...2 {
        let way = reach + Double(order - 1) * growth
        sum += way * way
        let share = hbar.value * hbar.value * bandlimit * bandlimit / 24 * sum
        if share > 1.22 { capped += 1 }
        let births = GraphSum(model: model, kind: .births)(start, time: 0.7, orders: order)
        let expected = min(share, 1.22) * births
        let value = terms[order].kernel.middle
        #expect(
          (value - expected).magnitude <= 1e-10 * expected, "ħ = \(hbar), L = \(order): \(value) \(expected)")
      }
    }
    #expect((1...3).contains(capped), "\(capped)")
  }

  @Test("one species: the graphs without recollisions are the fraction Π_l (1 − (r+l−2)/(N−1)) of all")
  func fractionOfOneSpecies() throws {
    let model = try GraphSum.model([6], dimension: 1, seed: 11)
    for count in 1...3 {
      let terms = try MeanFieldRate(model, data: .independent, orders: 8)
        .terms(at: point([Int](repeating: 0, count: count), dimension: 1), time: Ball(exactly: 0.5))
      var fraction = 1.0
      for order in 1...8 {
        fraction *= max(0, 1 - Double(count + order - 2) / 5)
        let (births, all) = (
          terms[order].births.middle, (terms[order].births + terms[order].recollisions).middle
        )
        #expect((births - fraction * all).magnitude <= 1e-12 * all, "r = \(count), L = \(order)")
      }
    }
  }

  @Test("every term is below the closed form of the corollary, and for large N near it in one species")
  func closedForm() throws {
    for (particles, tight) in [([7, 4], false), ([3, 5, 4], false), ([100_000], true)] {
      let model = try GraphSum.model(particles, dimension: 1, seed: 21).with(kernel: .moyal(hbar: 0.01))
      let least = Double(particles.min() ?? 1)
      for species in [[0], [0, particles.count - 1]] {
        let r = Double(species.count)
        let terms = try MeanFieldRate(model, data: .independent, orders: 8)
          .terms(at: point(species, dimension: 1), time: Ball(exactly: 0.5))
        for (order, term) in terms.enumerated() {
          let (l, limit) = (Double(order), term.limit.middle)
          let closed = (
            recollisions: limit * (l * (r - 1) + l * (l - 1) / 2) / (least - 1),
            data: limit * (r + l) * (r + l - 1) / (2 * least)
          )
          #expect(term.recollisions.middle <= closed.recollisions * (1 + 1e-12) + 1e-36 * limit)
          #expect(term.data.middle <= closed.data * (1 + 1e-12))
          if tight, order >= 2 {
            #expect(term.recollisions.middle > 0.999 * closed.recollisions)
            #expect(term.data.middle > 0.999 * closed.data)
          }
        }
      }
    }
  }

  @Test(
    "1/N and ħ²: a hundredfold N makes recollisions and data a hundredth, a tenth of ħ the kernel's part a hundredth"
  )
  func laws() throws {
    let small = try GraphSum.model([2, 3], dimension: 1, seed: 8)
    let point = point([0, 1], dimension: 1)
    func bound(_ factor: Int, _ hbar: DecimalNumber, _ data: MeanFieldRate.Data) throws -> MeanFieldRate.Bound
    {
      let model = try Model(
        geometry: small.geometry, species: small.species, potentials: small.potentials,
        kernel: .moyal(hbar: hbar), particles: [2 * factor, 3 * factor])
      return try MeanFieldRate(model, data: data).bound(at: point, time: 0.3)
    }
    for data in [MeanFieldRate.Data.independent, .slaterDeterminants] {
      let (near, far) = (try bound(1000, 0.001, data), try bound(100_000, 0.0001, data))
      #expect((near.recollisions.upper / far.recollisions.upper - 100).magnitude < 1)
      #expect((near.data.upper / far.data.upper - 100).magnitude < 1)
      #expect((near.kernel.upper / far.kernel.upper - 100).magnitude < 1)
      let parts = [near.recollisions, near.data, near.kernel]
      #expect((parts.reduce(0) { $0 + $1.upper } / near.total.upper - 1).magnitude < 1e-9)
    }
    let classical = try MeanFieldRate(small, data: .independent).bound(at: point, time: 0.3)
    #expect(classical.kernel.upper == 0 && classical.recollisions.lower > 0)
  }

  @Test(
    "the tail: few orders give a larger bound, never one below the sum of many; beyond T it refuses, just below not"
  )
  func tail() throws {
    let model = try GraphSum.model([3, 5], dimension: 1, seed: 8).with(kernel: .moyal(hbar: 0.1))
    let point = point([0, 1], dimension: 1)
    let rate = try MeanFieldRate(model, data: .slaterDeterminants)
    let radius = try #require(try rate.convergenceTime(species: [0, 1]))
    for share in [0.2, 0.5, 0.8, 0.95] {
      let time = DecimalNumber(share * radius)
      let many = try rate.bound(at: point, time: time).total
      #expect(many.lower <= many.upper && (share > 0.5 || many.upper - many.lower < 1e-9 * many.upper))
      var last = many.upper * (1 - 1e-14)
      for orders in [20, 10, 5] {
        let few = try MeanFieldRate(model, data: .slaterDeterminants, orders: orders).bound(
          at: point, time: time
        ).total
        #expect(few.upper >= last && few.lower <= many.lower, "\(share) \(orders)")
        #expect(few.upper < 30 * many.upper || share > 0.5, "\(share) \(orders): \(few) \(many)")
        last = few.upper * (1 - 1e-14)
      }
    }
    #expect(try rate.bound(at: point, time: DecimalNumber(0.99 * radius)).total.upper.isFinite)
    #expect(throws: HypothesisError.self) {
      _ = try rate.bound(at: point, time: DecimalNumber(1.0001 * radius))
    }
    let start = try rate.bound(at: point, time: 0)
    #expect(start.recollisions.upper == 0 && start.kernel.upper == 0 && start.data.upper == 0)
  }

  @Test("refusals: N = ∞, R^d, five species")
  func refusals() throws {
    let model = try GraphSum.model([2, 3], dimension: 1, seed: 8)
    let infinite = try Model(geometry: model.geometry, species: model.species, potentials: model.potentials)
    #expect(throws: HypothesisError.self) { _ = try MeanFieldRate(infinite, data: .independent) }
    let many = try GraphSum.model([1, 1, 1, 1, 1], dimension: 1, seed: 8)
    #expect(throws: HypothesisError.self) { _ = try MeanFieldRate(many, data: .independent) }
  }
}
