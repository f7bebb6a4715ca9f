import CLibraries
import FermionTestModels
import ManyBody
import Numerics
import PhaseSpace
import Testing

@Suite("Propagators")
struct PropagatorTests {
  private func small() throws -> (Hamiltonian, FockState) {
    let space = try FockSpace(
      waves: PlaneWaves(cutoff: 3, period: 2 * Double.pi), particles: [2, 2])
    let hamiltonian = try Hamiltonian(
      space: space, interaction: ReferenceModel.interaction(), workers: Workers(threads: 2))
    return (hamiltonian, try ReferenceModel.slater([2, 2], cutoff: 3).state(in: space))
  }

  private func eigenproblem(_ h: Hamiltonian) throws -> (values: [Double], vectors: [Complex<Double>]) {
    let n = h.dimension
    var matrix = [Complex<Double>](repeating: .zero, count: n * n)
    var unit = [Complex<Double>](repeating: .zero, count: n)
    var column = unit
    for j in 0..<n {
      unit[j] = 1
      column.withUnsafeMutableBufferPointer { h.apply(unit, into: $0.baseAddress!) }
      unit[j] = .zero
      for i in 0..<n { matrix[i * n + j] = column[i] }
    }
    return try HermitianEigenproblem.solve(matrix, order: n)
  }

  /// e^{−itH/ħ}Ψ from the eigenvectors of the dense matrix.
  private func dense(_ h: Hamiltonian, _ state: FockState, _ time: Double) throws -> [Complex<Double>] {
    let n = h.dimension
    let (values, vectors) = try eigenproblem(h)
    var result = [Complex<Double>](repeating: .zero, count: n)
    for k in 0..<n {
      var overlap = Complex<Double>.zero
      for i in 0..<n { overlap += vectors[k * n + i].conjugate * state.coefficients[i] }
      overlap *= Complex(length: 1, phase: -time * values[k] / h.space.hbar)
      for i in 0..<n { result[i] += overlap * vectors[k * n + i] }
    }
    return result
  }

  private func distance(_ a: [Complex<Double>], _ b: [Complex<Double>]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1).lengthSquared }.squareRoot()
  }

  @Test(
    "all eigenvalues lie in the interval that Chebyshev's polynomials are stretched to, at most three times as wide",
    arguments: [1, 2])
  func spectrum(_ dimension: Int) throws {
    let waves = try PlaneWaves(
      dimension: dimension, cutoff: dimension == 1 ? 3 : 1, period: 2 * Double.pi)
    let list = { (values: [Double]) -> [InteractionModes.Coefficient] in
      values.enumerated().flatMap { m, v in
        (m == 0 ? [0] : [m, -m]).map { InteractionModes.Coefficient(mode: ModeIndex($0, 0, 0), value: v) }
      }
    }
    let (v11, v12, v22) = (list([0.3, 0.5, 0.2]), list([-0.2, -0.6, 0.1]), list([0.1, 0.4, -0.15]))
    for strength in [0.1, 1, 10.0] {
      let stronger = { (list: [InteractionModes.Coefficient]) in
        list.map { InteractionModes.Coefficient(mode: $0.mode, value: strength * $0.value) }
      }
      let interaction = try InteractionModes(
        speciesCount: 2, [stronger(v11), stronger(v12), stronger(v12), stronger(v22)])
      let h = try Hamiltonian(
        space: FockSpace(waves: waves, particles: dimension == 1 ? [2, 2] : [1, 2]), interaction: interaction)
      let values = try eigenproblem(h).values
      let interval = h.spectralInterval
      #expect(interval.lowerBound <= values.min()! && values.max()! <= interval.upperBound)
      #expect(interval.upperBound - interval.lowerBound < 3 * (values.max()! - values.min()!))
    }
  }

  /// −0.4 cos θ + 0.6 cos 2θ lies in [−0.6 − 1/30, 1]: extremes that lie between grid points are enclosed, tightly.
  @Test("ranges of potentials enclose their extremes, tightly")
  func ranges() throws {
    let list = [(1, -0.2), (-1, -0.2), (2, 0.3), (-2, 0.3)].map {
      InteractionModes.Coefficient(mode: ModeIndex($0.0, 0, 0), value: $0.1)
    }
    let range = try InteractionModes(speciesCount: 1, [list]).range(0, 0)
    let lowest = -0.6 - 1.0 / 30
    #expect(range.lowerBound <= lowest && range.lowerBound > lowest - 1e-5)
    #expect(range.upperBound >= 1 && range.upperBound < 1 + 1e-5)
  }

  @Test(
    "the bound that comes back is above the error against dense exponentials, and below the tolerance",
    arguments: [1e-3, 1e-5, 1e-8, 1e-11])
  func errorBounds(_ tolerance: Double) throws {
    let (h, state) = try small()
    for time in [0.7, -0.4, 1.3] {
      let exact = try dense(h, state, time)
      let propagators: [any Propagator] = [
        try ChebyshevPropagator(h, tolerance: tolerance),
        try KrylovPropagator(h, subspaceDimension: 9, tolerance: tolerance),
        try KrylovPropagator(h, subspaceDimension: 4, tolerance: tolerance),
      ]
      for propagator in propagators {
        let (result, bound) = try propagator.evolve(state, by: time)
        let error = distance(result.coefficients, exact)
        #expect(error <= bound + 5e-14, "error \(error) above its bound \(bound)")
        #expect(bound <= 1.01 * tolerance + 2e-10)
        #expect(propagator.vectorsInMemory <= 12)
      }
    }
  }

  @Test("energy and norm do not drift")
  func drift() throws {
    let (h, start) = try small()
    for propagator in [try ChebyshevPropagator(h), try KrylovPropagator(h, tolerance: 1e-13)]
      as [any Propagator]
    {
      var state = start
      let energy = try h.energy(of: state)
      for _ in 0..<20 {
        state = try propagator.evolve(state, by: 0.1).state
        #expect((try h.energy(of: state) - energy).magnitude < 1e-12)
        #expect((state.squaredNorm - 1).magnitude < 1e-12)
      }
    }
  }

  @Test("two threads give the bits that two threads gave before; a momentum sector the same state")
  func reruns() throws {
    let (h, state) = try small()
    let propagator = try KrylovPropagator(h)
    let a = try propagator.evolve(state, by: 0.5).state
    let b = try propagator.evolve(state, by: 0.5).state
    #expect(a.coefficients == b.coefficients)
  }

  /// Exact dynamics of the reference states at t = 1: energy, kinetic energy, overlap with the initial state, density
  /// mode and natural occupations: Tests/References/fermions.py.
  @Test("states at t = 1 are those of an independent program", arguments: [0, 1, 2])
  func referenceDynamics(_ index: Int) throws {
    let reference:
      [(
        particles: [Int], cutoff: Int, energy: Double, kinetic: [Double], overlap: Double, mode: [Double],
        occupations: [Double]
      )] = [
        (
          [2, 2], 6, -0.1601627157228873, [0.020297108500341478, 0.02946337192132038], 0.575396901275304,
          [0.5010418453308036, -0.09810853399880895],
          [0.7607587708486647, 0.635887428234426, 0.22445374206172783, 0.22062328354833696]
        ),
        (
          [3, 3], 5, -0.1995274516172366, [0.016579948846700953, 0.017663556687145004], 0.48897428955228295,
          [0.7399151952641386, 0],
          [
            0.8544554592030462, 0.7148264769610952, 0.6582062823742345, 0.2730497951081531,
            0.27072734441684426,
          ]
        ),
        (
          [3, 2], 6, -0.15907387935410905, [0.022718140354133, 0.0292288800181185], 0.5012696085794422,
          [0.7300615309702573, 0.0028074597881128666],
          [
            0.8567951768722726, 0.7211203088106144, 0.6601297627649058, 0.2704222588131764,
            0.26807865785546947,
          ]
        ),
      ]
    let r = reference[index]
    let space = try FockSpace(
      waves: PlaneWaves(cutoff: r.cutoff, period: 2 * Double.pi), particles: r.particles)
    let hamiltonian = try Hamiltonian(
      space: space, interaction: ReferenceModel.interaction(), workers: Workers(threads: 2))
    let start = try ReferenceModel.slater(r.particles, cutoff: r.cutoff).state(in: space)
    #expect((start.squaredNorm - 1).magnitude < 1e-13)
    #expect((try hamiltonian.energy(of: start) - r.energy).magnitude < 1e-8)
    let count = Double(space.totalParticles)
    #expect((start.kineticEnergy(0) / count - r.kinetic[0]).magnitude < 1e-8)
    let (state, error) = try ChebyshevPropagator(hamiltonian).evolve(start, by: 1)
    #expect(error < 1e-12)
    #expect((state.kineticEnergy(0) / count - r.kinetic[1]).magnitude < 1e-8)
    #expect((start.inner(state).length - r.overlap).magnitude < 1e-8)
    let mode = state.densityMode(0, ModeIndex(1, 0, 0)).multiplied(by: count)
    #expect((mode - Complex(r.mode[0], r.mode[1])).length < 1e-8)
    let occupations = try state.naturalOccupations(0)
    for (a, b) in zip(occupations, r.occupations) { #expect((a - b).magnitude < 1e-8) }
  }

  @Test(
    "a model whose energies overflow is refused, not trapped",
    arguments: [(0x1p-1030, 1.0), (1, 1e308), (0x1p-1030, -1e308)])
  func overflow(mass: Double, scale: Double) throws {
    let space = try FockSpace(
      waves: PlaneWaves(cutoff: 2, period: 2 * Double.pi), particles: [1, 1], masses: [mass, 1])
    #expect(throws: ArgumentError.self) {
      try Hamiltonian(space: space, interaction: ReferenceModel.interaction(scale: scale))
    }
  }
}
