import CLibraries
import FermionTestModels
import Hierarchy
import Interaction
import ManyBody
import Numerics
import PhaseSpace
import Testing

/// One and one fermion, exactly, against the finite-N Moyal hierarchy closed at R = N = 2.
@Suite("The finite-N Moyal hierarchy of Husimi data")
struct FiniteNMoyalTests {
  @Test("rank two is the two-body Schrödinger equation")
  func rankTwo() throws {
    // Exact side: orbitals on |n| ≤ 2, dynamics on |n| ≤ 12.
    let slater = try ReferenceModel.slater([1, 1], cutoff: 2)
    let larger = try FockSpace(
      waves: PlaneWaves(cutoff: 12, period: ReferenceModel.period), particles: [1, 1], masses: [1, 1])
    let start = try slater.state(in: FockSpace(waves: slater.waves, particles: [1, 1])).embedded(in: larger)
    let hamiltonian = try Hamiltonian(space: larger, interaction: ReferenceModel.interaction())
    let time = 0.4
    let exact = try WignerHierarchy(
      state: ChebyshevPropagator(hamiltonian).evolve(start, by: time).state, maximumRank: 2)

    // Hierarchy side: products of the orbitals' Wigner functions. The window's ends are farther from the points compared
    // than κ n t of the modes that matter.
    let geometry = try PhaseSpaceGeometry(
      dimension: 1, domain: .torus(length: DecimalNumber(ReferenceModel.period)))
    let model = try Model(
      geometry: geometry,
      species: [Species(name: "electron", fraction: 0.5), Species(name: "ion", fraction: 0.5)],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [
          (
            first: 0, second: 1,
            potential: TrigonometricPotential(modes: [
              .init(mode: .zero, coefficient: -0.2), .init(mode: ModeIndex(1, 0, 0), coefficient: -0.6),
              .init(mode: ModeIndex(2, 0, 0), coefficient: 0.1),
            ])
          )
        ]),
      kernel: .moyal(hbar: 0.5), particles: [1, 1])
    let lattice = try FourierLattice(
      geometry: geometry, modes: 9, xiExtent: 4, timeStep: 0.1, masses: [1, 1])
    let wigner = try WignerHierarchy(state: start)
    let data = try ProductMixture(
      components: [.init(weight: 1, states: (0..<2).map { WignerState(wigner, species: $0) })])
    let hierarchy = try TruncatedHierarchy(
      model: model, initial: data, lattice: lattice, rank: 2, closure: ExactClosure(),
      workers: Workers(threads: 2))
    try hierarchy.advance(steps: 4)

    let spacing = lattice.spacing(0)
    let at = { (species: Int, g: Int, n: Int) in
      PhasePoint(
        species: species, xi: SpaceVector(components: [Double(g) * spacing]),
        eta: SpaceVector(components: [Double(n)]))
    }
    var moved = 0.0
    var worst = 0.0
    for n in -2...2 {
      for g in [-12, 0, 9] {
        let index = { (n: Int) in ModeIndex(components: [n]) }
        for species in 0..<2 {
          let ours = hierarchy.value(species: [species], modes: [index(n)], points: [index(g)])
          worst = max(worst, (ours - exact.value(at: [at(species, g, n)])).length)
        }
        for l in [-1, 0, 2] {
          let ours = hierarchy.value(
            species: [0, 1], modes: [index(n), index(l)], points: [index(g), index(5)])
          let theirs = exact.value(at: [at(0, g, n), at(1, 5, l)])
          worst = max(worst, (ours - theirs).length)
          // Correlated: not the product of its marginals.
          let product = exact.value(at: [at(0, g, n)]) * exact.value(at: [at(1, 5, l)])
          moved = max(moved, (theirs - product).length)
        }
      }
    }
    #expect(worst < 1e-6, "\(worst)")
    #expect(moved > 1e-3, "\(moved)")
  }
}
