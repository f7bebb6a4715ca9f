import CLibraries
import FermionTestModels
import ManyBody
import Numerics
import Testing

@Suite struct HartreeFockTests {
  private func system(
    _ count: Int, points: Int, _ occupation: OrbitalProfile.Occupation = .sea, exchange: Bool = true
  ) throws -> HartreeFock {
    try HartreeFock(
      interaction: ReferenceModel.interaction(), period: ReferenceModel.period, particles: [count, count],
      masses: [1, 1], profiles: ReferenceModel.profiles(occupation), points: points, exchange: exchange,
      workers: Workers(threads: 2))
  }

  /// N = 34, sea: energies, kinetic energies and density modes at t = 0, 0.5, 1 (512 points, fourth order, 0.00625).
  @Test func agreesWithTheReferenceSolution() throws {
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

  @Test(arguments: HartreeFock.Splitting.allCases)
  func splittingHasItsOrder(_ splitting: HartreeFock.Splitting) throws {
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

  @Test func conservesEnergyWithoutExchangeToo() throws {
    let hf = try system(9, points: 128, exchange: false)
    let start = hf.energy.total
    for _ in 0..<20 { try hf.step(0.025) }
    #expect((hf.energy.total - start).magnitude < 1e-9)
    #expect(hf.energy.exchange == 0)
  }

  /// The exchange form against its definition through γ: Σ_m v_m Σ_{nn'} γ_{n+m,n'+m} conj γ_{nn'} / N.
  @Test func exchangeEnergyIsTheTraceOfXAndGamma() throws {
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

  @Test func gaussianOccupationsAreDistinctAndRounded() throws {
    let profile = try OrbitalProfile(amplitude: 0, momentum: 0, occupation: .gaussian)
    // s = n_α/(0.8√(2π)) at N = 10: quantiles 1.2815…·s/ħ etc.
    let k = profile.waveNumbers(count: 5, total: 10, hbar: 0.1, wavenumber: 1)
    #expect(k == [-3, -1, 0, 1, 3])
    for count in [5, 6, 17, 65] {
      let k = profile.waveNumbers(count: count, total: 2 * count, hbar: 0.5 / Double(count), wavenumber: 1)
      #expect(Set(k).count == count && k == k.sorted())
    }
  }

  @Test func projectionThenLoewdinIsOrthonormal() throws {
    let slater = try ReferenceModel.slater([3, 2], cutoff: 3)
    for set in slater.orbitals { #expect(set.orthonormalityDefect < 1e-14) }
  }

  @Test func gridHoldsTheOrbitals() throws {
    let profiles = try ReferenceModel.profiles(.sea)
    let points = try HartreeFock.gridPoints(
      profiles: profiles, particles: [17, 17], period: ReferenceModel.period, highestMode: 2)
    let hf = try system(17, points: points)
    #expect(hf.spectralTail < 1e-12)
    #expect(hf.orthonormalityDefect < 1e-10)
    #expect(points <= 256)
  }
}
