import CLibraries
import Hierarchy
import Interaction
import PhaseSpace
import Testing
import Vlasov

/// Any number of species in any dimension with modulated Maxwellians, a mixture of two, or correlated Gaussians.
struct OrbitalCase: Sendable, CustomStringConvertible {
  enum Data: Sendable { case mixture, correlated }

  var name: String
  var masses: [DecimalNumber] = [1]
  var dimension = 1
  var rank = 2
  var closure: any Closure = CumulantClosure()
  var kernel = Kernel.classical
  var particles: [Int]?
  var data = Data.mixture
  /// Modes, window, step, steps.
  var lattice: (modes: Int, extent: Double, step: Double, steps: Int) = (2, 6, 0.25, 3)
  var sigma = 1.0
  /// Δξ where it is chosen.
  var spacing: Double?
  var tolerance = 1e-5

  var description: String { name }

  func model() throws -> Model {
    let geometry = try PhaseSpaceGeometry(
      dimension: dimension, domain: .torus(length: DecimalNumber(2 * Double.pi)))
    let total = particles?.reduce(0, +) ?? masses.count
    let diagonal = ModeIndex(1, dimension > 1 ? 1 : 0, 0)
    let pairs = try masses.indices.flatMap { a in
      try masses.indices[a...].map { b in
        let sign = (a + b).isMultiple(of: 2) ? 1.0 : -1
        let waves = [(ModeIndex(1, 0, 0), 0.3), (diagonal, 0.2)].prefix(dimension > 1 ? 2 : 1)
        return (
          a, b,
          try TrigonometricPotential(
            modes: waves.map { .init(mode: $0.0, coefficient: DecimalNumber(sign * $0.1)) })
        )
      }
    }
    return try Model(
      geometry: geometry,
      species: masses.enumerated().map { place, mass in
        try Species(
          name: "s\(place)",
          fraction: DecimalNumber(Double(particles?[place] ?? 1) / Double(total)), mass: mass)
      }, potentials: PotentialMatrix(geometry: geometry, speciesCount: masses.count, pairs: pairs),
      kernel: kernel, particles: particles)
  }

  func initial(_ model: Model) throws -> any InitialHierarchy {
    func axes(_ value: Double) -> [Double] { [Double](repeating: value, count: dimension) }
    if case .correlated = data {
      let count = masses.count
      return try CorrelatedGaussians(
        states: masses.map { _ in
          try GaussianState(
            dimension: dimension, sigma: axes(sigma), drift: axes(0.1), width: axes(1), centre: axes(0.4))
        }, momentumCovariance: [Double](repeating: 0.04, count: count * count),
        positionCovariance: [Double](repeating: 0.03, count: count * count))
    }
    return try ProductMixture(
      components: [(0.55, 0.3), (0.45, -0.2)].map { weight, amplitude in
        ProductMixture.Component(
          weight: weight,
          states: try masses.indices.map { place in
            try MaxwellianState(
              geometry: model.geometry, sigma: axes(sigma), drift: axes(0.1 * Double(place) + amplitude / 2),
              modulations: [
                .init(mode: ModeIndex(1, 0, 0), amplitude: amplitude * (place.isMultiple(of: 2) ? 1 : -1))
              ])
          })
      })
  }

  func both(mostEntries: Int? = nil) throws -> (full: TruncatedHierarchy, orbitals: OrbitalHierarchy) {
    let model = try model()
    let sites = try FourierLattice(
      model, modes: lattice.modes, xiExtents: masses.map { _ in lattice.extent }, timeStep: lattice.step,
      xiSteps: spacing.map { spacing in masses.map { _ in spacing } })
    let initial = try initial(model)
    return (
      try TruncatedHierarchy(
        model: model, initial: initial, lattice: sites, rank: rank, closure: closure,
        workers: Workers(threads: 1)),
      try OrbitalHierarchy(
        model: model, initial: initial, lattice: sites, rank: rank, closure: closure, tolerance: tolerance,
        mostOrbitals: 40, mostEntries: mostEntries)
    )
  }
}

@Suite("Shared orbitals against full storage: any species, masses, dimension and data")
struct OrbitalModelsTests {
  private static let cases = [
    OrbitalCase(
      name: "one species, rank 3", rank: 3, lattice: (modes: 1, extent: 5, step: 0.5, steps: 2),
      tolerance: 1e-3),
    OrbitalCase(
      name: "one species, rank 4", rank: 4, lattice: (modes: 1, extent: 1.5, step: 0.5, steps: 2), sigma: 3,
      tolerance: 1e-3),
    OrbitalCase(
      name: "three species of different masses", masses: [1, 2, 0.5],
      lattice: (modes: 2, extent: 5, step: 0.25, steps: 3), tolerance: 1e-4),
    OrbitalCase(
      name: "unequal masses, factorised", masses: [1, 3], closure: FactorisedClosure(),
      lattice: (modes: 2, extent: 6, step: 0.25, steps: 3)),
    OrbitalCase(
      name: "unequal masses, finite N, Moyal", masses: [1, 2], kernel: .moyal(hbar: 0.4), particles: [2, 2],
      lattice: (modes: 1, extent: 5, step: 0.25, steps: 2), tolerance: 1e-4),
    OrbitalCase(
      name: "finite N, a marginal of more particles than there are", masses: [1, 1],
      kernel: .classical, particles: [1, 2], lattice: (modes: 2, extent: 5, step: 0.25, steps: 3),
      tolerance: 1e-4),
    OrbitalCase(
      name: "two dimensions", dimension: 2, lattice: (modes: 1, extent: 2, step: 0.5, steps: 2), sigma: 2,
      tolerance: 1e-3),
    OrbitalCase(
      name: "three dimensions", dimension: 3, closure: ZeroClosure(),
      lattice: (modes: 1, extent: 0.6, step: 0.6, steps: 1), sigma: 7, tolerance: 1e-3),
    OrbitalCase(
      name: "correlated Gaussians", data: .correlated, lattice: (modes: 3, extent: 5, step: 0.25, steps: 3),
      tolerance: 2e-4),
    OrbitalCase(
      name: "correlated Gaussians, rank 3", rank: 3, data: .correlated,
      lattice: (modes: 1, extent: 5, step: 0.5, steps: 2), tolerance: 1e-3),
  ]

  @Test("within the error estimate, which is within 30 times the error", arguments: cases)
  func estimates(one: OrbitalCase) throws {
    let (full, orbitals) = try one.both()
    let start = orbitals.errors.largest() ?? 0
    #expect(try orbitals.largestDistance(to: full) <= start + 1e-13, "the data, to what is said of them")
    #expect(start <= one.tolerance / 5)
    let end = Double(one.lattice.steps) * one.lattice.step
    try full.advance(to: end)
    try orbitals.advance(to: end)
    let (found, estimate) = (try orbitals.largestDistance(to: full), orbitals.errors.largest() ?? 0)
    // What the two cut off differently at the edge of the window, and their steps, which are no error of storage, come on top.
    #expect(found <= estimate + one.tolerance / 20, "\(found) beyond \(estimate)")
    #expect(estimate <= 30 * found, "\(estimate) against \(found)")
    #expect(estimate <= one.tolerance * (end + 0.2), "what was asked for; r = \(orbitals.widest)")
  }

  @Test(
    "a step that may not use the entries it needs says what it misses", arguments: [30, 100],
    [CumulantClosure(), FactorisedClosure()] as [any Closure])
  func fewEntries(most: Int, closure: any Closure) throws {
    var one = OrbitalModelsTests.cases[0]
    (one.closure, one.tolerance) = (closure, 1e-4)
    let (full, orbitals) = try one.both(mostEntries: most)
    try full.advance(to: 1)
    try orbitals.advance(to: 1)
    let found = try orbitals.orders.enumerated().map { number, order in
      (try orbitals.distance(order, to: full).l2 / orbitals.norms[number], orbitals.errors[number])
    }
    #expect(found.allSatisfy { $0.0 <= $0.1 + one.tolerance / 20 }, "\(found)")
    if most == 30 { #expect(found.contains { $0.1 > 2 * one.tolerance }, "\(found)") }
  }

  @Test("what there is no room for in the closed polynomial counts")
  func fewClosedEntries() throws {
    var one = OrbitalCase(name: "one species, rank 2", lattice: (modes: 2, extent: 6, step: 0.25, steps: 4))
    one.closure = FactorisedClosure()
    // Of pairs there are some twenty-five, of triples some fifty.
    let estimates = try [34, nil].map { most in
      let (full, orbitals) = try one.both(mostEntries: most)
      try full.advance(to: 1)
      try orbitals.advance(to: 1)
      for (number, order) in orbitals.orders.enumerated() {
        let found = try orbitals.distance(order, to: full).l2 / orbitals.norms[number]
        #expect(found <= orbitals.errors[number] + one.tolerance / 20)
      }
      return orbitals.errors.largest() ?? 0
    }
    #expect(estimates[0] > 1.1 * estimates[1], "\(estimates)")
  }

  @Test("a mixture by Gauss and Hermite is the correlated Gaussians, and more nodes are nearer")
  func correlatedMixture() throws {
    let states = try [1.0, 0.8].map {
      try GaussianState(dimension: 1, sigma: [$0], drift: [0.2], width: [1], centre: [-0.3])
    }
    let data = try CorrelatedGaussians(
      states: states, momentumCovariance: [0.05, -0.02, -0.02, 0.03], positionCovariance: [0.02, 0, 0, 0])
    let particles = [(0, 1.1, 1.0), (0, 0.7, -2.0), (1, -0.9, 1.0)].map {
      PhasePoint(
        species: $0.0, xi: SpaceVector(components: [$0.1]), eta: SpaceVector(components: [$0.2]))
    }
    let errors = try [2, 4, 6].map {
      (try data.mixture(nodes: $0).value(at: particles) - data.value(at: particles)).length
    }
    #expect(errors[0] < 1e-3 && errors[1] < errors[0] / 50 && errors[2] < errors[1] / 50, "\(errors)")
    #expect(errors[0] > 1e-8)
    #expect(try data.mixture(nodes: 4).components.count == 64, "two directions of momentum, one of position")
    #expect(throws: ArgumentError.self) { try data.mixture(nodes: 0) }
    #expect(throws: ArgumentError.self) { try data.mixture(nodes: 30) }
  }
}
