import CLibraries
import Computing
import ExperimentKit
import Hierarchy
import Interaction
import ModelConfiguration
import Numerics
import PhaseSpace
import Studies
import Testing
import Vlasov

/// Exact solutions that hierarchies are compared with, against what shares nothing with them.
@Suite("Exact solutions of few particles and of correlated data")
struct ExactSolutionTests {
  private let workers = Workers(threads: 2)

  private static func reader(_ yaml: String) throws -> TruncationReader {
    let root = try ConfigurationNode(yaml: yaml, file: "test.yaml")
    return try TruncationReader(root, comparedWith: .exact)
  }

  private static func few(_ storage: String, lattice: String, rank: Int = 1, closures: String = "[zero]")
    throws -> TruncationReader
  {
    try reader(
      """
      model:
        dimension: 1
        domain: {kind: torus, length: 6.283185307179586}
        species: [{name: a}, {name: b}]
        particles: {a: 1, b: 1}
        potentials: [{between: [a, b], kind: trigonometric, modes: [{m: [1], coefficient: -0.6}]}]
      initial:
        kind: factorised
        components:
          - a: {kind: maxwellian, sigma: [1.0], drift: [0.2], modulation: [{m: [1], amplitude: 0.5, phase: 0.0}]}
            b: {kind: maxwellian, sigma: [0.9], drift: [0.0], modulation: [{m: [1], amplitude: -0.4, phase: 0.3}]}
      lattice: \(lattice)
      rank: \(rank)
      closures: \(closures)
      times: [1.0]
      storage: \(storage)
      """)
  }

  /// Sites of two particles, ξ = g/4, and ⟨e^{i(ξp + nq)}⟩ there at t = 1: of both, of the first and of the second.
  private struct Places {
    let n: [[Int]]
    let g: [[Int]]
    let averages: [[Complex<Double>]]

    init(count: Int) {
      let n = (0..<count).map { k in [(7 * k) % 5 - 2, (3 * k + 1) % 5 - 2] }
      let g = (0..<count).map { k in [(5 * k) % 9 - 4, (11 * k + 2) % 9 - 4] }
      func density(_ sigma: Double, _ drift: Double, _ amplitude: Double, _ phase: Double)
        -> (Double, Double) -> Double
      {
        { q, p in
          let x = (p - drift) / sigma
          return Double.exp(-x * x / 2) / (sigma * (2 * Double.pi).squareRoot())
            * (1 + amplitude * Double.cos(q + phase)) / (2 * Double.pi)
        }
      }
      let trajectories = LiouvilleTrajectories(
        coefficients: [[0, -0.6], [-0.6, 0]],
        densities: [density(1, 0.2, 0.5, 0), density(0.9, 0, -0.4, 0.3)], positions: 12, momenta: 20,
        reach: 6.5)
      var all: [[(xi: Double, n: Int)]] = []
      for particles in [[0, 1], [0], [1]] {
        for k in 0..<count {
          all.append(
            (0..<2).map { particles.contains($0) ? (xi: Double(g[k][$0]) / 4, n: n[k][$0]) : (xi: 0, n: 0) })
        }
      }
      let found = trajectories.averages(at: 1, steps: 10, of: all)
      (self.n, self.g) = (n, g)
      averages = (0..<3).map { Array(found[($0 * count)..<(($0 + 1) * count)]) }
    }
  }

  private static let places = Places(count: 60)

  @Test(
    "two particles are their trajectories within referenceError, which is a tenth at most",
    arguments: [
      ("full", "{modes: 3, xi-extent: 5.0, time-step: 0.5}"),
      ("full", "{modes: 3, xi-extent: 5.0, xi-step: 0.25, time-step: 0.5}"),
      ("orbitals", "{modes: 3, xi-extent: 5.0, time-step: 0.5}"),
      ("orbitals", "{modes: 3, xi-extent: 5.0, xi-step: 0.25, time-step: 0.25}"),
    ])
  func trajectories(storage: String, lattice: String) throws {
    let base = try Self.few(storage, lattice: lattice, rank: 2, closures: "[exact]")
    let solution = try base.exactSolution(workers: workers)
    let hierarchy = try base.hierarchy(base.closures[0], workers: workers)
    for evolution in solution.moving + [hierarchy] { try evolution.advance(to: 1) }
    let (present, places) = (try solution.present(), Self.places)
    #expect(base.lattice.spacing(0) == 0.25 && base.orders.count == 3)
    for order in base.orders {
      let slots = order.slots
      let exact = places.averages[slots.count == 2 ? 0 : 1 + slots[0]]
      var off = 0.0
      for k in places.n.indices {
        let value = present.observed.value(
          species: slots, modes: slots.map { ModeIndex(places.n[k][$0], 0, 0) },
          points: slots.map { ModeIndex(places.g[k][$0], 0, 0) })
        off = max(off, (value - exact[k].multiplied(by: base.model.mass(of: order))).length)
      }
      let comparison = try present.comparison(with: hierarchy, order)
      #expect(comparison.distance.maximum < 1e-13, "the exact closure at R = N")
      #expect(off <= comparison.referenceError, "\(order): \(off) beyond \(comparison.referenceError)")
      // The largest of all sites, the highest modes too; the sixty here are among the others.
      #expect(comparison.referenceError <= 0.1 * base.model.mass(of: order), "\(order): \(comparison)")
      #expect(off > 1e-9, "a lattice that is off by something")
    }
    let names = try solution.moving.flatMap { try $0.resolution() }.map(\.name)
    #expect(names.contains { $0.hasSuffix("the error of the reference") })
  }

  @Test("what a closure loses of few particles is the distance of two hierarchies made by hand")
  func byHand() throws {
    let base = try Self.few("full", lattice: "{modes: 3, xi-extent: 5.0, time-step: 0.25}")
    let solution = try base.exactSolution(workers: workers)
    let hierarchy = try base.hierarchy(base.closures[0], workers: workers)
    for evolution in solution.moving + [hierarchy] { try evolution.advance(to: 1) }
    func made(rank: Int, _ closure: any Closure) throws -> TruncatedHierarchy {
      let hierarchy = try TruncatedHierarchy(
        model: base.model, initial: base.initial, lattice: base.lattice, rank: rank, closure: closure,
        workers: workers)
      try hierarchy.advance(to: 1)
      return hierarchy
    }
    let (exact, zero) = (try made(rank: 2, ExactClosure()), try made(rank: 1, ZeroClosure()))
    for order in base.orders {
      let found = try solution.present().comparison(with: hierarchy, order)
      #expect(found.distance == (try zero.distance(order, to: exact)))
      #expect(found.distance.maximum > 100 * found.referenceError, "\(found)")
    }
  }

  private static func correlated(_ storage: String, strength: Double) throws -> TruncationReader {
    try reader(
      """
      model:
        dimension: 1
        domain: {kind: torus, length: 6.283185307179586}
        species: [{name: a, fraction: 0.4, mass: 1.0}, {name: b, fraction: 0.6, mass: 2.0}]
        potentials: [{between: [a, b], kind: trigonometric, modes: [{m: [1], coefficient: \(strength)}]}]
      initial:
        kind: correlated
        components:
          - a: {kind: gaussian, sigma: [1.0], drift: [0.1], width: [1.3], centre: [0.3]}
            b: {kind: gaussian, sigma: [0.9], drift: [-0.1], width: [1.4], centre: [-0.4]}
        momentum-covariance: [[0.09, -0.06], [-0.06, 0.04]]
        position-covariance: [[0.0, 0.0], [0.0, 0.0]]
      lattice: {modes: 3, xi-extent: {a: 8.0, b: 6.0}, time-step: 0.5}
      rank: 2
      closures: [cumulant]
      times: [1.0]
      storage: \(storage)
      orbitals: {tolerance: 1.0e-4}
      """)
  }

  @Test("correlated data in free flight are where they have flown, within what is said of the nodes")
  func freeFlight() throws {
    let base = try Self.correlated("full", strength: 0)
    let solution = try base.exactSolution(workers: workers)
    for evolution in solution.moving { try evolution.advance(to: 1) }
    let hierarchy = try base.hierarchy(base.closures[0], workers: workers)
    try hierarchy.advance(to: 1)
    let (present, sites, masses) = (try solution.present(), base.lattice, base.model.masses)
    for order in base.orders {
      let slots = order.slots
      let comparison = try present.comparison(with: hierarchy, order)
      var off = 0.0
      for k in 0..<200 {
        let modes = slots.indices.map { ModeIndex((5 * k + 3 * $0) % 5 - 2, 0, 0) }
        let points = slots.indices.map { ModeIndex((7 * k + 4 * $0) % 15 - 7, 0, 0) }
        let start = slots.indices.map { i in
          PhasePoint(
            species: slots[i],
            xi: sites.xi(points[i], species: slots[i]) + modes[i].vector * (sites.kappa / masses[slots[i]]),
            eta: modes[i].vector * sites.kappa)
        }
        let exact = base.initial.value(at: start).multiplied(by: base.model.mass(of: order))
        let value = present.observed.value(species: slots, modes: modes, points: points)
        off = max(off, (value - exact).length)
      }
      // One node more than what is said of the other.
      #expect(off <= comparison.referenceError, "\(order): \(off) beyond \(comparison.referenceError)")
      #expect(comparison.referenceError < 1e-7 && comparison.referenceError > 1e-14)
      // The data were evaluated one by one, and flew on the lattice.
      #expect(
        comparison.distance.maximum <= comparison.referenceError + comparison.latticeError, "\(comparison)")
    }
  }

  @Test("correlated data on orbitals against full storage: the same distances, to what both say they miss")
  func correlatedStorages() throws {
    func compared(_ storage: String) throws -> (TruncationReader, any RankedHierarchy, any ExactMarginals) {
      let base = try Self.correlated(storage, strength: 0.4)
      let solution = try base.exactSolution(workers: workers)
      let hierarchy = try base.hierarchy(base.closures[0], workers: workers)
      for evolution in solution.moving + [hierarchy] { try evolution.advance(to: 1) }
      return (base, hierarchy, try solution.present())
    }
    let (base, full, exact) = try compared("full")
    let (_, orbitals, coarse) = try compared("orbitals")
    #expect(full.orbitalCounts == nil)
    let counts = try #require(orbitals.orbitalCounts)
    #expect(zip(counts.kept, counts.widest).allSatisfy { $0 <= $1 && $0 > 1 }, "\(counts)")
    for order in base.orders {
      let (one, other) = (
        try exact.comparison(with: full, order), try coarse.comparison(with: orbitals, order)
      )
      let allowed =
        orbitals.storageShare(order) * one.distance.referenceMaximum + one.referenceError
        + other.referenceError
      #expect((one.distance.maximum - other.distance.maximum).magnitude <= allowed, "\(order)")
      #expect(orbitals.storageShare(order) > 0)
    }
  }

  @Test("latticeError holds what coarse steps of the cores are off by, on orbitals as in full storage")
  func stepsOfCores() throws {
    for storage in ["full", "orbitals"] {
      let base = try Self.reader(
        """
        model:
          dimension: 1
          domain: {kind: torus, length: 6.283185307179586}
          species: [{name: a, fraction: 1}]
          potentials: [{between: [a, a], kind: trigonometric, modes: [{m: [1], coefficient: 0.6}]}]
        initial:
          kind: factorised
          components: [{a: {kind: maxwellian, sigma: [1.0], drift: [0.0], modulation: [{m: [1], amplitude: 0.4, phase: 0.0}]}}]
        lattice: {modes: 4, xi-extent: 7.0, time-step: 0.5}
        rank: 2
        closures: [cumulant]
        times: [1.0]
        storage: \(storage)
        orbitals: {tolerance: 1.0e-8, most: 24}
        """)
      let solution = try base.exactSolution(workers: workers)
      let own = try base.hierarchy(base.closures[0], workers: workers)
      // A quarter of the step: the difference is what the steps are off by.
      let finer = try base.hierarchy(
        base.closures[0], on: base.lattice.refined(steps: 4), workers: workers)
      for evolution in solution.moving + [own, finer] { try evolution.advance(to: 1) }
      for order in base.orders {
        let off = try own.distance(order, to: finer).maximum
        let allowed = try solution.present().comparison(with: own, order).latticeError
        #expect(off <= allowed, "\(storage) \(order): \(off) beyond \(allowed)")
        #expect(allowed <= 30 * off && off > 1e-6, "\(storage) \(order): \(allowed) for \(off)")
      }
    }
  }
}
