import FermionTestModels
import Husimi
import ManyBody
import Testing

@Suite("Moments and their bounds")
struct MomentBoundTests {
  private func dynamics(_ particles: [Int], _ cutoff: Int, masses: [Double] = [1, 1]) throws
    -> (ChebyshevPropagator, FockState)
  {
    let slater = try ReferenceModel.slater(particles, cutoff: cutoff)
    let space = try FockSpace(waves: slater.waves, particles: particles, masses: masses)
    let hamiltonian = try Hamiltonian(space: space, interaction: ReferenceModel.interaction())
    return (try ChebyshevPropagator(hamiltonian), try slater.state(in: space))
  }

  @Test("Lemma 2.2 with 𝒩_α built from annihilators: ⟨𝒩_1^k 𝒩_2^ℓ⟩ = N_1^k N_2^ℓ before and after")
  func numberMoments() throws {
    let (propagator, start) = try dynamics([3, 2], 3)
    for state in [start, try propagator.evolve(start, by: 0.7).state] {
      for (powers, expected) in [([1, 0], 3.0), ([0, 1], 2), ([2, 1], 18), ([3, 2], 108), ([0, 0], 1)] {
        #expect((state.numberMoment(powers) - expected).magnitude < 1e-11)
      }
    }
  }

  @Test("(2.14) is (2/ħ) Im⟨KΨ, HΨ⟩, the difference quotient of ⟨K⟩, and within the estimate of Lemma 2.3")
  func kineticEnergyRate() throws {
    let (propagator, start) = try dynamics([3, 2], 3, masses: [1, 1.7])
    let interaction = try ReferenceModel.interaction()
    let bound = MomentBound(start, interaction: interaction, window: try GaussianWindow(width: 1))
    for time in [0.0, 0.3, 0.9] {
      let state = try propagator.evolve(start, by: time).state
      let image = try propagator.hamiltonian.applied(to: state)
      for species in 0..<2 {
        let rate = try state.kineticEnergyRate(species, interaction: interaction)
        let operators = SpeciesOperators(waves: state.space.waves, sector: state.space.sector(species))
        let energies = operators.kineticEnergies(hbar: 0.2, mass: state.space.masses[species])
        let kinetic = SparseMatrix(columns: energies.count, rows: energies.indices.map { [$0: energies[$0]] })
        let commutator = 2 / 0.2 * state.applying(kinetic, species: species).inner(image).imaginary
        #expect((rate - commutator).magnitude < 1e-13)
        let h = 0.02
        let weights = [-1.0, 9, -45, 45, -9, 1]
        var quotient = 0.0
        for (weight, offset) in zip(weights, [-3.0, -2, -1, 1, 2, 3]) {
          quotient +=
            weight * (try propagator.evolve(start, by: time + offset * h).state.kineticEnergy(species))
        }
        #expect((rate - quotient / (60 * h)).magnitude < 1e-8)
        #expect(
          rate.magnitude / 5 <= bound.kinetic[species].derivative(kinetic: state.kineticEnergy(species) / 5))
        if time > 0 { #expect(rate.magnitude > 1e-4) }
      }
    }
  }

  /// Tests/References/fermions.py: 3 + 2 fermions on |n| ≤ 6 at t = 0.4, ⟨K_1⟩/N, its derivative by (2.14), and Lemma 2.3 from there on.
  @Test("⟨K_1⟩/N and its rate are those of an independent program, and Lemma 2.3 holds from there on")
  func referenceRate() throws {
    let (propagator, start) = try dynamics([3, 2], 6)
    let interaction = try ReferenceModel.interaction()
    var state = try propagator.evolve(start, by: 0.4).state
    #expect(
      (try state.kineticEnergyRate(0, interaction: interaction) / 5 - 0.0040845086774458).magnitude < 1e-10)
    let bound = MomentBound(state, interaction: interaction, window: try GaussianWindow(width: 1)).kinetic[0]
    for (time, kinetic, limit) in [
      (0.0, 0.021088272532988606, 0.021088272532988606), (0.2, 0.02265173288437742, 0.07570066951511949),
      (0.4, 0.025501877655533987, 0.1640712346800894), (0.6, 0.029228880018119012, 0.28619996802789827),
    ] {
      if time > 0 { state = try propagator.evolve(state, by: 0.2).state }
      #expect((state.kineticEnergy(0) / 5 - kinetic).magnitude < 1e-9)
      // The reference limit has N_α − 1 partners and sup |V'| where `KineticEnergyBound` has N_α and Σ |m v_m|.
      #expect(kinetic <= limit && limit <= bound.value(at: time) + 1e-12)
    }
  }

  /// Proposition 2.1: ∫Σ|p|² m^{(k,ℓ)} summed over the exact lattice is what symmetry and contraction make of (2.17), and
  /// with ∫Σ|q| m^{(k,ℓ)} stays below the bound.
  @Test(
    "the moments of Proposition 2.1 are what (2.17) makes of them, and stay below their bound",
    arguments: [[1, 0], [0, 1], [1, 1], [2, 0]])
  func moments(_ order: [Int]) throws {
    let (propagator, start) = try dynamics([2, 1], 2)
    let window = try GaussianWindow(width: 1)
    let bound = MomentBound(start, interaction: try ReferenceModel.interaction(), window: window)
    for time in [0.0, 1.0] {
      let state = try propagator.evolve(start, by: time).state
      let measure = HusimiMeasure(state: state, window: window)
      let lattice = try HusimiLattice(waves: state.waves, hbar: state.hbar, window: window)
      let step = state.waves.period / Double(lattice.positions)
      let points = lattice.momenta.flatMap { p in
        (0..<lattice.positions).map { HusimiPoint(Double($0) * step, p) }
      }
      func positionPart(_ point: HusimiPoint) -> Double {
        min(point.position[0], state.waves.period - point.position[0])
      }
      var momenta = 0.0
      var positions = 0.0
      func add(_ list: [HusimiPoint]) throws {
        let value = try measure.value([Array(list.prefix(order[0])), Array(list.dropFirst(order[0]))])
        momenta += value * list.reduce(0) { $0 + $1.momentum[0] * $1.momentum[0] }
        positions += value * list.reduce(0) { $0 + positionPart($1) }
      }
      for first in points {
        if order.reduce(0, +) == 1 {
          try add([first])
        } else {
          for second in points { try add([first, second]) }
        }
      }
      let cell = order.reduce(0, +) == 1 ? lattice.cell : lattice.cell * lattice.cell
      let exact = bound.momentumMoment(
        order,
        secondMoments: (0..<2).map { bound.secondMoment($0, kinetic: state.kineticEnergy($0) / 3) })
      #expect((momenta * cell - exact).magnitude < 1e-10)
      #expect((momenta + positions) * cell < bound.value(order, at: time))
      #expect(momenta * cell > 0.01)
    }
  }
}
