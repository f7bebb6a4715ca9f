import FermionTestModels
import Husimi
import ManyBody
import Numerics
import Testing

@Suite("Factorisation of the pair measures")
struct HusimiCorrelationsTests {
  private func slater() throws -> (SlaterDeterminant, FockSpace) {
    let waves = try PlaneWaves(cutoff: 3, period: ReferenceModel.period)
    return (try ReferenceModel.slater([3, 2], cutoff: 3), try FockSpace(waves: waves, particles: [3, 2]))
  }

  @Test("Slater states: m^{(1,1)} is a product, and the exchange hole is n_α ħ")
  func slaterStates() throws {
    let (determinant, space) = try slater()
    let state = try determinant.state(in: space)
    for window: any Window in [try GaussianWindow(width: 1), try CosinePowerWindow(radius: 2.5, power: 6)] {
      let correlations = try HusimiCorrelations(of: state, window: window)
      #expect(correlations[0, 1] < 1e-12)
      #expect((correlations[0, 0] - 3.0 / 25).magnitude < 1e-7)
      #expect((correlations[1, 1] - 2.0 / 25).magnitude < 1e-7)
    }
  }

  @Test("the interaction entangles the species: C_12 grows from zero like t")
  func entanglement() throws {
    let (determinant, space) = try slater()
    let window = try GaussianWindow(width: 1)
    let hamiltonian = try Hamiltonian(space: space, interaction: ReferenceModel.interaction())
    let propagator = try ChebyshevPropagator(hamiltonian)
    let start = try determinant.state(in: space)
    let (early, late) = (
      try HusimiCorrelations(of: propagator.evolve(start, by: 0.01).state, window: window)[0, 1],
      try HusimiCorrelations(of: propagator.evolve(start, by: 0.02).state, window: window)[0, 1]
    )
    #expect(early > 1e-5)
    #expect((late / early - 2).magnitude < 0.1)
  }

  @Test(
    "pair measures as pointwise expectations: a state of one and one particle, without and with correlation")
  func single() throws {
    let space = try FockSpace(waves: PlaneWaves(cutoff: 2, period: ReferenceModel.period), particles: [1, 1])
    let state = try randomState(space, seed: 3)
    let window = try GaussianWindow(width: 1)
    let correlations = try HusimiCorrelations(of: state, window: window)
    // No second particle of a species: m_{αα} = 0, and the whole of n_α² is missing.
    #expect((correlations[0, 0] - 0.25).magnitude < 1e-7 && (correlations[1, 1] - 0.25).magnitude < 1e-7)
    // C_12 by the definition, on a grid of its own.
    let measure = HusimiMeasure(state: state, window: window)
    let points = (0..<10).flatMap { i in
      (-7...7).map { HusimiPoint(ReferenceModel.period * (Double(i) + 0.5) / 10, Double($0) * 0.5) }
    }
    let singles = try (0..<2).map { species in
      try points.map { try measure.value(species == 0 ? [[$0], []] : [[], [$0]]) }
    }
    var sum = 0.0
    for (i, a) in points.enumerated() {
      for (k, b) in points.enumerated() {
        sum += (try measure.value([[a], [b]]) - singles[0][i] * singles[1][k]).magnitude
      }
    }
    let cell = 0.5 / 10
    #expect((sum * cell * cell / correlations[0, 1] - 1).magnitude < 0.02)
    #expect(correlations[0, 1] > 0.01)
  }
}
