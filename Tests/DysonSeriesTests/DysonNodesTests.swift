import CLibraries
import Computing
import DysonSeries
import Interaction
import Numerics
import PhaseSpace
import Testing
import Vlasov

@Suite("The Dyson series by nodes")
struct DysonNodesTests {
  static let workers = Workers(threads: 2)

  @Test("probe")
  func probe() throws {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 6.283185307179586))
    let one = ModeIndex(1, 0, 0)
    func potential(_ v: DecimalNumber) throws -> TrigonometricPotential {
      try TrigonometricPotential(modes: [.init(mode: one, coefficient: v)])
    }
    let model = try Model(
      geometry: geometry,
      species: [Species(name: "electron", fraction: 0.5), Species(name: "ion", fraction: 0.5)],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [(0, 0, try potential(0.5)), (0, 1, try potential(-0.4)), (1, 1, try potential(0.3))]))
    let initial = try ProductMixture(
      states: [
        MaxwellianState(
          geometry: geometry, sigma: [1], drift: [0.2], modulations: [.init(mode: one, amplitude: 0.3)]),
        MaxwellianState(
          geometry: geometry, sigma: [0.6], drift: [-0.1],
          modulations: [.init(mode: one, amplitude: -0.2, phase: 0.4)]),
      ])
    let electron = TestModels.point(model, 0, [0.5], one)
    let points = try [
      [electron], [TestModels.point(model, 1, [1], one)],
      [electron, TestModels.point(model, 1, [-0.25], one.negated)],
      [
        electron, TestModels.point(model, 0, [0], one.negated), TestModels.point(model, 1, [1], .zero),
      ],
    ].map { try Point($0, in: geometry) }
    let clock = ContinuousClock()
    var rows: [DysonRemainderRow] = []
    let study = try DysonNodes(
      model: model, initial: initial, times: [0.2, 0.4, 0.8, 1.4, 2], points: points, orders: 12)
    print(clock.measure { rows = try! study.run(workers: Self.workers) }, study.bytes!)
    let moving = try study.start(workers: Self.workers)
    try moving.advance(to: 2)
    print(moving.nodes, moving.resolution()[0].value)
    for row in rows where row.time == 4 {
      print(row.exact, row.errors.exact, row.terms[3], row.terms[12], row.errors.terms[3], row.errors.terms[12])
    }
    let lattice = try FourierLattice(
      geometry: geometry, modes: 18, xiExtent: 18, timeStep: 0.025, masses: [1, 1])
    let solver = try VlasovSolution(model: model, initial: initial, lattice: lattice, workers: Self.workers)
    let jets = try DysonJets(
      model: model, initial: initial, lattice: lattice, orders: 13, workers: Self.workers)
    print(
      try clock.measure {
        try solver.advance(to: 2)
        try jets.advance(to: 2)
      })
    for (point, row) in zip(points, rows.filter { $0.time == 4 }) {
      let exact = try solver.value(at: point)
      let terms = try jets.terms(at: point)
      print((exact - row.exact).length, zip(terms, row.terms).map { ($0 - $1).length })
    }
  }
}
