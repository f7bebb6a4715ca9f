import CLibraries
import FermionTestModels
import ManyBody
import Numerics
import PhaseSpace
import Testing

@Suite("Fock spaces")
struct FockSpaceTests {
  private func waves(_ cutoff: Int) throws -> PlaneWaves {
    try PlaneWaves(cutoff: cutoff, period: 2 * Double.pi)
  }

  @Test("(2.2), (2.3): {a_i, a*_j} = δ_ij and {a_i, a_j} = 0, as matrices on every sector of six modes")
  func anticommutation() throws {
    let one = try PlaneWaves(dimension: 1, cutoff: 2, period: 2 * Double.pi)
    let m = one.count
    let sectors = try (0...m).map { try FermionSector(modeCount: m, particles: $0) }
    func a(_ i: Int, _ n: Int) -> SparseMatrix {
      SpeciesOperators(waves: one, sector: sectors[n]).annihilator(mode: i)
    }
    for n in 0..<m {
      for i in 0..<m {
        for j in 0..<m {
          var sum = a(i, n + 1) * a(j, n + 1).transposed
          if n > 0 { sum = SparseMatrix.combine(1, sum, 1, a(j, n).transposed * a(i, n)) }
          let count = sectors[n].count
          let identity = SparseMatrix(columns: count, rows: (0..<count).map { [$0: i == j ? 1 : 0] })
          #expect(sum.distance(to: identity) == 0)
          if n > 0 {
            let pair = SparseMatrix.combine(1, a(i, n) * a(j, n + 1), 1, a(j, n) * a(i, n + 1))
            #expect(pair.values.allSatisfy { $0 == 0 })
          }
        }
      }
    }
  }

  @Test("ρ_m and W are their products of annihilators")
  func secondQuantisation() throws {
    let one = try waves(2)
    let n = 3
    let sectors = try (0...n).map { try FermionSector(modeCount: one.count, particles: $0) }
    let operators = SpeciesOperators(waves: one, sector: sectors[n])
    let a = (0..<one.count).map { operators.annihilator(mode: $0) }
    let below = SpeciesOperators(waves: one, sector: sectors[n - 1])
    let b = (0..<one.count).map { below.annihilator(mode: $0) }
    let coefficients = [(-2, 0.2), (-1, 0.5), (0, 0.3), (1, 0.5), (2, 0.2)]
    let size = sectors[n].count
    var interaction = SparseMatrix(columns: size, rows: [[Int: Double]](repeating: [:], count: size))
    for (m, v) in coefficients {
      var density = SparseMatrix(columns: size, rows: [[Int: Double]](repeating: [:], count: size))
      for k in 0..<one.count where (0..<one.count).contains(k + m) {
        density = SparseMatrix.combine(1, density, 1, a[k + m].transposed * a[k])
        for l in 0..<one.count where (0..<one.count).contains(l - m) {
          // a*_{k+m} a*_{l−m} a_l a_k
          let right = b[l] * a[k]
          let left = b[l - m] * a[k + m]
          interaction = SparseMatrix.combine(1, interaction, v / 2, left.transposed * right)
        }
      }
      #expect(operators.density(ModeIndex(m, 0, 0)).distance(to: density) == 0)
      #expect(operators.density(ModeIndex(-m, 0, 0)).distance(to: density.transposed) == 0)
    }
    let w = operators.pairInteraction(coefficients.map { (ModeIndex($0.0, 0, 0), $0.1) })
    #expect(w.distance(to: interaction) < 1e-15)
    #expect(w.distance(to: w.transposed) < 1e-15)
  }

  @Test("H on D_1 × D_2 is the dense matrix K⊗1 + 1⊗K + W/N + (1/N)Σ v ρ⊗ρ, and Hermitian")
  func hamiltonian() throws {
    let space = try FockSpace(waves: waves(2), particles: [2, 3], masses: [1, 1.7])
    let interaction = try ReferenceModel.interaction()
    let h = try Hamiltonian(space: space, interaction: interaction, workers: Workers(threads: 2))
    let operators = (0..<2).map { SpeciesOperators(waves: space.waves, sector: space.sector($0)) }
    let x = try randomState(space, seed: 3)
    let y = try randomState(space, seed: 4)
    var expected = [Complex<Double>](repeating: .zero, count: x.coefficients.count)
    func add(_ state: FockState, _ factor: Double) {
      for i in expected.indices { expected[i] += state.coefficients[i].multiplied(by: factor) }
    }
    for species in 0..<2 {
      let energies = operators[species].kineticEnergies(hbar: 0.2, mass: space.masses[species])
      let kinetic = SparseMatrix(columns: energies.count, rows: energies.indices.map { [$0: energies[$0]] })
      add(x.applying(kinetic, species: species), 1)
      let pairs = operators[species].pairInteraction(
        interaction[species, species].map { ($0.mode, $0.value) })
      add(x.applying(pairs, species: species), 0.2)
    }
    for c in interaction[0, 1] {
      let moved = x.applying(operators[0].density(c.mode), species: 0)
      add(moved.applying(operators[1].density(c.mode.negated), species: 1), 0.2 * c.value)
    }
    let hx = try h.applied(to: x)
    #expect(zip(hx.coefficients, expected).allSatisfy { ($0.0 - $0.1).length < 1e-15 })
    let difference = y.inner(hx) - (try h.applied(to: y)).inner(x)
    #expect(difference.length < 1e-15)
    let energy = try h.energy(of: x)
    #expect(h.spectralInterval.contains(energy))
  }

  @Test(
    "[H, P] = 0 in one and two dimensions: H on a momentum sector is H on the whole space", arguments: [1, 2])
  func momentum(_ dimension: Int) throws {
    let one = try PlaneWaves(dimension: dimension, cutoff: dimension == 1 ? 4 : 1, period: 2 * Double.pi)
    let space = try FockSpace(waves: one, particles: [3, 2])
    let e1 = ModeIndex(1, 0, 0)
    let e2 = dimension == 1 ? ModeIndex(2, 0, 0) : ModeIndex(1, -1, 0)
    let list = { (a: Double, b: Double) -> [InteractionModes.Coefficient] in
      [(e1, a), (e1.negated, a), (e2, b), (e2.negated, b), (.zero, 0.3)].map {
        InteractionModes.Coefficient(mode: $0.0, value: $0.1)
      }
    }
    let interaction = try InteractionModes(
      speciesCount: 2, [list(0.5, 0.2), list(-0.6, 0.1), list(-0.6, 0.1), list(0.4, -0.15)])
    let momenta = (0..<2).map { SpeciesOperators(waves: one, sector: space.sector($0)).momenta }
    let total = dimension == 1 ? e1 : e2
    var state = try randomState(space, seed: 8)
    for (i, p) in momenta[0].enumerated() {
      for (j, q) in momenta[1].enumerated() where p &+ q != total {
        state.coefficients[i * space.dimensions[1] + j] = .zero
      }
    }
    let whole = try Hamiltonian(space: space, interaction: interaction)
    let sector = try Hamiltonian(
      space: space, interaction: interaction, totalMomentum: total, workers: Workers(threads: 2))
    #expect(sector.dimension < whole.dimension / 4)
    let a = try whole.applied(to: state)
    let b = try sector.applied(to: state)
    #expect(zip(a.coefficients, b.coefficients).allSatisfy { ($0.0 - $0.1).length < 1e-15 })
    #expect(a.squaredNorm > 1e-3)
    let elsewhere = try randomState(space, seed: 9)
    #expect(throws: ArgumentError.self) { try sector.applied(to: elsewhere) }
  }

  @Test("annihilators of states are the matrices")
  func annihilators() throws {
    let space = try FockSpace(waves: waves(2), particles: [2, 2])
    let state = try randomState(space, seed: 5)
    for species in 0..<2 {
      let operators = SpeciesOperators(waves: space.waves, sector: space.sector(species))
      for mode in 0..<5 {
        let direct = state.applyingRectangular(operators.annihilator(mode: mode), species: species)
        var unit = [Complex<Double>](repeating: .zero, count: 5)
        unit[mode] = 1
        let general = try #require(state.annihilated(unit, species: species))
        #expect(general.coefficients == direct)
        #expect(state.annihilated(mode: mode, species: species).coefficients == direct)
      }
    }
  }

  @Test("impossible spaces are refused")
  func refusals() throws {
    let one = try waves(1)
    #expect(throws: ArgumentError.self) { try FockSpace(waves: one, particles: [4, 1]) }
    #expect(throws: ArgumentError.self) { try FockSpace(waves: one, particles: []) }
    #expect(throws: ArgumentError.self) { try FockSpace(waves: one, particles: [1, -1, 1]) }
    #expect(throws: ArgumentError.self) { try FockSpace(waves: one, particles: [1, 1], hbar: 0) }
    #expect(throws: ArgumentError.self) { try FockSpace(waves: one, particles: [0, 0]) }
    #expect(throws: ArgumentError.self) { try FockSpace(waves: one, particles: [1, 1], masses: [1, -1]) }
    #expect(throws: ArgumentError.self) { try PlaneWaves(cutoff: -1, period: 1) }
    #expect(throws: (any Error).self) { try FockSpace(waves: waves(31), particles: [30, 30]) }
  }

  @Test("plane waves know their own modes and no others, however far out", arguments: 1...3)
  func indices(_ dimension: Int) throws {
    let waves = try PlaneWaves(dimension: dimension, cutoff: 2, period: 1)
    #expect(waves.modes.sorted { $0.precedes($1) } == waves.modes)
    for (index, mode) in waves.modes.enumerated() { #expect(waves.index(of: mode) == index) }
    for axis in 0..<3 {
      for far in [axis < dimension ? 3 : 1, 1 << 62, .max, .min] {
        var mode = ModeIndex.zero
        mode[axis] = far
        #expect(waves.index(of: mode) == nil && waves.index(of: mode.negated) == nil)
        // From one edge to the other a shift by 3 leads back inside.
        #expect(waves.shift(by: mode).allSatisfy { $0 == nil } == (far != 3))
      }
    }
  }

  @Test("modes beyond all plane waves are refused: in potentials, sectors and Weyl operators")
  func extremeModes() throws {
    func pair(_ mode: ModeIndex) throws -> InteractionModes {
      let list = [mode, mode.negated].map { InteractionModes.Coefficient(mode: $0, value: 1) }
      return try InteractionModes(speciesCount: 2, [list, list, list, list])
    }
    for far in [1 + 1 << 24, 1 << 62, .max, .min] {
      #expect(throws: ArgumentError.self) { try pair(ModeIndex(far, 0, 0)) }
      #expect(throws: ArgumentError.self) {
        try InteractionModes(
          speciesCount: 1, [[]], external: [[.init(mode: ModeIndex(0, far, 0), value: 1)]])
      }
    }
    let space = try FockSpace(waves: waves(2), particles: [2, 1])
    // The highest mode that is allowed leaves every wave: the interaction is nothing.
    let outside = try Hamiltonian(
      space: space, interaction: pair(ModeIndex(1 << 24, 0, 0)), totalMomentum: .zero)
    let free = try Hamiltonian(
      space: space, interaction: InteractionModes(speciesCount: 2, [[], [], [], []]), totalMomentum: .zero)
    let state = outside.state(of: [Complex<Double>](repeating: 1, count: outside.dimension))
    #expect(try outside.applied(to: state).coefficients == free.applied(to: state).coefficients)
    #expect(throws: ArgumentError.self) {
      try Hamiltonian(space: space, interaction: pair(ModeIndex(1, 1, 0)))
    }
    for far in [6, 1 << 19, 1 << 40, .max, .min] {
      for momentum in [ModeIndex(far, 0, 0), ModeIndex(0, 0, far)] {
        #expect(throws: ArgumentError.self) {
          try Hamiltonian(
            space: space, interaction: pair(ModeIndex(1, 0, 0)), totalMomentum: momentum)
        }
      }
      let weyl = WeylOperator(xi: [0.3], mode: ModeIndex(far, 0, 0))
      #expect(state.weylExpectation([[weyl], []]) == .zero)
      #expect(state.weylExpectation([[weyl], [weyl]]) == .zero)
    }
  }
}

extension FockState {
  /// A·Ψ or Ψ·Aᵀ for a rectangular A, straight from its entries.
  func applyingRectangular(_ matrix: SparseMatrix, species: Int) -> [Complex<Double>] {
    let (rows, columns) = (dimensions[0], dimensions[1])
    var result = [Complex<Double>](
      repeating: .zero, count: species == 0 ? matrix.rows * columns : rows * matrix.rows)
    for r in 0..<matrix.rows {
      for k in matrix.starts[r]..<matrix.starts[r + 1] {
        let source = Int(matrix.indices[k])
        if species == 0 {
          for c in 0..<columns {
            result[r * columns + c] += coefficients[source * columns + c].multiplied(by: matrix.values[k])
          }
        } else {
          for i in 0..<rows {
            result[i * matrix.rows + r] += coefficients[i * columns + source].multiplied(by: matrix.values[k])
          }
        }
      }
    }
    return result
  }
}
