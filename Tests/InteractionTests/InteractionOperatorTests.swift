import CLibraries
import Interaction
import Numerics
import PhaseSpace
import Testing

@Suite("The interaction operator")
struct InteractionOperatorTests {
  @Test("the Moyal kernel of a tiny ħ is the classical one", arguments: ["1e-320", "1e-200", "1e-30"])
  func tinyHbar(text: String) throws {
    let kernel = Kernel.moyal(hbar: try #require(DecimalNumber(text)))
    for x in [0.0, 1e-3, -1.7, 1e12] { #expect(kernel(x) == x) }
    // Both branches meet.
    let half = Kernel.moyal(hbar: 0.5)
    #expect((half(4.1e-9) - 4.1e-9).magnitude <= 1e-24 && (half(3.9e-9) - 3.9e-9).magnitude <= 1e-24)
    #expect((half(2) - 4 * Double.sin(0.5)).magnitude < 1e-15)
  }

  /// Two species of masses 1 and 2 on the torus of period 5, modes 1 and 2.
  static func model(kernel: Kernel) throws -> Model {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
    func potential(_ a: DecimalNumber, _ b: DecimalNumber) throws -> TrigonometricPotential {
      try TrigonometricPotential(
        modes: [
          .init(mode: ModeIndex(1, 0, 0), coefficient: a), .init(mode: ModeIndex(2, 0, 0), coefficient: b),
        ])
    }
    return try Model(
      geometry: geometry,
      species: [Species(name: "a", fraction: 0.4), Species(name: "b", fraction: 0.6, mass: 2)],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [
          (0, 0, try potential(0.3, -0.2)), (0, 1, try potential(-0.5, 0.1)), (1, 1, try potential(0.2, 0.4)),
        ]),
      kernel: kernel)
  }

  static func initial(_ model: Model) throws -> ProductMixture {
    let a = try GaussianState(dimension: 1, sigma: [0.9], drift: [0.2], width: [0.6], centre: [0.3])
    let b = try GaussianState(dimension: 1, sigma: [0.7], drift: [-0.3], width: [0.8], centre: [-1])
    return try ProductMixture(
      components: [.init(weight: 0.6, states: [a, b]), .init(weight: 0.4, states: [b, a])])
  }

  @Test(
    "K(t) on the lattice is K(t) applied pointwise, all four branches, ranks 1 and 2",
    arguments: [Kernel.classical, .moyal(hbar: 0.6)])
  func latticeIsPointwise(kernel: Kernel) throws {
    let model = try Self.model(kernel: kernel)
    let initial = try Self.initial(model)
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 4, xiExtent: 1.2, timeStep: 0.2, masses: model.masses)
    let time = 0.1
    let operation = try InteractionOperator(model, time: time)
    let pointwise = operation.applied(to: initial.marginals(of: model))
    for order in [MarginalOrder([1, 0]), MarginalOrder([0, 1])] {
      let images = try (0..<2).map { beta in
        try operation.applied(
          to: Marginal(sampling: initial.marginals(of: model), on: lattice, order: order.adding(beta)),
          adding: beta)
      }
      var compared = 0
      images[0].forEachIndex { modes, points in
        // Where the shifted modes and points stay on the lattice, nothing is lost.
        guard modes.allSatisfy({ abs($0[0]) <= 2 }), points.allSatisfy({ abs($0[0]) <= 2 }) else { return }
        let particles = order.slots.indices.map { slot in
          PhasePoint(
            species: order.slots[slot], xi: lattice.xi(points[slot], species: order.slots[slot]),
            eta: modes[slot].vector * lattice.kappa)
        }
        let onLattice =
          images[0].value(modes: modes, points: points) + images[1].value(modes: modes, points: points)
        #expect((onLattice - pointwise.value(at: particles)).length < 1e-14)
        compared += 1
      }
      #expect(compared == 25)
    }
  }

  @Test("interaction and Schrödinger pictures agree: the time derivative of free transport undone is K(t)")
  func pictures() throws {
    // At t = 0 the hierarchy in the Schrödinger picture is transport plus K(0).
    let model = try Self.model(kernel: .classical)
    let initial = try Self.initial(model)
    let kappa = model.geometry.kappa ?? 1
    let point = PhasePoint(species: 1, xi: SpaceVector(0.4, 0, 0), eta: SpaceVector(kappa, 0, 0))
    let image = try InteractionOperator(model, time: 0).applied(to: initial.marginals(of: model))
    var direct = Complex<Double>.zero
    for beta in 0..<2 {
      for atom in model.potentials.atoms(1, beta) {
        let eta = atom.mode.vector * kappa
        let moved = PhasePoint(species: 1, xi: point.xi, eta: point.eta + eta)
        let new = PhasePoint(species: beta, xi: .zero, eta: SpaceVector.zero - eta)
        direct += initial.marginals(of: model).value(at: [moved, new]).multiplied(
          by: atom.coefficient * eta.dot(point.xi))
      }
    }
    #expect((image.value(at: [point]) - direct).length < 1e-16)
    #expect(direct.length > 1e-3)
  }

  @Test("finite N is refused: K(t) lacks the same-marginal term")
  func finiteNumberIsRefused() throws {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
    let model = try Model(
      geometry: geometry, species: [Species(name: "a", fraction: 1)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: []), particles: [4])
    #expect(throws: HypothesisError.self) { try InteractionOperator(model, time: 0) }
  }

  @Test("D_1 on R^d is the limit of the torus of large period, d = 1, 2, 3", arguments: 1...3)
  func spaceIsTheLimitOfTheTorus(dimension: Int) throws {
    let bump = try BumpPotential(strength: 0.8, bandlimit: 1.5, power: 2)
    let state = try GaussianState(
      dimension: dimension, sigma: Array(repeating: 0.9, count: dimension),
      drift: Array(repeating: 0.1, count: dimension), width: Array(repeating: 0.7, count: dimension),
      centre: Array(repeating: 0.2, count: dimension))
    func image(_ domain: Domain, radial: Int, angular: Int) throws -> Complex<Double> {
      let geometry = try PhaseSpaceGeometry(dimension: dimension, domain: domain)
      let model = try Model(
        geometry: geometry, species: [Species(name: "a", fraction: 1)],
        potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, bump)]))
      let data = try ProductMixture(states: [state])
      let point = PhasePoint(
        species: 0, xi: SpaceVector(components: Array([0.7, -0.2, 0.1].prefix(dimension))), eta: .zero)
      var sum = Complex<Double>.zero
      let rule = GaussLegendre(points: 6, from: 0, to: 1)
      for (time, weight) in zip(rule.nodes, rule.weights) {
        let operation = try InteractionOperator(
          model, time: time, radialPoints: radial, angularPoints: angular)
        sum += operation.applied(to: data.marginals(of: model)).value(at: [point]).multiplied(by: weight)
      }
      return sum
    }
    let space = try image(.space, radial: 20, angular: 20)
    let finer = try image(.space, radial: 28, angular: 28)
    #expect((space - finer).length < 1e-10)
    // The trapezoidal rule for V̂ of class C¹ at its edge: error of third order in κ.
    let length = dimension == 3 ? 120.0 : 400.0
    let torus = try image(.torus(length: DecimalNumber(length)), radial: 1, angular: 1)
    #expect(space.length > 1e-3)
    #expect((torus - space).length < 2e-4 * space.length, "\(torus) \(space)")
  }
}
