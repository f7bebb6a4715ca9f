import CLibraries
import Foundation
import Hierarchy
import Interaction
import Numerics
import PhaseSpace
import TestRandomNumbers
import Testing

/// A step from a random state against `DirectHierarchy`.
@Suite("The right side of the truncated hierarchy against a direct one, on random states")
struct TruncatedHierarchyRightSideTests {
  /// What is compared on a grid of 2G + 1 points.
  struct Case: Sendable, CustomTestStringConvertible {
    var dimension = 1
    /// m_α; window and grid of a species go with it.
    var masses = [1.0]
    /// Per species, at finite N.
    var particles: [Int]?
    var hbar: Double?
    var rank = 2
    var closure = "cumulant"
    var halfWidth = 1

    var testDescription: String {
      "\(closure), rank \(rank), G = \(halfWidth), d = \(dimension), masses \(masses), N = \(particles?.description ?? "∞"), "
        + "ħ = \(hbar?.description ?? "0")"
    }
  }

  /// As a hierarchy asks for its initial data.
  private struct Table: CharacteristicFunction {
    let direct: DirectHierarchy
    let state: DirectHierarchy.State
    let places: [DirectHierarchy.Site: Int]

    init(_ direct: DirectHierarchy, _ state: DirectHierarchy.State) {
      self.direct = direct
      self.state = state
      places = Dictionary(uniqueKeysWithValues: zip(direct.sites, direct.sites.indices))
    }

    func value(at particles: [PhasePoint]) -> Complex<Double> {
      let lattice = direct.lattice
      func index(_ vector: SpaceVector, _ spacing: Double) -> ModeIndex {
        ModeIndex((vector / spacing).rounded(.toNearestOrAwayFromZero))
      }
      let tuple = particles.map { particle in
        places[
          DirectHierarchy.Site(
            species: particle.species, mode: index(particle.eta, lattice.kappa),
            point: index(particle.xi, lattice.spacing(particle.species)))] ?? -1
      }
      // Beyond the lattice there is nothing.
      return tuple.contains(-1) ? .zero : state[tuple.count - 1][direct.place(tuple)]
    }
  }

  /// v_{αβ,m}, one of each pair ±m: another one for every pair of species, with a mode that reaches across the lattice.
  private static func modes(_ dimension: Int, _ alpha: Int, _ beta: Int) -> [(ModeIndex, Double)] {
    let strength = [0.7, -0.45, 0.3, 0.55, -0.2][alpha + beta]
    return dimension == 1
      ? [(ModeIndex(1, 0, 0), strength), (ModeIndex(2, 0, 0), 0.3 * strength)]
      : [
        (ModeIndex(1, 0, 0), strength), (ModeIndex(0, 1, 0), -0.8 * strength),
        (ModeIndex(1, -1, 0), 0.4 * strength),
      ]
  }

  /// The closures of rank R by their formulas: w_{1…R+1} = 0; Π w_i; Σ over partitions into b > 1 blocks of (−1)^b (b−1)! Π w_B.
  /// A partition is a block number for every particle, in which a block opens only after those before it.
  private static func terms(_ closure: String, rank: Int) -> [(
    coefficient: Double, blocks: DirectHierarchy.Tuple
  )] {
    if closure == "factorised" { return [(1, factors(rank + 1))] }
    guard closure == "cumulant" else { return [] }
    var labels: [DirectHierarchy.Tuple] = [.zero]
    for slot in 1...rank {
      labels = labels.flatMap { label in
        (0...label.max() + 1).map {
          var next = label
          next[slot] = $0
          return next
        }
      }
    }
    return labels.filter { $0 != .zero }.map { ([1, -2, 6, -24][$0.max() - 1], $0) }
  }

  /// Every particle a block of its own.
  private static func factors(_ count: Int) -> DirectHierarchy.Tuple {
    var labels = DirectHierarchy.Tuple.zero
    for slot in 0..<count { labels[slot] = slot }
    return labels
  }

  private static func closure(_ name: String) -> any Closure {
    switch name {
    case "factorised": FactorisedClosure()
    case "cumulant": CumulantClosure()
    case "exact": ExactClosure()
    default: ZeroClosure()
    }
  }

  /// The largest difference after a step over the largest value.
  private func difference(_ one: Case, seed: UInt64) throws -> Double {
    let geometry = try PhaseSpaceGeometry(
      dimension: one.dimension, domain: .torus(length: DecimalNumber(2 * Double.pi)))
    let species = one.masses.indices
    let count = one.particles.map { Double($0.reduce(0, +)) }
    let fractions = species.map { alpha in
      one.particles.map { Double($0[alpha]) / (count ?? 1) }
        ?? [[1], [0.375, 0.625], [0.25, 0.375, 0.375]][one.masses.count - 1][alpha]
    }
    let model = try Model(
      geometry: geometry,
      species: species.map {
        try Species(
          name: "\($0)", fraction: DecimalNumber(fractions[$0]), mass: DecimalNumber(one.masses[$0]))
      },
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: species.count,
        pairs: species.flatMap { alpha in
          try (alpha..<species.count).map { beta in
            let modes = Self.modes(one.dimension, alpha, beta)
            return (
              alpha, beta,
              try TrigonometricPotential(
                modes: modes.map { .init(mode: $0.0, coefficient: DecimalNumber($0.1)) })
            )
          }
        }),
      kernel: one.hbar.map { .moyal(hbar: DecimalNumber($0)) } ?? .classical, particles: one.particles)
    let step = 0.125
    let lattice = try FourierLattice(
      geometry: geometry, modes: 1, xiExtent: Double(one.halfWidth) * step / 2, timeStep: step,
      masses: one.masses)
    try #require(lattice.halfWidths[0] == one.halfWidth)
    let direct = DirectHierarchy(
      rank: one.rank, lattice: lattice, fractions: fractions, particles: one.particles, hbar: one.hbar,
      potentials: species.map { alpha in
        species.map { beta in
          Self.modes(one.dimension, min(alpha, beta), max(alpha, beta)).flatMap {
            [$0, ($0.0.negated, $0.1)]
          }
          .map { (mode: $0.0, value: $0.1) }
        }
      },
      closure: Self.terms(one.closure, rank: one.rank))
    var generator = SplitMix(seed: seed)
    var state = direct.randomState(using: &generator)
    let hierarchy = try TruncatedHierarchy(
      model: model, marginals: Table(direct, state), lattice: lattice, rank: one.rank,
      closure: Self.closure(one.closure), workers: Workers(threads: 2))
    state = direct.step(state)
    try hierarchy.advance(to: step)
    let largest = state.joined().reduce(0) { max($0, $1.length) }
    var worst = 0.0
    for order in hierarchy.orders {
      let slots = order.slots
      func descend(_ tuple: [Int]) throws {
        guard tuple.count == slots.count else {
          for site in direct.sites.indices where direct.sites[site].species == slots[tuple.count] {
            try descend(tuple + [site])
          }
          return
        }
        let value = hierarchy.value(
          species: slots, modes: tuple.map { direct.sites[$0].mode },
          points: tuple.map { direct.sites[$0].point })
        let difference = (value - state[slots.count - 1][direct.place(tuple)]).length
        guard difference.isFinite else { throw NumericalFailure(in: "\(one)", "a value that is not finite") }
        worst = max(worst, difference)
      }
      try descend([])
    }
    try #require(largest.isFinite && largest > 0.1)
    return worst / largest
  }

  /// With `VLASOV_CAMPAIGN` set every kernel meets every number of particles; otherwise one of the four in turn.
  private static let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"

  private static func cases(
    rank: Int, halfWidths: some Sequence<Int>, dimension: Int = 1, masses: [[Double]],
    particles: (Int) -> [Int]
  ) -> [Case] {
    halfWidths.flatMap { half in
      masses.enumerated().flatMap { number, masses in
        ["zero", "factorised", "cumulant"].enumerated().flatMap { position, closure in
          let variants: [([Int]?, Double?)] = [
            (nil, nil), (nil, 0.8), (particles(masses.count), nil), (particles(masses.count), 0.8),
          ]
          return variants.indices.filter { isCampaign || $0 == (half + position + number) % 4 }.map {
            Case(
              dimension: dimension, masses: masses, particles: variants[$0].0, hbar: variants[$0].1,
              rank: rank,
              closure: closure, halfWidth: half)
          }
        }
      }
    }
  }

  @Test(
    "one and two particles, every number of points from 3 to 41, windows wider and narrower than the first")
  func upToPairs() throws {
    let all =
      Self.cases(rank: 1, halfWidths: 1...20, masses: [[1], [1, 0.5]]) { $0 == 1 ? [3] : [2, 2] }
      + Self.cases(rank: 2, halfWidths: 1...20, masses: [[1]]) { _ in [3] }
      + Self.cases(rank: 2, halfWidths: 1...(Self.isCampaign ? 20 : 8), masses: [[1, 0.5], [1, 2.5]]) { _ in
        [2, 2]
      }
      // One of the first species and the pairs of the second.
      + Self.cases(rank: 2, halfWidths: 1...(Self.isCampaign ? 20 : 8), masses: [[1, 1.75]]) { _ in [1, 3] }
    try check(all)
  }

  @Test("triples")
  func triples() throws {
    try check(
      Self.cases(rank: 3, halfWidths: Self.isCampaign ? Array(1...16) : [1, 2, 3, 5], masses: [[1]]) { _ in
        [4]
      }
        + Self.cases(rank: 3, halfWidths: 1...(Self.isCampaign ? 8 : 2), masses: [[1, 0.5], [1, 2]]) { _ in
          [3, 1]
        })
  }

  @Test("quadruples")
  func quadruples() throws {
    try check(
      ["zero", "factorised", "cumulant"].flatMap { closure in
        [(nil, nil), ([5], 0.8)].filter { Self.isCampaign || ($0.0 == nil) == (closure == "cumulant") }.map {
          (particles: [Int]?, hbar: Double?) in
          Case(particles: particles, hbar: hbar, rank: 4, closure: closure, halfWidth: 1)
        }
      })
  }

  @Test("three species")
  func threeSpecies() throws {
    let masses = [[1, 0.5, 1.5]]
    try check(
      Self.cases(rank: 1, halfWidths: 1...6, masses: masses) { _ in [1, 2, 2] }
        + Self.cases(rank: 2, halfWidths: 1...2, masses: masses) { _ in [1, 2, 1] }
        + (Self.isCampaign ? Self.cases(rank: 3, halfWidths: 1...1, masses: masses) { _ in [2, 1, 1] } : []))
  }

  @Test("the exact closure at N = R")
  func exact() throws {
    let particles = [[2], [1, 1], [3], [2, 1], [1, 2]]
    try check(
      particles.flatMap { particles in
        (1...(Self.isCampaign ? 16 : particles.reduce(0, +) == 2 ? 12 : 3)).flatMap { half in
          [nil, 0.8].map { hbar in
            Case(
              masses: particles.count == 1 ? [1] : [1, 0.5], particles: particles, hbar: hbar,
              rank: particles.reduce(0, +), closure: "exact", halfWidth: half)
          }
        }
      })
  }

  @Test("two dimensions")
  func twoDimensions() throws {
    try check(
      Self.cases(rank: 1, halfWidths: 1...3, dimension: 2, masses: [[1], [1, 0.5]]) {
        $0 == 1 ? [3] : [2, 1]
      }
        + Self.cases(rank: 2, halfWidths: 1...2, dimension: 2, masses: [[1]]) { _ in [3] })
  }

  private func check(_ cases: [Case]) throws {
    for (seed, one) in cases.enumerated() {
      let difference = try difference(one, seed: UInt64(seed))
      #expect(difference < 1e-13, "\(one.testDescription): \(difference)")
    }
  }
}
