import CLibraries
import FermionTestModels
import ManyBody
import Numerics
import PhaseSpace
import Testing

@Suite("Density matrices")
struct DensityMatrixTests {
  static let orders = [[1, 0], [0, 1], [2, 0], [1, 1], [0, 2], [3, 0], [2, 1], [1, 2]]

  private func evolved(_ particles: [Int], _ cutoff: Int) throws -> FockState {
    let slater = try ReferenceModel.slater(particles, cutoff: cutoff)
    let space = try FockSpace(waves: slater.waves, particles: particles)
    let hamiltonian = try Hamiltonian(space: space, interaction: ReferenceModel.interaction())
    return try ChebyshevPropagator(hamiltonian).evolve(slater.state(in: space), by: 0.5).state
  }

  @Test("Wick's theorem holds for a Slater state and fails once it has evolved", arguments: orders)
  func wick(_ order: [Int]) throws {
    let particles = [3, 2]
    let slater = try ReferenceModel.slater(particles, cutoff: 3)
    let start = try slater.state(in: FockSpace(waves: slater.waves, particles: particles))
    let wick = { (state: any FermionState) in
      try ReducedDensity(
        wick: (0..<2).map { state.oneParticleDensity($0) }, waves: state.waves, order: order)
    }
    #expect(try ReducedDensity(of: start, order: order).distance(to: wick(start)) < 1e-14)
    #expect(try ReducedDensity(of: start, order: order).distance(to: wick(slater)) < 1e-14)
    if order.reduce(0, +) > 1 {
      let later = try evolved(particles, 3)
      #expect(try ReducedDensity(of: later, order: order).distance(to: wick(later)) > 1e-3)
    }
  }

  @Test("the trace of γ^{(k,ℓ)} is the product of falling factorials", arguments: orders)
  func trace(_ order: [Int]) throws {
    let density = try ReducedDensity(of: evolved([3, 2], 3), order: order)
    var expected = 1.0
    for (n, k) in zip([3, 2], order) { for i in 0..<k { expected *= Double(n - i) } }
    #expect((density.trace - expected).magnitude < 1e-12)
  }

  @Test("γ^{(2,1)} element by element: ⟨a_{w_2}a_{w_1}b_{w̃}Ψ, a_{u_2}a_{u_1}b_ũΨ⟩, antisymmetric in the u's")
  func elements() throws {
    let state = try evolved([3, 2], 3)
    let density = try ReducedDensity(of: state, order: [2, 1])
    func lowered(_ u: [Int], _ v: Int) -> FockState {
      u.reduce(state) { $0.annihilated(mode: $1, species: 0) }.annihilated(mode: v, species: 1)
    }
    for (u, v, w, z) in [([0, 3], 1, [2, 4], 5), ([4, 1], 0, [3, 2], 6), ([5, 1], 3, [1, 5], 3)] {
      let expected = lowered(w, z).inner(lowered(u, v))
      #expect((density.element([u, [v]], [w, [z]]) - expected).length < 1e-14)
      #expect((density.element([u.reversed(), [v]], [w, [z]]) + expected).length < 1e-14)
    }
    #expect(density.element([[2, 2], [0]], [[1, 3], [0]]) == .zero)
  }

  @Test("determinants and cycles give the ⟨Πa*Πa⟩ and the Tr γ^{(k,ℓ)} Π W of the Fock state")
  func slaterFormulas() throws {
    let slater = try ReferenceModel.slater([3, 2], cutoff: 3)
    let state = try slater.state(in: FockSpace(waves: slater.waves, particles: [3, 2]))
    let vectors = (0..<4).map { (j: Int) -> [Complex<Double>] in
      (0..<7).map { (n: Int) -> Complex<Double> in
        let size = 1 / Double(1 + (3 * j + n) % 5)
        return Complex(length: size, phase: Double(j * n) + 0.3)
      }
    }
    for lists in [[[0], []], [[0, 1], []], [[0, 1, 2], []], [[0], [3]], [[0, 2], [1, 3]]] {
      let arguments = lists.map { $0.map { vectors[$0] } }
      #expect((slater.expectation(arguments) - state.expectation(arguments)).magnitude < 1e-13)
    }
    let weyl = [
      WeylOperator(xi: [0.7], mode: ModeIndex(1, 0, 0)), WeylOperator(xi: [-1.9], mode: ModeIndex(2, 0, 0)),
      WeylOperator(xi: [0.4], mode: ModeIndex(-1, 0, 0)),
    ]
    for lists in [
      [[0], []], [[], [1]], [[0, 1], []], [[0, 1, 2], []], [[0, 2], [1]], [[1], [0, 2]],
    ] {
      let operators = lists.map { $0.map { weyl[$0] } }
      let a = slater.weylExpectation(operators)
      let b = state.weylExpectation(operators)
      #expect((a - b).length < 1e-13)
    }
    for species in 0..<2 {
      let pairs = zip(slater.oneParticleDensity(species), state.oneParticleDensity(species))
      #expect(pairs.allSatisfy { ($0.0 - $0.1).length < 1e-14 })
      #expect(try slater.naturalOccupations(species)[0] < 1 + 1e-14)
    }
  }

  @Test(
    "μ_W: mass, reality, contraction (N_α − k_α)/N, density modes, and what multiplication by e^{iκnx} means")
  func wignerHierarchy() throws {
    let state = try evolved([3, 2], 3)
    let hierarchy = try WignerHierarchy(state: state, maximumRank: 3)
    let at = { (species: Int, xi: Double, n: Int) in
      PhasePoint(
        species: species, xi: SpaceVector(components: [xi]), eta: SpaceVector(components: [Double(n)]))
    }
    #expect((hierarchy.value(at: [at(0, 0, 0), at(1, 0, 0)]) - Complex(3 * 2 / 25.0)).length < 1e-13)
    let a = at(0, 1.3, 1)
    let b = at(1, -0.4, -1)
    let one = hierarchy.value(at: [a])
    #expect((hierarchy.value(at: [at(0, -1.3, -1)]) - one.conjugate).length < 1e-14)
    #expect((hierarchy.value(at: [a, at(0, 0, 0)]) - one.multiplied(by: 2 / 5.0)).length < 1e-14)
    #expect((hierarchy.value(at: [a, at(1, 0, 0)]) - one.multiplied(by: 2 / 5.0)).length < 1e-14)
    for point in [[a], [b], [a, b], [a, at(0, 0.6, 0)], [b, at(1, 2, 1)], [a, at(0, 0.6, -1), b]] {
      #expect((try WignerHierarchy.value(of: state, at: point) - hierarchy.value(at: point)).length < 1e-14)
    }
    let two = hierarchy.value(at: [a, b])
    #expect((hierarchy.value(at: [b, a]) - two).length < 1e-15)
    #expect((hierarchy.value(at: [at(0, 0, 0), a, b]) - two.multiplied(by: 2 / 5.0)).length < 1e-14)
    #expect((hierarchy.value(at: [at(0, 0, -1)]) - state.densityMode(0, ModeIndex(1, 0, 0))).length < 1e-14)
    #expect(hierarchy.value(at: [PhasePoint(species: 0, xi: .zero, eta: SpaceVector(0.5, 0, 0))]) == .zero)
    #expect(hierarchy.isNonnegative(hbar: 0.2) && !hierarchy.isNonnegative(hbar: nil))
  }
}
