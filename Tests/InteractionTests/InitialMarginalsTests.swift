import CLibraries
import Interaction
import Numerics
import PhaseSpace
import Testing

@Suite("Marginals of a model's data")
struct InitialMarginalsTests {
  private func model(particles: [Int]?) throws -> Model {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
    return try Model(
      geometry: geometry,
      species: [Species(name: "a", fraction: 0.25), Species(name: "b", fraction: 0.75)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 2, pairs: []), particles: particles)
  }

  private func value(_ counts: [Int], _ particles: [Int]?) throws -> Complex<Double> {
    let model = try model(particles: particles)
    let state = try MaxwellianState(geometry: model.geometry, sigma: [1], drift: [0.3])
    let points = MarginalOrder(counts).slots.map { PhasePoint(species: $0, xi: .zero, eta: .zero) }
    return try ProductMixture(states: [state, state]).marginals(of: model).value(at: points)
  }

  @Test("their mass is n₁^k n₂^ℓ at N = ∞ and the falling factorials over N^{k+ℓ} at finite N (Lemma 2.1)")
  func masses() throws {
    let product: Double = 0.25 * 0.75 * 0.75
    #expect((try value([1, 2], nil) - Complex(product)).length < 1e-15)
    let falling: Double = 2 * 6 * 5 / 512
    #expect((try value([1, 2], [2, 6]) - Complex(falling)).length < 1e-15)
    #expect(try value([2, 0], [1, 3]) == .zero)
    #expect(try value([0, 0], [1, 3]) == 1)
  }
}
