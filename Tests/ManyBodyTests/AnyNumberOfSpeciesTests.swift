import CLibraries
import FermionTestModels
import Interaction
import ManyBody
import Numerics
import PhaseSpace
import Testing

/// Exact dynamics of one, three and four species against ways of their own.
@Suite("Exact dynamics of any number of species")
struct AnyNumberOfSpeciesTests {
  private func space(
    _ particles: [Int], cutoff: Int = 2, dimension: Int = 1, hbar: Double? = nil
  ) throws -> FockSpace {
    try FockSpace(
      waves: PlaneWaves(dimension: dimension, cutoff: cutoff, period: 2 * Double.pi), particles: particles,
      masses: SpeciesModel.masses(particles.count), hbar: hbar)
  }

  /// HΨ by fermions on all modes of all species at once, one bitstring: Σ K a*a + (1/2N) Σ_{αβ} Σ_m v_{αβ,m} Σ_{nn'}
  /// a*_{α,n+m} a*_{β,n'−m} a_{β,n'} a_{α,n}.
  private func direct(_ space: FockSpace, _ interaction: InteractionModes, _ state: FockState) -> [Complex<
    Double
  >] {
    let m = space.waves.count
    // In the order of the tensor: the last species fastest, each ascending.
    var basis: [UInt64] = [0]
    for species in space.particles.indices {
      basis = basis.flatMap { first in
        space.sector(species).states.map { first | $0 << UInt64(species * m) }
      }
    }
    let place = Dictionary(uniqueKeysWithValues: basis.enumerated().map { ($1, $0) })
    func act(_ mode: Int, _ state: (bits: UInt64, sign: Double)?, creates: Bool) -> (
      bits: UInt64, sign: Double
    )? {
      guard let state else { return nil }
      let bit = UInt64(1) << UInt64(mode)
      guard (state.bits & bit == 0) == creates else { return nil }
      let odd = (state.bits & (bit - 1)).nonzeroBitCount % 2 == 1
      return (state.bits ^ bit, odd ? -state.sign : state.sign)
    }
    var result = [Complex<Double>](repeating: .zero, count: basis.count)
    for (index, bits) in basis.enumerated() {
      let amplitude = state.coefficients[index]
      for a in space.particles.indices {
        for (n, mode) in space.waves.modes.enumerated() where bits >> UInt64(a * m + n) & 1 == 1 {
          let square = Double(mode.squaredNorm)
          result[index] += amplitude.multiplied(by: space.hbar * space.hbar * square / (2 * space.masses[a]))
          for b in space.particles.indices {
            for other in 0..<m {
              for c in interaction[a, b] {
                guard let to = space.waves.index(of: mode &+ c.mode),
                  let back = space.waves.index(of: space.waves.modes[other] &- c.mode)
                else { continue }
                var moved = act(a * m + n, (bits, 1), creates: false)
                moved = act(b * m + other, moved, creates: false)
                moved = act(b * m + back, moved, creates: true)
                moved = act(a * m + to, moved, creates: true)
                guard let moved, let target = place[moved.bits] else { continue }
                result[target] += amplitude.multiplied(
                  by: moved.sign * c.value / (2 * Double(space.totalParticles)))
              }
            }
          }
        }
      }
    }
    return result
  }

  private func distance(_ a: [Complex<Double>], _ b: [Complex<Double>]) -> Double {
    a.count == b.count ? zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).length) } : .infinity
  }

  @Test(
    "H is that of fermions on all modes of all species at once",
    arguments: [[3], [2, 3], [2, 1, 2], [1, 3, 0], [1, 2, 1, 1]])
  func hamiltonian(_ particles: [Int]) throws {
    let space = try space(particles, cutoff: particles.count > 3 ? 1 : 2)
    let interaction = try SpeciesModel.interaction(particles.count)
    let state = try randomState(space, seed: 11)
    let hamiltonian = try Hamiltonian(
      space: space, interaction: interaction, workers: Workers(threads: 2))
    let image = try hamiltonian.applied(to: state).coefficients
    #expect(distance(image, direct(space, interaction, state)) < 1e-14)
    // The spectrum lies where it is said to.
    let energy = try hamiltonian.energy(of: state)
    #expect(hamiltonian.spectralInterval.contains(energy))
  }

  @Test("in two dimensions, too")
  func twoDimensions() throws {
    let space = try space([1, 2, 1], cutoff: 1, dimension: 2)
    let list = [(0, 0, 0.25), (1, 0, 0.3), (-1, 0, 0.3), (1, -1, -0.2), (-1, 1, -0.2)].map {
      InteractionModes.Coefficient(mode: ModeIndex($0.0, $0.1, 0), value: $0.2)
    }
    let interaction = try InteractionModes(
      speciesCount: 3, [list, [], list, [], list, list, list, list, []])
    let state = try randomState(space, seed: 2)
    let image = try Hamiltonian(space: space, interaction: interaction).applied(to: state).coefficients
    #expect(distance(image, direct(space, interaction, state)) < 1e-14)
  }

  @Test(
    "in a sector of total momentum H does what it does on the whole space, and the sectors together are the whole",
    arguments: [[3], [2, 1, 2]])
  func sectors(_ particles: [Int]) throws {
    let space = try space(particles)
    let interaction = try SpeciesModel.interaction(particles.count)
    let state = try randomState(space, seed: 3)
    let whole = try Hamiltonian(space: space, interaction: interaction).applied(to: state).coefficients
    var sum = [Complex<Double>](repeating: .zero, count: whole.count)
    var dimension = 0
    for momentum in -20...20 {
      guard
        let sector = try? Hamiltonian(
          space: space, interaction: interaction, totalMomentum: ModeIndex(momentum, 0, 0))
      else { continue }
      dimension += sector.dimension
      // The part of the state in the sector: there and back through indices alone.
      let indices = (0..<whole.count).map { Complex<Double>(Double($0)) }
      var part = FockState(space: space, coefficients: sum.map { _ in .zero })
      let places = sector.state(of: [Complex<Double>](repeating: 1, count: sector.dimension)).coefficients
      for i in indices.indices where places[i] != .zero { part.coefficients[i] = state.coefficients[i] }
      #expect(part.definiteMomentum == ModeIndex(momentum, 0, 0))
      let image = try sector.applied(to: part).coefficients
      for i in sum.indices { sum[i] += image[i] }
    }
    #expect(dimension == whole.count)
    #expect(distance(sum, whole) < 1e-14)
  }

  /// A species that interacts with no other stays a factor. N is the same for the parts: the interactions are scaled.
  @Test("a species that interacts with no other stays a factor")
  func product() throws {
    let hbar = 0.2
    let (pair, one, three) = (
      try space([2, 1], hbar: hbar), try space([2], hbar: hbar), try space([2, 1, 2], hbar: hbar)
    )
    // Species 3 has the interaction and the mass of the first.
    let coefficient = SpeciesModel.coefficients
    let third = ReferenceModel.modes(coefficient(0, 0))
    let (v11, v12, v22) = (
      third, ReferenceModel.modes(coefficient(0, 1)), ReferenceModel.modes(coefficient(1, 1))
    )
    let all = try InteractionModes(speciesCount: 3, [v11, v12, [], v12, v22, [], [], [], third])
    let heavy = try FockSpace(waves: three.waves, particles: [2, 1, 2], masses: [1, 1.5, 1], hbar: hbar)
    let first = try randomState(pair, seed: 5)
    let second = try randomState(one, seed: 6)
    let product = FockState(
      space: heavy, coefficients: first.coefficients.flatMap { a in second.coefficients.map { a * $0 } })
    let scaled = { (factor: Double, modes: [InteractionModes.Coefficient]) in
      modes.map { InteractionModes.Coefficient(mode: $0.mode, value: factor * $0.value) }
    }
    let ofPair = try Hamiltonian(
      space: pair,
      interaction: InteractionModes(
        speciesCount: 2, [scaled(0.6, v11), scaled(0.6, v12), scaled(0.6, v12), scaled(0.6, v22)]))
    let ofOne = try Hamiltonian(
      space: one, interaction: InteractionModes(speciesCount: 1, [scaled(0.4, third)]))
    let ofAll = try Hamiltonian(space: heavy, interaction: all, workers: Workers(threads: 2))
    let energies = try (ofPair.energy(of: first), ofOne.energy(of: second), ofAll.energy(of: product))
    #expect((energies.0 + energies.1 - energies.2).magnitude < 1e-13)
    let (a, b, c) = try (
      ChebyshevPropagator(ofPair).evolve(first, by: 0.7).state,
      ChebyshevPropagator(ofOne).evolve(second, by: 0.7).state,
      ChebyshevPropagator(ofAll).evolve(product, by: 0.7).state
    )
    let expected = a.coefficients.flatMap { x in b.coefficients.map { x * $0 } }
    #expect(distance(c.coefficients, expected) < 1e-12)
    #expect((c.squaredNorm - 1).magnitude < 1e-12)
  }

  @Test(
    "the order of the species does not matter: the same state with its indices permuted, the same densities")
  func order() throws {
    let particles = [2, 1, 3]
    let order = [2, 0, 1]
    let space = try space(particles)
    let moved = try FockSpace(
      waves: space.waves, particles: order.map { particles[$0] }, masses: order.map { space.masses[$0] })
    let interaction = try SpeciesModel.interaction(3)
    let other = try InteractionModes(
      speciesCount: 3, order.flatMap { a in order.map { b in interaction[a, b] } })
    let state = try randomState(space, seed: 8)
    let sizes = space.dimensions
    var coefficients: [Complex<Double>] = []
    for k in 0..<sizes[2] {
      for i in 0..<sizes[0] {
        for j in 0..<sizes[1] { coefficients.append(state.coefficients[(i * sizes[1] + j) * sizes[2] + k]) }
      }
    }
    let (here, there) = try (
      ChebyshevPropagator(Hamiltonian(space: space, interaction: interaction)).evolve(state, by: 0.4).state,
      ChebyshevPropagator(Hamiltonian(space: moved, interaction: other)).evolve(
        FockState(space: moved, coefficients: coefficients), by: 0.4
      ).state
    )
    for (place, species) in order.enumerated() {
      #expect(distance(there.oneParticleDensity(place), here.oneParticleDensity(species)) < 1e-12)
      #expect(
        try
          (there.kineticEnergyRate(place, interaction: other)
          - here.kineticEnergyRate(species, interaction: interaction)).magnitude < 1e-12)
    }
    #expect((there.numberMoment([2, 1, 1]) - 9 * 2 * 1).magnitude < 1e-11)
    let (a, b) = try (
      ReducedDensity(of: here, order: [1, 1, 1]), ReducedDensity(of: there, order: [1, 1, 1])
    )
    #expect(
      (a.element([[1], [0], [3]], [[2], [1], [3]]) - b.element([[3], [1], [0]], [[3], [2], [1]])).length
        < 1e-12)
    #expect((a.trace - 6).magnitude < 1e-12)
  }

  @Test("densities of determinants follow from Wick's theorem")
  func wick() throws {
    let model = try SpeciesModel.model([2, 1, 2])
    let slater = try SlaterDeterminant.projected(model, profiles: SpeciesModel.profiles(3), cutoff: 2)
      .determinant
    let state = try slater.state(in: FockSpace(model, cutoff: 2))
    #expect((state.squaredNorm - 1).magnitude < 1e-12)
    let densities = (0..<3).map { slater.oneParticleDensity($0) }
    for order in [[1, 0, 0], [0, 0, 2], [1, 1, 0], [1, 1, 1], [2, 0, 1], [0, 1, 2]] {
      let exact = try ReducedDensity(of: state, order: order)
      let wick = try ReducedDensity(wick: densities, waves: slater.waves, order: order)
      #expect(exact.distance(to: wick) < 1e-13, "\(order)")
    }
    // The Wigner hierarchy of the determinant, and of the same state in Fock space.
    let (a, b) = try (
      WignerHierarchy(state: slater, maximumRank: 3), WignerHierarchy(state: state, maximumRank: 3)
    )
    let points = [(2, 0.7, 1), (0, -0.4, -2), (1, 1.1, 1)].map { species, xi, mode in
      PhasePoint(
        species: species, xi: SpaceVector(components: [xi]), eta: SpaceVector(components: [Double(mode)]))
    }
    for count in 1...3 {
      let values = (a.value(at: Array(points.prefix(count))), b.value(at: Array(points.prefix(count))))
      #expect((values.0 - values.1).length < 1e-13)
      #expect(values.0.length > 1e-6)
    }
  }

  @Test("a species without particles may as well not be there")
  func empty() throws {
    let (with, without) = (
      try space([2, 0, 1]),
      try FockSpace(
        waves: space([1]).waves, particles: [2, 1], masses: [1, 2])
    )
    let three = try SpeciesModel.interaction(3)
    let two = try InteractionModes(speciesCount: 2, [three[0, 0], three[0, 2], three[2, 0], three[2, 2]])
    let state = try randomState(without, seed: 4)
    let images = try (
      Hamiltonian(space: with, interaction: three).applied(
        to: FockState(space: with, coefficients: state.coefficients)),
      Hamiltonian(space: without, interaction: two).applied(to: state)
    )
    #expect(distance(images.0.coefficients, images.1.coefficients) < 1e-15)
    #expect(images.0.oneParticleDensity(1).allSatisfy { $0 == .zero })
    // A model's species are there.
    #expect(throws: ArgumentError.self) { try SpeciesModel.model([2, 0, 1]) }
  }

  @Test("the model alone owns numbers, masses, potentials and ħ", arguments: [[3], [2, 1, 2]])
  func model(_ particles: [Int])
    throws
  {
    for (kernel, hbar) in [(Kernel.classical, 1 / Double(particles.reduce(0, +))), (.moyal(hbar: 0.3), 0.3)] {
      let model = try SpeciesModel.model(particles, kernel: kernel)
      let slater = try SlaterDeterminant.projected(
        model, profiles: SpeciesModel.profiles(particles.count), cutoff: 3
      ).determinant
      let space = try space(particles, cutoff: 3, hbar: hbar)
      #expect(slater.hbar == hbar)
      let evolution = try ExactEvolution(model, slater)
      let start = evolution.fockState
      let hamiltonian = try Hamiltonian(
        space: space, interaction: SpeciesModel.interaction(particles.count))
      let loose = try ChebyshevPropagator(hamiltonian).evolve(slater.state(in: space), by: 0.4).state
      let energy = try evolution.energy()
      try evolution.advance(to: 0.4)
      #expect(distance(evolution.fockState.coefficients, loose.coefficients) < 1e-13)
      #expect((try evolution.energy() - energy).magnitude < 1e-12)
      #expect(evolution.fockState.inner(start).length < 0.999)
      let orbitals = try HartreeFock(model, orbitals: slater.orbitals, points: 64)
      #expect((orbitals.energy.total - energy).magnitude < 1e-12)
      #expect((try orbitals.slaterDeterminant().kineticEnergy(0) - start.kineticEnergy(0)).magnitude < 1e-12)
      try orbitals.advance(to: 0.4)
      #expect((orbitals.energy.total - energy).magnitude < 1e-6)
    }
  }
}
