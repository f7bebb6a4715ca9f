import CLibraries
import DysonSeries
import Foundation
import Interaction
import Numerics
import PhaseSpace
import Testing

/// Rows that are called reliable cover as their error bars say, where the data live on few modes and most trees give nothing.
@Suite("Reliable trees")
struct DysonTreesReliabilityTests {
  private static let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"

  /// How many terms were called reliable, and how many of these lie how far from the jets of the lattice.
  private struct Tally {
    var terms = 0
    var reliable = 0
    var beyond3 = 0
    var beyond5 = 0
    /// Terms beyond 5σ, whatever they are called.
    var far = 0

    mutating func add(_ term: DysonTrees.Term, _ exact: Complex<Double>) {
      let sigma = { (difference: Double, error: Double) in
        (difference.magnitude - term.bias - 1e-9) / error
      }
      // Each part by itself, as their error bars are.
      for (difference, error) in [
        (term.value.real - exact.real, term.standardErrorRe),
        (term.value.imaginary - exact.imaginary, term.standardErrorIm),
      ] {
        let distance = sigma(difference, error)
        terms += 1
        far += distance > 5 ? 1 : 0
        guard term.isReliable else { continue }
        reliable += 1
        beyond3 += distance > 3 ? 1 : 0
        beyond5 += distance > 5 ? 1 : 0
      }
    }

    /// Student's t with 31 degrees of freedom: 0.53 % beyond 3, 2·10⁻⁵ beyond 5; four standard deviations more at most.
    var isHonest: Bool {
      let expected = 0.0053 * Double(reliable)
      return Double(beyond3) <= expected + 4 * expected.squareRoot() + 1
        && Double(beyond5) <= 1e-4 * Double(reliable) + 1
    }
  }

  private typealias Case = (model: Model, data: ProductMixture, point: PhasePoint, time: Double)

  /// D_1, …, D_3 from the jets of the lattice, to some 10⁻⁹.
  private func exact(_ c: Case) throws -> [Complex<Double>] {
    let lattice = try FourierLattice(
      geometry: c.model.geometry, modes: 14, xiExtent: 18, timeStep: c.time / 24,
      masses: c.model.masses)
    let jets = try DysonJets(
      model: c.model, initial: c.data, lattice: lattice, orders: 4, workers: Workers(threads: 2))
    try jets.advance(to: c.time)
    return try jets.terms(at: try Point([c.point], in: c.model.geometry))
  }

  private func tally(
    _ c: Case, _ exact: [Complex<Double>], samples: Int, seeds: Range<Int>, into tally: inout Tally
  ) throws {
    for seed in seeds {
      let trees = try DysonTrees(c.model, initial: c.data, seed: UInt64(seed))
      for order in 1...3 {
        let term = try trees.term(
          order, at: [c.point], time: c.time, budget: .samples(samples), workers: Workers(threads: 2),
          refusesHeavyTails: false)
        tally.add(term, exact[order])
      }
    }
  }

  @Test("r3-reliable: D_3 of few samples is not called reliable, that of enough is and covers")
  func fewModes() throws {
    let c = try RandomTreeModels.reliable()
    let exact = try exact(c)
    // The right value, of an independent hierarchy.
    #expect((exact[3].real - 3.1274e-5).magnitude < 1e-8, "\(exact[3])")
    for (samples, seeds, campaign) in [(2000, 60, 1000), (65536, 8, 1000), (1_048_576, 1, 100)] {
      var found = Tally()
      try tally(c, exact, samples: samples, seeds: 1..<1 + (Self.isCampaign ? campaign : seeds), into: &found)
      #expect(found.isHonest, "\(samples): \(found)")
      if Self.isCampaign { print("r3-reliable, \(samples) samples: \(found)") }
      // Both parts of D_1 always; of D_2 and D_3 too where there are enough.
      let share = Double(found.reliable) / Double(found.terms)
      #expect(share >= (samples == 2000 ? 0.33 : samples == 65536 ? 0.6 : 1), "\(samples): \(found)")
    }
  }

  @Test("random data on few modes: what is called reliable covers")
  func neighbours() throws {
    var random = RandomTreeModels(seed: 33)
    var found = [Int: Tally]()
    for index in 0..<(Self.isCampaign ? 200 : 8) {
      let c = try random.circle()
      let exact = try exact(c)
      for (samples, seeds) in [(2000, 6), (65536, 1)] + (Self.isCampaign ? [(1_048_576, 3)] : []) {
        let first = 10 * index + 1
        try tally(
          c, exact, samples: samples, seeds: first..<first + seeds, into: &found[samples, default: Tally()])
      }
    }
    for (samples, tally) in found.sorted(by: { $0.key < $1.key }) {
      #expect(tally.isHonest, "\(samples): \(tally)")
      if Self.isCampaign { print("neighbours, \(samples) samples: \(tally)") }
    }
  }
}
