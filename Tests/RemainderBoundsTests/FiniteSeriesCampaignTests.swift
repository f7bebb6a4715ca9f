import CLibraries
import DysonSeries
import Foundation
import Interaction
import PhaseSpace
import RemainderBounds
import Testing

/// Random models of two and three particles: |μ̄ − S_L| of the closed hierarchy below every bound, and the sampled terms with
/// recollisions equal to the solution's Taylor coefficients in the coupling.
@Suite("The series of a few particles on random models")
struct FiniteSeriesCampaignTests {
  private static let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"

  /// What a campaign has seen.
  private struct Tally {
    var rows = 0
    /// Rows whose remainder with its budget is below the bound's lower end.
    var certain = 0
    /// The largest remainder, where it is known, as a part of the multi-type bound.
    var tightest = 0.0
    /// Comparisons of a part of a term with the trees; those beyond 3 σ, and beyond 5.
    var parts = 0
    var beyond3 = 0
    var beyond5 = 0
    /// The largest part that recollisions have of a term, in error bars of the trees.
    var moved = 0.0
  }

  private static func series(_ particles: [Int], seed: Int) throws -> ClosedSeries {
    var random = RandomStream(seed: UInt64(5000 + 10 * seed + particles.reduce(0, +)))
    for _ in 0..<4 { _ = random.uniform(0...1) }
    let isPair = particles.reduce(0, +) == 2
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: random.decimal(5...8)))
    let total = Double(particles.reduce(0, +))
    let unitMasses = seed % 2 == 0
    let species = try particles.indices.map {
      try Species(
        name: "s\($0)", fraction: DecimalNumber(Double(particles[$0]) / total),
        mass: unitMasses ? 1 : random.decimal(0.8...1.6))
    }
    var pairs: [(first: Int, second: Int, potential: any BandLimitedPotential)] = []
    for a in particles.indices {
      for b in a..<particles.count {
        var modes = [
          TrigonometricPotential.Mode(mode: ModeIndex(1, 0, 0), coefficient: random.decimal(-0.6...0.6))
        ]
        if isPair, seed % 3 == 0 {
          modes.append(.init(mode: ModeIndex(2, 0, 0), coefficient: random.decimal(-0.2...0.2)))
        }
        pairs.append((a, b, try TrigonometricPotential(modes: modes)))
      }
    }
    let model = try Model(
      geometry: geometry, species: species,
      potentials: PotentialMatrix(geometry: geometry, speciesCount: particles.count, pairs: pairs),
      kernel: seed % 4 == 3 ? .moyal(hbar: random.decimal(0.2...1)) : .classical, particles: particles)
    let initial = try ProductMixture(
      states: species.map { _ in
        try MaxwellianState(
          geometry: geometry, sigma: [random.uniform(0.7...1)], drift: [random.uniform(-0.4...0.4)],
          modulations: [
            .init(
              mode: ModeIndex(1, 0, 0), amplitude: random.uniform(0.5...0.9), phase: random.uniform(0...3))
          ])
      })
    let lattice = try FourierLattice(
      geometry: geometry, modes: isPair ? 4 : 2, xiExtent: isPair ? 4 : 1.8, timeStep: 0.25,
      masses: model.masses)
    let last = particles.count - 1
    let reach = isPair ? 4 : 2
    func place(_ species: Int) -> (species: Int, mode: Int, point: Int) {
      (species, random.integer(-1...1), 2 * random.integer(-reach...reach))
    }
    var places = [[place(0)], [place(last), place(0)]]
    if !isPair { places.append([place(0), place(0)]) }
    return try ClosedSeries(
      model: model, initial: initial, lattice: lattice, steps: 2, couplings: isPair ? 4 : 2,
      places: places)
  }

  private func check(_ particles: [Int], seed: Int, _ tally: inout Tally) throws {
    let series = try Self.series(particles, seed: seed)
    let orders = 3
    let trees = try DysonTrees(series.model, initial: series.initial, seed: UInt64(seed + 1))
    let bounds = RemainderBoundTests.bounds.filter {
      (try? $0.check(series.model, initial: series.initial)) != nil
    }
    #expect(bounds.count >= (series.model.kernel.hbar == nil ? 3 : 0))
    for (index, value) in series.values.enumerated() {
      let remainders = series.remainders(value, orders: orders)
      for bound in bounds {
        let time = DecimalNumber(series.time)
        let enclosures = try bound.enclosures(
          series.model, initial: series.initial, at: value.point, time: time, orders: orders)
        let doubles: [Double] = try bound.values(
          series.model, initial: series.initial, at: value.point, time: series.time, orders: orders)
        for (order, (remainder, enclosure)) in zip(remainders, enclosures).enumerated() {
          tally.rows += 1
          #expect(
            remainder - value.budget <= enclosure.upper,
            "\(particles) \(seed) \(bound.name) L = \(order + 1): \(remainder) ± \(value.budget) \(enclosure)"
          )
          #expect(
            enclosure.lower <= doubles[order] * (1 + 1e-12)
              && enclosure.upper >= doubles[order] * (1 - 1e-12))
          if remainder + value.budget <= enclosure.lower { tally.certain += 1 }
          if bound.name == "multi-type", remainder > 10 * value.budget {
            tally.tightest = max(tally.tightest, (remainder - value.budget) / enclosure.upper)
          }
        }
      }
      for order in 1...orders {
        let term = try trees.term(
          order, at: value.particles, time: series.time, budget: .samples(1 << 16), stream: UInt32(index),
          refusesHeavyTails: false)
        guard term.isReliable else { continue }
        let exact = value.terms[order]
        for (difference, error) in [
          (term.value.real - exact.real, term.standardErrorRe),
          (term.value.imaginary - exact.imaginary, term.standardErrorIm),
        ] where error > 0 {
          let distance = (difference.magnitude - value.budget - term.bias) / error
          tally.parts += 1
          tally.beyond3 += distance > 3 ? 1 : 0
          tally.beyond5 += distance > 5 ? 1 : 0
        }
        tally.moved = max(tally.moved, (exact.length - value.budget) / term.standardError)
      }
    }
  }

  @Test("N_1 = N_2 = 1: all remainders are below all bounds, and all terms are the trees'")
  func twoParticles() throws {
    var tally = Tally()
    for seed in 0..<(Self.isCampaign ? 300 : 3) { try check([1, 1], seed: seed, &tally) }
    verify(tally)
  }

  @Test("N_1 = 2, N_2 = 1: the same with recollisions within a species")
  func threeParticles() throws {
    var tally = Tally()
    for seed in 0..<(Self.isCampaign ? 30 : 1) { try check([2, 1], seed: seed, &tally) }
    verify(tally)
  }

  private func verify(_ tally: Tally) {
    // Student's t with 31 degrees of freedom: 0.53 % beyond 3, 2·10⁻⁵ beyond 5; four standard deviations more at most.
    let expected = 0.0053 * Double(tally.parts)
    #expect(Double(tally.beyond3) <= expected + 4 * expected.squareRoot() + 1, "\(tally)")
    #expect(Double(tally.beyond5) <= 1e-4 * Double(tally.parts) + 1, "\(tally)")
    // Most remainders are known far better than the bound, some are near it, and the trees resolve the terms.
    #expect(Double(tally.certain) > 0.8 * Double(tally.rows), "\(tally)")
    #expect(tally.tightest > 0.1 && tally.tightest <= 1, "\(tally)")
    #expect(tally.moved > 30, "\(tally)")
  }

  @Test("for two particles |Δ_1| is nearly the bound: two narrow clouds a quarter period apart")
  func nearlyTight() throws {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
    let wave = try TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: 0.3)])
    let model = try Model(
      geometry: geometry, species: [Species(name: "a", fraction: 0.5), Species(name: "b", fraction: 0.5)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 2, pairs: [(0, 1, wave)]),
      particles: [1, 1])
    let initial = try ProductMixture(
      states: [0, 1.25].map {
        try GaussianState(dimension: 1, sigma: [0.03], drift: [0], width: [0.05], centre: [$0])
      })
    let lattice = try FourierLattice(
      geometry: geometry, modes: 4, xiExtent: 2, timeStep: 0.05, masses: [1, 1])
    let series = try ClosedSeries(
      model: model, initial: initial, lattice: lattice, steps: 2, couplings: 2,
      places: [[(0, 0, 2 * Int((0.5 / lattice.spacing(0)).rounded()))]])
    let value = series.values[0]
    let remainder = series.remainders(value, orders: 1)[0]
    for bound in [MultiTypeBound() as any MassBound, BranchingBound(), FirstMomentBound()] {
      let enclosure = try bound.enclosures(
        model, initial: initial, at: value.point, time: DecimalNumber(series.time), orders: 1)[0]
      #expect(remainder + value.budget <= enclosure.lower, "\(remainder) ± \(value.budget) \(enclosure)")
      #expect(
        remainder - value.budget >= 0.97 * enclosure.upper, "\(remainder) ± \(value.budget) \(enclosure)")
    }
  }
}
