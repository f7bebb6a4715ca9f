import CLibraries
import Computing
import FermionTestModels
import ManyBody
import Numerics
import PhaseSpace
import TestRandomNumbers
import Testing

/// A state that several ranks have together is that of one rank, bit for bit; here the ranks are threads.
@Suite("Exact states on several ranks")
struct StatesOnRanksTests {
  struct Case: Sendable, CustomStringConvertible {
    let particles: [Int]
    let cutoff: Int
    var dimension = 1
    var description: String { "\(particles), |n| ≤ \(cutoff), d = \(dimension)" }

    func space(_ ranks: FockRanks = .single) throws -> FockSpace {
      try FockSpace(
        waves: PlaneWaves(dimension: dimension, cutoff: cutoff, period: 2 * Double.pi), particles: particles,
        masses: particles.indices.map { 1 + 0.5 * Double($0) }, ranks: ranks)
    }

    /// Different potentials between all species, of the modes ±1 and ±2 in the first direction and ±1 in the others.
    func interaction() throws -> InteractionModes {
      let count = particles.count
      return try InteractionModes(
        speciesCount: count,
        (0..<count * count).map { entry in
          let (a, b) = (min(entry / count, entry % count), max(entry / count, entry % count))
          let axes = (0..<dimension).flatMap { axis -> [InteractionModes.Coefficient] in
            [1, -1].map { sign in
              var mode = ModeIndex.zero
              mode[axis] = sign
              return .init(mode: mode, value: 0.4 - 0.3 * Double(a) + 0.1 * Double(b + axis))
            }
          }
          return axes + ReferenceModel.modes([0.2, 0, 0.1 * Double(1 + a - b)])
        })
    }

    /// A random state of all momenta, or of one.
    func state(in sector: ModeIndex?) throws -> FockState {
      let space = try space()
      guard let sector else { return try randomState(space, seed: 5) }
      let hamiltonian = try Hamiltonian(space: space, interaction: interaction(), totalMomentum: sector)
      var bits = SplitMix(seed: 11)
      return try hamiltonian.state(
        of: (0..<hamiltonian.dimension).map { _ in Complex(bits.unit() - 0.5, bits.unit() - 0.5) }
      ).normalized()
    }

    /// What a rank has of a state.
    func part(_ state: FockState, _ ranks: FockRanks) throws -> FockState {
      let space = try space(ranks)
      let rest = state.coefficients.count / space.dimensions[0]
      let own = ranks.share(space.dimensions[0])
      return FockState(
        space: space,
        coefficients: Array(state.coefficients[own.lowerBound * rest..<own.upperBound * rest]))
    }
  }

  static let cases = [
    Case(particles: [2, 2], cutoff: 4), Case(particles: [3, 2], cutoff: 3),
    Case(particles: [1, 3], cutoff: 3), Case(particles: [2, 1, 2], cutoff: 2),
    Case(particles: [2, 2], cutoff: 1, dimension: 2),
  ]
  static let numbers = [2, 3, 5, 7]

  private func bits(_ values: [Complex<Double>]) -> [UInt64] {
    values.flatMap { [$0.real.bitPattern, $0.imaginary.bitPattern] }
  }

  private func sectors(_ test: Case) -> [ModeIndex?] { [nil, .zero, ModeIndex(1, 0, 0)] }

  @Test(
    "HΨ is the same for every number of ranks, in sectors of momentum and on the whole space",
    arguments: cases)
  func application(_ test: Case) throws {
    let interaction = try test.interaction()
    for sector in sectors(test) {
      let state = try test.state(in: sector)
      let hamiltonian = try Hamiltonian(
        space: state.space, interaction: interaction, totalMomentum: sector, workers: Workers(threads: 2))
      let whole = bits(try hamiltonian.applied(to: state).coefficients)
      let (energy, spread) = (try hamiltonian.energy(of: state), try hamiltonian.energySpread(of: state))
      for count in Self.numbers {
        let parts = try VirtualRanks.run(count) { ranks in
          let own = try test.part(state, ranks)
          let hamiltonian = try Hamiltonian(
            space: own.space, interaction: interaction, totalMomentum: sector, workers: Workers(threads: 2))
          let image = try hamiltonian.applied(to: own)
          let numbers = [try hamiltonian.energy(of: own), try hamiltonian.energySpread(of: own)]
          try ranks.check()
          return (image.coefficients, numbers, hamiltonian.dimension)
        }
        #expect(bits(parts.flatMap(\.0)) == whole, "\(count) ranks")
        #expect(parts.allSatisfy { $0.1 == [energy, spread] })
        #expect(parts.reduce(0) { $0 + $1.2 } == hamiltonian.dimension)
      }
    }
  }

  @Test(
    "both propagators go to the same bits, with the same bound of their error", arguments: cases.prefix(3))
  func propagation(_ test: Case) throws {
    let interaction = try test.interaction()
    let state = try test.state(in: .zero)
    @Sendable func evolved(_ state: FockState) throws -> ([Complex<Double>], [Double]) {
      let hamiltonian = try Hamiltonian(space: state.space, interaction: interaction, totalMomentum: .zero)
      let first = try ChebyshevPropagator(hamiltonian).evolve(state, by: 0.4)
      let second = try KrylovPropagator(hamiltonian, tolerance: 1e-9).evolve(first.state, by: -0.3)
      return (second.state.coefficients, [first.error, second.error])
    }
    let whole = try evolved(state)
    for count in [2, 3] {
      let parts = try VirtualRanks.run(count) { try evolved(test.part(state, $0)) }
      #expect(bits(parts.flatMap(\.0)) == bits(whole.0))
      #expect(parts.allSatisfy { $0.1 == whole.1 })
    }
  }

  /// All that is measured of a state by numbers.
  private static func figures(_ state: FockState, _ interaction: InteractionModes) throws -> [Double] {
    let waves = state.space.waves.count
    let vectors = (0..<2).map { k in
      (0..<waves).map { n -> Complex<Double> in
        let (real, imaginary): (Double, Double) = (.cos(Double(n + k)), .sin(Double(2 * n - k)))
        return Complex(real, imaginary)
      }
    }
    let species = state.particles.indices
    var result = [state.squaredNorm, state.leak(interaction)]
    for a in species {
      result += state.oneParticleDensity(a).flatMap { [$0.real, $0.imaginary] } + state.occupations(a)
      result.append(try state.kineticEnergyRate(a, interaction: interaction))
      result.append(state.numberMoment(species.map { $0 == a ? 2 : 0 }))
      for b in species where b >= a {
        var strings = species.map { _ in [[Complex<Double>]]() }
        strings[a].append(vectors[0])
        strings[b].append(vectors[1])
        result.append(state.expectation(strings))
        let weyl = WeylOperator(
          xi: [0.3] + [Double](repeating: 0, count: state.waves.dimension - 1), mode: .zero)
        let operators = species.map { $0 == a || $0 == b ? [weyl] : [] }
        result.append(state.weylExpectation(operators).real)
      }
    }
    let larger = try state.embedded(in: state.space.withCutoff(state.waves.cutoff + 1))
    return result + [larger.squaredNorm, larger.leak(interaction)] + larger.occupations(0)
  }

  @Test(
    "densities, moments, rates, leaks and expectations are the same for every number of ranks",
    arguments: cases)
  func observables(_ test: Case) throws {
    let interaction = try test.interaction()
    for sector in sectors(test) {
      let state = try test.state(in: sector)
      let whole = try Self.figures(state, interaction)
      #expect(state.definiteMomentum == sector)
      for count in Self.numbers {
        let parts = try VirtualRanks.run(count) { ranks in
          let own = try test.part(state, ranks)
          let figures = try Self.figures(own, interaction)
          let momentum = own.definiteMomentum
          try ranks.check()
          return (figures, momentum)
        }
        // Weyl operators are summed in another order by ranks.
        #expect(parts.allSatisfy { part in part.0.elementsEqual(parts[0].0) && part.1 == sector })
        #expect(zip(parts[0].0, whole).allSatisfy { ($0 - $1).magnitude < 1e-13 })
        let different = zip(parts[0].0, whole).filter { $0 != $1 }.count
        let pairs = test.particles.count * (test.particles.count + 1) / 2
        #expect(different <= pairs, "\(different) numbers differ in their bits")
      }
    }
  }

  @Test("an evolution saved by one number of ranks goes on with another to the same bits")
  func savedStates() throws {
    let test = Self.cases[0]
    let interaction = try test.interaction()
    let start = try test.state(in: nil)
    @Sendable func evolution(_ state: FockState) throws -> ExactEvolution {
      try ExactEvolution(state, interaction: interaction)
    }
    let whole = try evolution(start)
    try whole.advance(to: 0.3)
    let middle = whole.state
    try whole.advance(to: 0.5)
    for (first, second) in [(3, 2), (2, 1), (1, 3)] {
      let saved = try VirtualRanks.run(first) { ranks in
        let own = try evolution(test.part(start, ranks))
        try own.advance(to: 0.3)
        return own.state
      }
      #expect(saved[0] == middle)
      // The others have what is not divided.
      let rest = saved[0].arrays.filter { !SavedState.isDivided($0.key) }
      let ends = try VirtualRanks.run(second) { ranks in
        let own = try evolution(test.part(start, ranks))
        try own.restore(ranks.index == 0 ? saved[0] : SavedState(time: middle.time, arrays: rest))
        try own.advance(to: 0.5)
        return own.state
      }
      #expect(ends[0] == whole.state)
    }
  }

  @Test("every rank has at most its share of 120 blocks, of the state and of the vectors of H")
  func shares() throws {
    let test = Case(particles: [3, 3], cutoff: 5)
    let size = try test.space().dimensions.reduce(1, *)
    for count in [2, 3, 4] {
      let counts = try VirtualRanks.run(count) { ranks in
        let space = try test.space(ranks)
        let hamiltonian = try Hamiltonian(space: space, interaction: test.interaction())
        let part = try test.part(randomState(test.space(), seed: 1), ranks)
        return [part.coefficients.count, hamiltonian.dimension]
      }
      for kind in 0..<2 {
        let most = counts.map { $0[kind] }.max() ?? 0
        #expect(most * count <= size + size / 50 * count, "\(most) of \(size)")
      }
    }
  }

  @Test("an exchange that fails makes NaN of what depends on it, on every rank, and is thrown at a look")
  func failures() throws {
    let test = Self.cases[0]
    let state = try test.state(in: nil)
    let interaction = try test.interaction()
    let found = try VirtualRanks.run(2, failing: 1) { ranks -> [Bool] in
      let own = try test.part(state, ranks)
      let before = own.squaredNorm
      try ranks.check()
      let after = [own.squaredNorm, own.leak(interaction)] + own.occupations(0)
      var isThrown = false
      do { try ranks.check() } catch { isThrown = error is VirtualRanks.Broken }
      return [before.isFinite, after.allSatisfy(\.isNaN), isThrown]
    }
    #expect(found == [[true, true, true], [true, true, true]])
    #expect(throws: VirtualRanks.Broken.self) {
      _ = try VirtualRanks.run(2, failing: 12) { ranks in
        try ExactEvolution(test.part(state, ranks), interaction: interaction).advance(to: 0.4)
      }
    }
  }

  @Test("of one species every rank has the whole state; density matrices of pairs need one rank")
  func whatIsNotDivided() throws {
    let counts = try VirtualRanks.run(3) { ranks in
      let space = try FockSpace(
        waves: PlaneWaves(cutoff: 3, period: 2 * Double.pi), particles: [3], ranks: ranks)
      return try randomState(space, seed: 3).coefficients.count
    }
    #expect(counts == [35, 35, 35])
    let test = Self.cases[0]
    let state = try test.state(in: nil)
    #expect(throws: ArgumentError.self) {
      _ = try VirtualRanks.run(2) { try ReducedDensity(of: test.part(state, $0), order: [1, 1]).trace }
    }
  }
}
