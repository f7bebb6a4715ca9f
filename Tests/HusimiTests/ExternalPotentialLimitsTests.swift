import CLibraries
import FermionTestModels
import Hierarchy
import Interaction
import ManyBody
import Numerics
import PhaseSpace
import Testing
import Vlasov

/// External potentials in all descriptions at once: each against another where theory says that they agree.
@Suite("External potentials: exact fermions, Hartree–Fock, hierarchies and flows")
struct ExternalPotentialLimitsTests {
  private static func cosine(_ modes: [(Int, DecimalNumber)]) throws -> TrigonometricPotential {
    try TrigonometricPotential(modes: modes.map { .init(mode: ModeIndex($0.0, 0, 0), coefficient: $0.1) })
  }

  /// Two species of different masses on the circle, each in a potential of its own, with or without a pair potential.
  private static func model(_ particles: [Int]?, kernel: Kernel, interacts: Bool) throws -> Model {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: DecimalNumber(2 * Double.pi)))
    return try Model(
      geometry: geometry,
      species: [Species(name: "a", fraction: 0.5), Species(name: "b", fraction: 0.5, mass: 2)],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: interacts ? [(0, 1, cosine([(1, -0.6), (2, 0.1)])), (0, 0, cosine([(1, 0.4)]))] : [],
        external: [(0, cosine([(1, -0.3)])), (1, cosine([(0, 0.2), (2, 0.25)]))]),
      kernel: kernel, particles: particles)
  }

  @Test("without interaction one particle's exact motion is everybody's: r_m of all four, with ħ = 1/2")
  func free() throws {
    let kernel = Kernel.moyal(hbar: 0.5)
    let finite = try Self.model([1, 1], kernel: kernel, interacts: false)
    let infinite = try Self.model(nil, kernel: kernel, interacts: false)
    let profiles = try SpeciesModel.profiles(2)
    let (determinant, _) = try SlaterDeterminant.projected(finite, profiles: profiles, cutoff: 2)
    let larger = try FockSpace(finite, cutoff: 14)
    let exact = try ExactEvolution(
      determinant.state(in: FockSpace(finite, cutoff: 2)).embedded(in: larger),
      interaction: InteractionModes(finite.potentials))
    let hartreeFock = try HartreeFock(
      finite, orbitals: determinant.orbitals, points: 64, largestStep: 0.01)
    let wigner = try WignerHierarchy(state: determinant)
    let states = (0..<2).map { WignerState(wigner, species: $0) }
    let lattice = try FourierLattice(infinite, modes: 9, xiExtent: 12, timeStep: 0.05)
    let workers = Workers(threads: 1)
    let flow = try VlasovLattice(
      model: infinite, states: states, lattice: lattice, coupling: .nonperturbative, workers: workers)
    let hierarchies = try [finite, infinite].map {
      try TruncatedHierarchy(
        model: $0, initial: ProductMixture(components: [.init(weight: 1, states: states)]), lattice: lattice,
        rank: 1,
        closure: FactorisedClosure(), workers: workers)
    }
    let before = (0..<2).map { hartreeFock.densityMode($0, 1) }
    for time in [0.4, 0.8] {
      try exact.advance(to: time) {}
      try hartreeFock.advance(to: time) {}
      try flow.advance(to: time) {}
      for hierarchy in hierarchies { try hierarchy.advance(to: time) {} }
      for species in 0..<2 {
        for m in 1...3 {
          let r = exact.fockState.densityMode(species, ModeIndex(m, 0, 0))
          let mode = ModeIndex(-m, 0, 0)
          #expect((hartreeFock.densityMode(species, m) - r).length < 1e-8)
          #expect((flow.gridValue(species: species, order: 0, mode: mode, point: .zero) - r).length < 1e-6)
          for hierarchy in hierarchies {
            #expect((hierarchy.value(species: [species], modes: [mode], points: [.zero]) - r).length < 1e-6)
          }
        }
      }
    }
    for species in 0..<2 { #expect((hartreeFock.densityMode(species, 1) - before[species]).length > 1e-3) }
  }

  @Test("with interaction the finite-N Moyal hierarchy closed at R = N is Schrödinger's equation")
  func interacting() throws {
    let model = try Self.model([1, 1], kernel: .moyal(hbar: 0.5), interacts: true)
    let (determinant, _) = try SlaterDeterminant.projected(
      model, profiles: SpeciesModel.profiles(2), cutoff: 2)
    let larger = try FockSpace(model, cutoff: 12)
    let exact = try ExactEvolution(
      determinant.state(in: FockSpace(model, cutoff: 2)).embedded(in: larger),
      interaction: InteractionModes(model.potentials))
    try exact.advance(to: 0.4) {}
    let wigner = try WignerHierarchy(state: determinant)
    let states = (0..<2).map { WignerState(wigner, species: $0) }
    let lattice = try FourierLattice(model, modes: 8, xiExtent: 4, timeStep: 0.1)
    let hierarchy = try TruncatedHierarchy(
      model: model, initial: ProductMixture(components: [.init(weight: 1, states: states)]), lattice: lattice,
      rank: 2, closure: ExactClosure(), workers: Workers(threads: 2))
    try hierarchy.advance(steps: 4)
    for species in 0..<2 {
      for m in 1...2 {
        let r = exact.fockState.densityMode(species, ModeIndex(m, 0, 0))
        let w = hierarchy.value(species: [species], modes: [ModeIndex(-m, 0, 0)], points: [.zero])
        #expect((w - r).length < 2e-6, "\(species) \(m): \(w) \(r)")
        #expect(r.length > 1e-3)
      }
    }
  }

  @Test(
    "the classical flow is that of nodes along characteristics, and keeps its energy; the hierarchy keeps the product"
  )
  func classical() throws {
    let model = try Self.model(nil, kernel: .classical, interacts: true)
    let states: [any OneParticleState] = try [(0.8, 0.3), (1.1, -0.2)].map { sigma, amplitude in
      try MaxwellianState(
        geometry: model.geometry, sigma: [sigma], drift: [0],
        modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: amplitude, phase: 0.4)])
    }
    let lattice = try FourierLattice(model, modes: 8, xiExtent: 8, timeStep: 0.05)
    let workers = Workers(threads: 1)
    let flow = try VlasovLattice(
      model: model, states: states, lattice: lattice, coupling: .nonperturbative, workers: workers)
    let nodes = try VlasovNodes(
      model: model, initial: ProductMixture(states: states), lattice: lattice, until: 0.8, tolerance: 1e-9,
      workers: workers)
    try flow.advance(to: 0.8) {}
    try nodes.advance(to: 0.8) {}
    let table = try #require(nodes.components().first).table
    var moved = 0.0
    for species in 0..<2 {
      let half = lattice.halfWidths[species]
      let points = lattice.pointCount(species)
      for n in -3...3 {
        for g in [-7, 0, 5] {
          let line = table.values[species][n + lattice.modes]
          let exact = Complex(line[g + half], line[points + g + half])
          let w = flow.gridValue(
            species: species, order: 0, mode: ModeIndex(n, 0, 0), point: ModeIndex(g, 0, 0))
          #expect((w - exact).length < 2e-6, "\(species) \(n) \(g)")
          if n == 2 { moved = max(moved, exact.length) }
        }
      }
    }
    #expect(moved > 1e-2)
    // Rank 2 with the factorised closure at N = ∞ keeps products: the same flow, and a conserved energy.
    let small = try FourierLattice(model, modes: 4, xiExtent: 5, timeStep: 0.25)
    let hierarchy = try TruncatedHierarchy(
      model: model, initial: ProductMixture(states: states), lattice: small, rank: 2,
      closure: CumulantClosure(),
      workers: workers)
    let before = try hierarchy.report()
    try hierarchy.advance(steps: 2)
    let after = try hierarchy.report()
    for species in 0..<2 {
      let (w, exact) = (
        hierarchy.value(species: [species], modes: [ModeIndex(-1, 0, 0)], points: [.zero]),
        try VlasovSolutionValue.at(0.5, species, model, states, lattice)
      )
      #expect((w - exact).length < 1e-4)
    }
    #expect(
      (before.kineticEnergy + before.potentialEnergy - after.kineticEnergy - after.potentialEnergy).magnitude
        < 1e-4)
    #expect((before.potentialEnergy - after.potentialEnergy).magnitude > 1e-3)
  }
}

/// ρ̂(−κ) of the flow on a lattice.
private enum VlasovSolutionValue {
  static func at(
    _ time: Double, _ species: Int, _ model: Model, _ states: [any OneParticleState],
    _ lattice: FourierLattice
  ) throws -> Complex<Double> {
    let flow = try VlasovLattice(
      model: model, states: states, lattice: lattice, coupling: .nonperturbative, workers: Workers(threads: 1)
    )
    try flow.advance(to: time) {}
    return flow.gridValue(species: species, order: 0, mode: ModeIndex(-1, 0, 0), point: .zero)
  }
}
