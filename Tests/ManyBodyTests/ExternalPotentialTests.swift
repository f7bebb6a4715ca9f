import CLibraries
import FermionTestModels
import Foundation
import Interaction
import ManyBody
import Numerics
import PhaseSpace
import Testing

/// Exact fermions and Hartree–Fock in static external potentials.
@Suite("Fermions in external potentials")
struct ExternalPotentialTests {
  private static func cosine(_ modes: [(Int, DecimalNumber)]) throws -> TrigonometricPotential {
    try TrigonometricPotential(modes: modes.map { .init(mode: ModeIndex($0.0, 0, 0), coefficient: $0.1) })
  }

  /// `SpeciesModel` in external potentials of different modes, with or without interaction.
  static func model(_ particles: [Int], interacts: Bool = true) throws -> Model {
    let plain = try SpeciesModel.model(particles)
    let pairs = particles.indices.flatMap { a in (a..<particles.count).map { (a, $0) } }
    return try Model(
      geometry: plain.geometry, species: plain.species,
      potentials: PotentialMatrix(
        geometry: plain.geometry, speciesCount: particles.count,
        pairs: interacts
          ? pairs.compactMap { a, b in plain.potentials.potential(a, b).map { (a, b, $0) } } : [],
        external: particles.indices.map { ($0, try cosine([(0, 0.3), (1, -0.4), ($0 + 2, 0.15)])) }),
      particles: particles)
  }

  @Test("the leak is the norm of what H sends outside", arguments: [[1], [3], [1, 1], [2, 1]])
  func leak(particles: [Int]) throws {
    for interacts in [true, false] {
      let interaction = try InteractionModes(Self.model(particles, interacts: interacts).potentials)
      for cutoff in [1, 2, 3] where particles.allSatisfy({ $0 <= 2 * cutoff + 1 }) {
        let space = try FockSpace(
          waves: PlaneWaves(cutoff: cutoff, period: 2 * .pi), particles: particles,
          masses: SpeciesModel.masses(particles.count))
        let state = try randomState(space, seed: UInt64(17 * cutoff + particles[0]))
        let larger = try space.withCutoff(cutoff + interaction.highestMode)
        let image = try Hamiltonian(space: larger, interaction: interaction).applied(
          to: state.embedded(in: larger))
        let inside = try Hamiltonian(space: space, interaction: interaction).applied(to: state).embedded(
          in: larger)
        let expected = zip(image.coefficients, inside.coefficients).reduce(0.0) {
          $0 + ($1.0 - $1.1).lengthSquared
        }
        .squareRoot()
        #expect((state.leak(interaction) - expected).magnitude < 1e-13 * (1 + expected))
        #expect(expected > 1e-2)
      }
    }
  }

  @Test("H is Hermitian, within its interval, of no sector of momentum, and ⟨H⟩ is what Hartree–Fock says")
  func hamiltonian() throws {
    let model = try Self.model([2, 1])
    let interaction = try InteractionModes(model.potentials)
    let profiles = try SpeciesModel.profiles(2)
    let (determinant, _) = try SlaterDeterminant.projected(model, profiles: profiles, cutoff: 5)
    let exact = try ExactEvolution(model, determinant)
    #expect(exact.hamiltonian.totalMomentum == nil)
    let hartreeFock = try HartreeFock(model, orbitals: determinant.orbitals, points: 64)
    let energy = try exact.energy()
    #expect((energy - hartreeFock.energy.total).magnitude < 1e-11 * energy.magnitude)
    #expect(hartreeFock.energy.external.magnitude > 0.1)
    let space = try FockSpace(model, cutoff: 3)
    let hamiltonian = try Hamiltonian(space: space, interaction: interaction)
    for seed in 1...4 as ClosedRange<UInt64> {
      let (a, b) = (try randomState(space, seed: seed), try randomState(space, seed: seed + 10))
      let (left, right) = (
        try a.inner(hamiltonian.applied(to: b)), try hamiltonian.applied(to: a).inner(b)
      )
      #expect((left - right).length < 1e-12)
      #expect(hamiltonian.spectralInterval.contains(try hamiltonian.energy(of: a)))
    }
    #expect(throws: ArgumentError.self) {
      try Hamiltonian(space: space, interaction: interaction, totalMomentum: .zero)
    }
    #expect(throws: HypothesisError.self) {
      try randomState(space, seed: 3).kineticEnergyRate(0, interaction: interaction)
    }
  }

  @Test("without interaction Hartree–Fock is exact, of several fermions and species")
  func free() throws {
    let model = try Self.model([3, 2], interacts: false)
    let profiles = try SpeciesModel.profiles(2)
    let (determinant, cut) = try SlaterDeterminant.projected(model, profiles: profiles, cutoff: 12)
    let hartreeFock = try HartreeFock(
      model, orbitals: determinant.orbitals, points: 128, largestStep: 0.01)
    // Each species by itself: the other one's factor of the space would only make it larger.
    try hartreeFock.advance(to: 0.6) {}
    let isResolved = hartreeFock.resolution().allSatisfy(\.isResolved)
    #expect(isResolved)
    for species in 0..<2 {
      let alone = try InteractionModes(
        speciesCount: 1, [[]], external: [InteractionModes(model.potentials).external(species)])
      let start = try SlaterDeterminant(
        orbitals: [determinant.orbitals[species]], masses: [model.masses[species]],
        hbar: model.hbar)
      // The potential lifts them beyond the plane waves they start on: more of these, so that nothing is cut off on the way.
      let space = try FockSpace(
        waves: determinant.waves, particles: [[3, 2][species]], masses: [model.masses[species]],
        hbar: model.hbar)
      let exact = try ExactEvolution(
        start.state(in: space).embedded(in: space.withCutoff(20)), interaction: alone, cut: cut)
      let before = (1...3).map { exact.fockState.densityMode(0, ModeIndex($0, 0, 0)) }
      try exact.advance(to: 0.6) {}
      let share = 5 / Double([3, 2][species])
      for m in 1...3 {
        let r = exact.fockState.densityMode(0, ModeIndex(m, 0, 0))
        #expect((r - hartreeFock.densityMode(species, m).multiplied(by: share)).length < 1e-6)
        #expect((r - before[m - 1]).length > 1e-2)
      }
    }
  }

  @Test("the distance from the state on more plane waves is within its bound")
  func truncation() throws {
    let model = try Self.model([1, 1])
    let profiles = try SpeciesModel.profiles(2)
    func evolution(_ cutoff: Int) throws -> ExactEvolution {
      let (determinant, cut) = try SlaterDeterminant.projected(model, profiles: profiles, cutoff: cutoff)
      let evolution = try ExactEvolution(model, determinant, cut: cut)
      try evolution.advance(to: 0.5) {}
      return evolution
    }
    let wide = try evolution(14)
    for cutoff in [3, 5] {
      let narrow = try evolution(cutoff)
      let state = try narrow.fockState.embedded(in: wide.fockState.space)
      let distance = zip(state.coefficients, wide.fockState.coefficients)
        .reduce(0.0) { $0 + ($1.0 - $1.1).lengthSquared }.squareRoot()
      #expect(distance <= narrow.truncation + wide.truncation)
      #expect(distance > 1e-3 * narrow.truncation)
    }
  }
}
