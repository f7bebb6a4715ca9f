import CLibraries
import FermionTestModels
import Husimi
import ManyBody
import Numerics
import Testing

/// The hierarchy (3.5), residues and correlations of one and of three species.
@Suite("The hierarchy of Husimi measures for any number of species")
struct AnyNumberOfSpeciesHusimiTests {
  static let orders = [[1], [2], [3], [1, 0, 0], [0, 2, 0], [1, 1, 0], [0, 1, 1], [1, 1, 1], [1, 2, 0]]
  private static let places = [
    HusimiPoint(0.7, 0.2), HusimiPoint(2.1, -0.35), HusimiPoint(4.0, 0.1), HusimiPoint(5.5, -0.3),
  ]

  private func points(_ order: [Int]) -> [[HusimiPoint]] {
    order.indices.map { species in (0..<order[species]).map { Self.places[(species + 2 * $0 + $0 / 2) % 4] } }
  }

  /// A state that is no determinant, with masses of its own.
  private func state(_ particles: [Int], cutoff: Int, hbar: Double? = nil) throws -> FockState {
    try randomState(
      FockSpace(
        waves: PlaneWaves(cutoff: cutoff, period: 2 * Double.pi), particles: particles,
        masses: SpeciesModel.masses(particles.count), hbar: hbar), seed: 17)
  }

  @Test("(3.5) closes for one and for three species", arguments: orders)
  func identity(_ order: [Int]) throws {
    let count = order.count
    let interaction = try SpeciesModel.interaction(count)
    for hbar in [nil, 0.35] {
      let identity = try HierarchyIdentity(
        state: state(count == 1 ? [4] : [1, 2, 1], cutoff: count == 1 ? 3 : 2, hbar: hbar),
        interaction: interaction, window: GaussianWindow(width: 1))
      let terms = try identity.terms(points(order))
      // Of the size of m: three of four fermions are rarely found so near to one another.
      let small = 1e-3 * terms.measure
      #expect(terms.defect.magnitude < 1e-9 * terms.measure, "\(terms.defect) of \(terms.measure)")
      #expect(terms.measure > 0 && terms.measure < 1)
      #expect(terms.force.magnitude > small && terms.forceResidue.magnitude > small)
      #expect((terms.pairResidue.magnitude > small) == (order.reduce(0, +) > 1))
      #expect(terms.forces.count == count * order.reduce(0, +))
    }
  }

  @Test("R̃_{αβ} is its definition, for every pair of species", arguments: [[2], [1, 1, 0], [0, 1, 1]])
  func forceResidues(_ order: [Int])
    throws
  {
    let count = order.count
    let identity = try HierarchyIdentity(
      state: state(count == 1 ? [4] : [1, 2, 1], cutoff: 2), interaction: SpeciesModel.interaction(count),
      window: GaussianWindow(width: 1))
    let points = points(order)
    let terms = try identity.terms(points)
    for (pair, force) in terms.forces {
      let residue = try identity.forceResidue(
        points, species: pair.species, particle: pair.particle, partner: pair.partner)
      let whole = force + (terms.forceResidues[pair] ?? .nan)
      #expect((residue.quantumDivergence - whole).magnitude < 1e-12)
    }
  }

  @Test("every term of every pair of species by Wick's theorem is that of the same state in Fock space")
  func determinants() throws {
    let model = try SpeciesModel.model([2, 1, 2])
    let slater = try SlaterDeterminant.projected(model, profiles: SpeciesModel.profiles(3), cutoff: 2)
      .determinant
    let vector = try slater.state(in: FockSpace(model, cutoff: 2))
    let interaction = try InteractionModes(model.potentials)
    let functions = try (0..<3).map {
      try PhaseSpaceTestFunction(
        constant: 1, waves: [.init(mode: 1, amplitude: 0.6 - 0.3 * Double($0), phase: 0.4)], centre: 0.1,
        width: 0.5 + 0.1 * Double($0))
    }
    let window = try GaussianWindow(width: 1)
    let wick = try WeakResidues(slater, interaction: interaction, window: window, testFunctions: functions)
    let exact = try WeakResidues(vector, interaction: interaction, window: window, testFunctions: functions)
    func distance(_ a: [[Double]], _ b: [[Double]]) -> Double {
      zip(a.joined(), b.joined()).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
    }
    for (a, b) in [
      ([wick.measure, wick.velocity], [exact.measure, exact.velocity]), (wick.force, exact.force),
      (wick.forceCorrelation, exact.forceCorrelation), (wick.classicalForce, exact.classicalForce),
      (wick.pair, exact.pair), (wick.pairCorrelation, exact.pairCorrelation),
    ] {
      #expect(distance(a, b) < 1e-13)
      #expect(a.joined().contains { $0.magnitude > 1e-4 })
    }
    #expect(wick.force.count == 3 && wick.force.allSatisfy { $0.count == 3 })
    let leading = try LeadingResidues(
      slater, interaction: interaction, window: window, testFunctions: functions)
    // Exact for Gaussian windows.
    #expect(distance([leading.velocity], [wick.velocity]) < 1e-12)
  }

  @Test("C_{αβ} = 0 between the species of a determinant, n_α ħ within one; not so for an interacting state")
  func correlations() throws {
    let model = try SpeciesModel.model([2, 1, 2])
    let window = try GaussianWindow(width: 1)
    let slater = try SlaterDeterminant.projected(model, profiles: SpeciesModel.profiles(3), cutoff: 2)
      .determinant
    let evolution = try ExactEvolution(model, slater)
    let start = try HusimiCorrelations(of: evolution.fockState, window: window)
    try evolution.advance(to: 0.5)
    let later = try HusimiCorrelations(of: evolution.fockState, window: window)
    for a in 0..<3 {
      for b in 0..<3 where a != b {
        #expect(start[a, b] < 1e-12)
        #expect(later[a, b] > 1e-4 && later[a, b] == later[b, a])
      }
    }
    #expect((start[0, 0] - 0.4 * 0.2).magnitude < 1e-7 && (start[2, 2] - 0.4 * 0.2).magnitude < 1e-7)
    // A single particle has no pair: all of n_α² is missing.
    #expect((start[1, 1] - 0.04).magnitude < 1e-7)
  }

  @Test(
    "(2.17): the second moment of p by quadrature on the exact lattice, and its parts in a marginal",
    arguments: [[3], [2, 1, 2]])
  func secondMoments(_ particles: [Int]) throws {
    let state = try state(particles, cutoff: 2)
    let window = try CosinePowerWindow(radius: 2.5, power: 6)
    let bound = MomentBound(
      state, interaction: try SpeciesModel.interaction(particles.count), window: window)
    let lattice = try HusimiLattice(waves: state.waves, hbar: state.hbar, window: window)
    let moments = try particles.indices.map { species in
      let moment = bound.secondMoment(
        species, kinetic: state.kineticEnergy(species) / Double(state.totalParticles))
      let integral = try lattice.integrals(
        density: state.oneParticleDensity(species), waves: state.waves, hbar: state.hbar, window: window,
        workers: Workers(threads: 1), weights: [{ $0 * $0 }])[0]
      #expect((moment - integral).magnitude < 1e-9 * moment)
      return moment
    }
    let total = Double(state.totalParticles)
    let order = particles.map { _ in 1 }
    // One particle of each: Π_{β≠α} N_β/N times M_α.
    let expected = particles.indices.reduce(0.0) { sum, alpha in
      sum + moments[alpha]
        * particles.indices.filter { $0 != alpha }.reduce(1) { $0 * Double(particles[$1]) / total }
    }
    #expect((bound.momentumMoment(order, secondMoments: moments) - expected).magnitude < 1e-14)
  }
}
