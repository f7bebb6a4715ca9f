import CLibraries
import FermionTestModels
import ManyBody
import Numerics
import PhaseSpace
import Testing

@Suite("Hartree–Fock")
struct HartreeFockTests {
  private func system(
    _ count: Int, points: Int, _ occupation: OrbitalProfile.Occupation = .sea, exchange: Bool = true
  ) throws -> HartreeFock {
    try HartreeFock(
      interaction: ReferenceModel.interaction(), period: ReferenceModel.period, particles: [count, count],
      masses: [1, 1], profiles: ReferenceModel.profiles(occupation), points: points, exchange: exchange,
      workers: Workers(threads: 2))
  }

  /// N = 34, sea: energies, kinetic energies and density modes at t = 0, 0.5, 1:
  /// Tests/References/hartree_fock.py.
  @Test("energies, kinetic energies and density modes are those of an independent program")
  func referenceSolution() throws {
    let hf = try system(17, points: 256)
    let reference: [(energy: Double, kinetic: [Double], modes: [(Double, Double)])] = [
      (0.46703625179759056, [0.4660037882326894, 0.28272096342442415], [(0.075, 0), (0, 0), (0, 0)]),
      (
        0.4670362517983286, [0.3357103653539147, 0.2195087189266352],
        [
          (0.10095715688808991, 0.0010143684021259127), (0.010214794359555485, 0.0004941298931436913),
          (0.0010675441502988395, 9.541308242276034e-05),
        ]
      ),
      (
        0.46703625179872377, [0.2565692842914958, 0.21181705846806848],
        [
          (0.11476037783615865, 0.004417856235295595), (0.016627937990030598, 0.0025137959170405625),
          (0.0020998709683657042, 0.0006471518907551129),
        ]
      ),
    ]
    for (index, expected) in reference.enumerated() {
      if index > 0 { for _ in 0..<20 { try hf.step(0.025) } }
      let energy = hf.energy
      #expect((energy.total - expected.energy).magnitude < 1e-8)
      for species in 0..<2 {
        #expect((energy.kinetic[species] - expected.kinetic[species]).magnitude < 1e-8)
      }
      for (m, value) in expected.modes.enumerated() {
        let mode = hf.densityMode(0, m + 1)
        #expect((mode - Complex(value.0, value.1)).length < 1e-8)
      }
    }
    #expect(hf.orthonormalityDefect < 1e-10)
  }

  /// Exact against Hartree–Fock dynamics of the reference states at t = 0.2, 0.4 … 1, for two strengths of the
  /// interaction: Tr|γ − γ_HF|/N_1 and the difference of the first density mode over N_1, species 1: Tests/References/fermions.py.
  @Test("exact states leave Hartree–Fock as an independent program finds it", arguments: [0, 1])
  func distanceFromExactStates(_ index: Int) throws {
    let references:
      [(particles: [Int], cutoff: Int, scale: Double, energy: Double, rows: [(Double, Double)])] = [
        (
          [2, 2], 8, 1.0, -0.16016269848788767,
          [
            (0.041595968092545, 3.893414633394344e-06), (0.1538569514376371, 7.119331787778697e-05),
            (0.30612902626962357, 0.00039343256202494555), (0.4650626758868301, 0.0013046392610009257),
            (0.6066345828452261, 0.003224275916994286),
          ],
        ),
        (
          [2, 2], 8, 0.3, 0.04619158781236338,
          [
            (0.003825577871510845, 3.528068414815583e-07), (0.015062376333818399, 6.5606424226534015e-06),
            (0.03299197237162517, 3.722980994255014e-05), (0.056488869453921293, 0.00012802492839855952),
            (0.08414730177432252, 0.0003315523091341417),
          ],
        ),
      ]
    let reference = references[index]
    let slater = try ReferenceModel.slater(reference.particles, cutoff: reference.cutoff)
    let interaction = try ReferenceModel.interaction(scale: reference.scale)
    let hamiltonian = try Hamiltonian(
      space: FockSpace(waves: slater.waves, particles: reference.particles), interaction: interaction,
      workers: Workers(threads: 2))
    let hf = try HartreeFock(
      interaction: interaction, period: ReferenceModel.period, particles: reference.particles,
      masses: [1, 1],
      orbitals: slater.orbitals, points: 64)
    let count = Double(reference.particles[0])
    var state = try slater.state(in: hamiltonian.space)
    #expect((try hamiltonian.energy(of: state) - reference.energy).magnitude < 1e-8)
    for row in reference.rows {
      state = try ChebyshevPropagator(hamiltonian).evolve(state, by: 0.2).state
      for _ in 0..<16 { try hf.step(0.0125) }
      let meanField = try hf.slaterDeterminant()
      let distance = try state.traceDistance(to: meanField, 0) / count
      #expect((distance - row.0).magnitude < 1e-8, "\(distance) \(row.0)")
      let first = ModeIndex(1, 0, 0)
      let mode = (state.densityMode(0, first) - meanField.densityMode(0, first)).length * 2
      #expect((mode - row.1).magnitude < 1e-8, "\(mode) \(row.1)")
    }
    // The two sets of plane waves may differ in their cutoff.
    let wider = try FockSpace(
      waves: slater.waves.withCutoff(reference.cutoff + 1), particles: reference.particles)
    #expect(try state.traceDistance(to: state.embedded(in: wider), 0) < 1e-13)
  }

  @Test("the splitting has its order", arguments: HartreeFock.Splitting.allCases)
  func order(_ splitting: HartreeFock.Splitting) throws {
    let time = 0.4
    func run(_ steps: Int) throws -> [Complex<Double>] {
      let hf = try system(5, points: 64)
      for _ in 0..<steps { try hf.step(time / Double(steps), splitting) }
      return hf.orbitals(0).densityMatrix
    }
    let counts = splitting == .second ? [8, 16, 32] : [4, 8, 16]
    let exact = try run(splitting == .second ? 512 : 96)
    let errors = try counts.map { count in
      zip(try run(count), exact).reduce(0) { max($0, ($1.0 - $1.1).length) }
    }
    for i in 1..<errors.count {
      let slope = Double.log2(errors[i - 1] / errors[i])
      #expect((slope - Double(splitting.rawValue)).magnitude < 0.35, "slope \(slope) of \(errors)")
    }
  }

  @Test("energy is conserved without exchange, too")
  func energy() throws {
    let hf = try system(9, points: 128, exchange: false)
    let start = hf.energy.total
    for _ in 0..<20 { try hf.step(0.025) }
    #expect((hf.energy.total - start).magnitude < 1e-9)
    #expect(hf.energy.exchange == 0)
  }

  @Test("the exchange form is its definition through γ: Σ_m v_m Σ_{nn'} γ_{n+m,n'+m} conj γ_{nn'} / N")
  func exchangeEnergy() throws {
    let hf = try system(5, points: 64)
    let interaction = try ReferenceModel.interaction()
    var expected = 0.0
    for species in 0..<2 {
      let gamma = hf.orbitals(species).densityMatrix
      let m = hf.orbitals(species).waves.count
      for c in interaction[species, species] {
        for n in 0..<m {
          for k in 0..<m where (0..<m).contains(n + c.mode[0]) && (0..<m).contains(k + c.mode[0]) {
            let shifted = gamma[(n + c.mode[0]) * m + k + c.mode[0]]
            expected -= 0.5 * c.value * (shifted * gamma[n * m + k].conjugate).real / 10
          }
        }
      }
    }
    #expect((hf.energy.exchange - expected).magnitude < 1e-13)
  }

  @Test("Gaussian occupations are distinct and rounded")
  func gaussianOccupations() throws {
    let profile = try OrbitalProfile(amplitude: 0, momentum: 0, occupation: .gaussian)
    // s = n_α/(0.8√(2π)) at N = 10: quantiles 1.2815…·s/ħ etc.
    let k = profile.waveNumbers(count: 5, total: 10, hbar: 0.1, wavenumber: 1)
    #expect(k == [-3, -1, 0, 1, 3])
    for count in [5, 6, 17, 65] {
      let k = profile.waveNumbers(count: count, total: 2 * count, hbar: 0.5 / Double(count), wavenumber: 1)
      #expect(Set(k).count == count && k == k.sorted())
    }
  }

  @Test("projection, then Löwdin, is orthonormal")
  func loewdin() throws {
    let slater = try ReferenceModel.slater([3, 2], cutoff: 3)
    for set in slater.orbitals { #expect(set.orthonormalityDefect < 1e-14) }
  }

  /// Products of profiles in d = 2: orthonormal, each with the density Π_i θ_i'(x_i)/Λ², and of least kinetic energy
  /// where nothing is modulated; their exact dynamics keep the energy.
  @Test("products of profiles in the plane are orthonormal and have their density")
  func products() throws {
    let waves = try PlaneWaves(dimension: 2, cutoff: 8, period: 2 * Double.pi)
    let profiles = [
      try OrbitalProfile(amplitude: 0.2, phase: 0.4, momentum: 0.1),
      try OrbitalProfile(amplitude: -0.1, phase: 0, momentum: 0.05),
    ]
    let (orbitals, tail) = try OrbitalProfile.products(of: profiles, waves: waves, count: 5, hbar: 0.4)
    #expect(tail < 1e-8)
    #expect(orbitals.orthonormalityDefect < 1e-14)
    let slater = try SlaterDeterminant(orbitals: [orbitals, Orbitals(waves: waves, count: 0, rows: [])])
    let expected = [
      (0, 0, Complex<Double>(1)), (1, 0, Complex(length: 0.1, phase: -0.4)), (0, 1, Complex(-0.05)),
      (1, 1, Complex(length: -0.005, phase: -0.4)), (2, 0, .zero),
    ]
    for (first, second, value) in expected {
      #expect((slater.densityMode(0, ModeIndex(first, second, 0)) - value).length < 1e-7)
    }

    let small = try PlaneWaves(dimension: 2, cutoff: 1, period: 2 * Double.pi)
    let plain = [OrbitalProfile](repeating: try OrbitalProfile(amplitude: 0, momentum: 0), count: 2)
    let ball = try OrbitalProfile.products(of: plain, waves: small, count: 5, hbar: 0.4).orbitals
    let sea = try SlaterDeterminant(orbitals: [ball, Orbitals(waves: small, count: 0, rows: [])])
    #expect((sea.kineticEnergy(0) - 4 * sea.hbar * sea.hbar / 2).magnitude < 1e-14)

    let space = try FockSpace(waves: small, particles: [2, 3])
    let states = try (0..<2).map {
      try OrbitalProfile.products(of: profiles, waves: small, count: [2, 3][$0], hbar: space.hbar).orbitals
    }
    let list = [(1, 0, 0.3), (-1, 0, 0.3), (1, -1, -0.2), (-1, 1, -0.2)].map {
      InteractionModes.Coefficient(mode: ModeIndex($0.0, $0.1, 0), value: $0.2)
    }
    let hamiltonian = try Hamiltonian(
      space: space, interaction: InteractionModes(speciesCount: 2, [list, list, list, list]))
    let start = try SlaterDeterminant(orbitals: states).state(in: space)
    let moved = try ChebyshevPropagator(hamiltonian).evolve(start, by: 1).state
    #expect((try hamiltonian.energy(of: moved) - hamiltonian.energy(of: start)).magnitude < 1e-12)
    #expect(start.inner(moved).length < 0.99)
  }

  @Test("the grid holds the orbitals")
  func grid() throws {
    let profiles = try ReferenceModel.profiles(.sea)
    let points = try HartreeFock.gridPoints(
      profiles: profiles, particles: [17, 17], period: ReferenceModel.period, highestMode: 2)
    let hf = try system(17, points: points)
    #expect(hf.spectralTail < 1e-12)
    #expect(hf.orthonormalityDefect < 1e-10)
    #expect(points <= 256)
  }
}
