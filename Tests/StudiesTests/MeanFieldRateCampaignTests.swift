import CLibraries
import Foundation
import Interaction
import ManyBody
import PhaseSpace
import RemainderBounds
import Studies
import Testing

/// Theorem 7 on random models: exact fermions, (1,1), (2,1) and (2,2) of them, against the Vlasov solution of their Wigner functions.
///
/// Three quarters of the models are near what makes one part of the bound large: pairs of one species near the origin (data),
/// pairs at opposite modes over homogeneous densities (recollisions), large ħ and ξ for one fermion of each species (kernel).
@Suite("The rate of the mean field on random models")
struct MeanFieldRateCampaignTests {
  /// 160 models with VLASOV_CAMPAIGN=1, else the first of each kind.
  private static let count = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1" ? 160 : 12

  private enum Kind: Int, CaseIterable { case any, data, recollisions, kernel }

  /// A linear congruential stream, so that random models are the same on every machine.
  private struct Stream {
    var state: UInt64

    mutating func uniform(_ low: Double, _ high: Double) -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return low + (high - low) * Double(state >> 11) * 0x1p-53
    }

    mutating func decimal(_ low: Double, _ high: Double) -> DecimalNumber {
      DecimalNumber((uniform(low, high) * 1000).rounded() / 1000)
    }
  }

  private struct Case {
    let study: MeanFieldFermions
    let times: [DecimalNumber]

    init(_ kind: Kind, seed: Int) throws {
      var random = Stream(state: UInt64(7919 * seed + kind.rawValue) &* 0x9E37_79B9_7F4A_7C15 | 1)
      for _ in 0..<4 { _ = random.uniform(0, 1) }
      let particles = kind == .kernel ? [1, 1] : [[1, 1], [2, 1], [2, 2]][seed % 3]
      let total = particles.reduce(0, +)
      let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: random.decimal(5, 8)))
      let species = try particles.indices.map {
        try Species(
          name: "s\($0)", fraction: DecimalNumber(Double(particles[$0]) / Double(total)),
          mass: random.decimal(0.7, 2))
      }
      let twoModes = kind == .any && seed % 2 == 0
      let pairs = try [(0, 0), (0, 1), (1, 1)].filter { kind == .any || kind == .data || $0 != $1 }.map {
        a, b in
        (
          a, b,
          try TrigonometricPotential(
            modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: random.decimal(-0.5, 0.5))]
              + (twoModes ? [.init(mode: ModeIndex(2, 0, 0), coefficient: random.decimal(-0.1, 0.1))] : []))
            as any BandLimitedPotential
        )
      }
      let model = try Model(
        geometry: geometry, species: species,
        potentials: PotentialMatrix(geometry: geometry, speciesCount: 2, pairs: pairs),
        kernel: .moyal(hbar: kind == .kernel ? random.decimal(0.5, 1) : random.decimal(0.1, 0.5)),
        particles: particles)
      let amplitude: (Double, Double) =
        switch kind {
        case .recollisions: (0, 0)
        case .kernel: (0, random.uniform(0.85, 0.95))
        default: (random.uniform(-0.7, 0.7), random.uniform(-0.7, 0.7))
        }
      let system = try FermionSystem(
        model: model, modes: 5 + (twoModes ? 1 : 0),
        profiles: [
          OrbitalProfile(
            amplitude: amplitude.0, phase: random.uniform(0, 3),
            momentum: kind == .any ? random.uniform(-0.1, 0.1) : 0),
          OrbitalProfile(amplitude: amplitude.1, phase: random.uniform(0, 3), momentum: 0),
        ])
      let kappa = geometry.kappa ?? 1
      func particle(_ species: Int, _ xi: DecimalNumber, _ mode: Int) -> Particle {
        Particle(
          species: species, xi: [xi], eta: [DecimalNumber(kappa * Double(mode))], mode: ModeIndex(mode, 0, 0))
      }
      let points: [Point]
      switch kind {
      case .any:
        points = [
          [particle(0, random.decimal(-1, 1), 1)], [particle(1, random.decimal(-1, 1), -1)],
          [particle(0, random.decimal(-1, 1), 1), particle(1, random.decimal(-1, 1), 0)],
          [particle(0, random.decimal(-1, 1), 0), particle(0, random.decimal(-1, 1), 1)],
        ]
      case .data:
        points = [[particle(0, random.decimal(-0.1, 0.1), 0), particle(0, random.decimal(-0.1, 0.1), 0)]]
      case .recollisions:
        let xi = random.decimal(0.3, 0.6)
        points = [[particle(0, xi, -1), particle(1, DecimalNumber(-xi.value), 1)]]
      case .kernel: points = [[particle(0, random.decimal(2, 3), -1)]]
      }
      times = kind == .kernel ? [0.05, 0.1] : [0, 0.1, 0.3, 0.5]
      study = try MeanFieldFermions(
        system: system, points: points, timeStep: 0.05, last: times.last?.value ?? 0)
    }
  }

  @Test("the rate holds in every row, and none of its three parts can be halved without notice")
  func campaign() throws {
    var rows = 0
    // Of each part: how near a difference comes to the bound with half of that part, where it is two fifths of all.
    var nearest = [0.0, 0.0, 0.0]
    for seed in 0..<Self.count {
      let kind = Kind.allCases[seed % 4]
      let one = try Case(kind, seed: seed / 4)
      let observer = try one.study.observer(workers: Workers(threads: 1))
      let rate = try one.study.rate()
      for time in one.times {
        for evolution in observer.evolutions { try evolution.advance(to: time.value) }
        let record = try observer.record(at: time.value)
        for (point, value) in zip(one.study.points, record.values) {
          guard let bound = try? rate.bound(at: point, time: time) else { continue }
          rows += 1
          #expect(
            value.difference <= bound.total.lower + value.error
              && value.error < 0.2 * bound.total.upper + 1e-9,
            "\(kind) \(seed) t = \(time.value): \(value.difference) ± \(value.error), \(bound)")
          for (index, part) in [bound.recollisions, bound.data, bound.kernel].enumerated()
          where part.upper >= 0.4 * bound.total.upper && bound.total.upper > 0 {
            nearest[index] = max(
              nearest[index], (value.difference - value.error) / (bound.total.upper - part.upper / 2))
          }
        }
      }
    }
    #expect(rows >= 9 * Self.count / 2, "\(rows)")
    // Half of the data's part is refuted outright; with half of the others some difference stands within a factor of four and three.
    #expect(nearest[0] > 1.0 / 4 && nearest[1] > 1 && nearest[2] > 1.0 / 3, "\(nearest)")
  }
}
