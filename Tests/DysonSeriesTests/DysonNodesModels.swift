import CLibraries
import DysonSeries
import Interaction
import LatticeTestModels
import PhaseSpace
import Vlasov

/// Models that are hard on nodes in ways of their own, with data and points.
struct DysonNodesModel: CustomStringConvertible, Sendable {
  let description: String
  let model: Model
  let initial: ProductMixture
  let times: [Double]
  let orders: Int

  var points: [Point] {
    get throws {
      let one = ModeIndex(1, 0, 0)
      let last = model.species.count - 1
      return try [
        [TestModels.point(model, 0, [0.5], one)],
        [TestModels.point(model, last, [-0.37], ModeIndex(2, 0, 0))],
        [TestModels.point(model, 0, [0.5], one), TestModels.point(model, last, [0.21], one.negated)],
        [
          TestModels.point(model, 0, [0.1], one), TestModels.point(model, 0, [0.3], .zero),
          TestModels.point(model, last, [-0.25], one.negated),
        ],
      ].map { try Point($0, in: model.geometry) }
    }
  }

  func study(scale: Double = 1, highestLevel: Int = 8, orders: Int? = nil) throws -> DysonNodes {
    try DysonNodes(
      model: model, initial: initial, times: times, points: points, orders: orders ?? self.orders,
      scale: scale,
      highestLevel: highestLevel)
  }

  /// One or two species on a circle of length 5, v_m = strength/m² for m ≤ modes, opposite signs between the species.
  static func make(
    _ description: String, strength: Double, modes: Int = 1, sigmas: [Double],
    masses: [DecimalNumber] = [1, 2],
    times: [Double], orders: Int = 5, isMixed: Bool = false
  ) throws -> DysonNodesModel {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
    func potential(_ factor: Double) throws -> TrigonometricPotential {
      try TrigonometricPotential(
        modes: (1...modes).map {
          .init(
            mode: ModeIndex($0, 0, 0), coefficient: DecimalNumber(factor * strength / Double($0 * $0)))
        })
    }
    let species = try sigmas.indices.map {
      try Species(
        name: "s\($0)", fraction: $0 == 0 && sigmas.count == 2 ? 0.4 : sigmas.count == 2 ? 0.6 : 1,
        mass: masses[$0])
    }
    let all = try sigmas.indices.flatMap { a in
      try (a..<sigmas.count).map { b in (a, b, try potential(a == b ? 1 : -1) as any BandLimitedPotential) }
    }
    let model = try Model(
      geometry: geometry, species: species,
      potentials: PotentialMatrix(geometry: geometry, speciesCount: sigmas.count, pairs: all))
    func state(_ index: Int, _ drift: Double) throws -> any OneParticleState {
      try MaxwellianState(
        geometry: geometry, sigma: [sigmas[index]], drift: [drift],
        modulations: [
          .init(mode: ModeIndex(1, 0, 0), amplitude: 0.4, phase: Double(index)),
          .init(mode: ModeIndex(2, 0, 0), amplitude: -0.2),
        ])
    }
    func stream(_ index: Int) throws -> any OneParticleState {
      func one(_ drift: Double) throws -> MaxwellianState {
        try MaxwellianState(
          geometry: geometry, sigma: [sigmas[index]], drift: [drift],
          modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 0.3)])
      }
      return try TwoStreamState(forward: one(1.1), backward: one(-0.9), weight: 0.4)
    }
    let product = try sigmas.indices.map { try state($0, 0.2) }
    let initial =
      isMixed
      ? try ProductMixture(components: [
        .init(weight: 0.25, states: product), .init(weight: 0.75, states: sigmas.indices.map(stream)),
      ]) : try ProductMixture(states: product)
    return DysonNodesModel(
      description: description, model: model, initial: initial, times: times, orders: orders)
  }

  static let easy = Result {
    try make(
      "a mixture with two streams", strength: 0.3, modes: 2, sigmas: [0.8, 0.5], times: [0.3, 0.6],
      orders: 16, isMixed: true)
  }

  static let hard = Result {
    [
      try make("strong coupling", strength: 3, sigmas: [0.8, 0.6], times: [1, 3]),
      try make("a cold species", strength: 0.5, sigmas: [0.8, 0.02], times: [1, 4]),
      try make("six modes", strength: 0.6, modes: 6, sigmas: [0.7, 0.5], times: [1, 2]),
      try make("a long time", strength: 0.4, sigmas: [0.7], times: [4, 12]),
      try make("a mixture", strength: 0.6, modes: 2, sigmas: [0.9, 0.5], times: [1, 3], isMixed: true),
    ]
  }
}
