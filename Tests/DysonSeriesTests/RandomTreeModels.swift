import CLibraries
import Foundation
import Interaction
import PhaseSpace

/// Reproducible random models for the campaigns of the trees.
struct RandomTreeModels {
  private let random: CounterRandom
  private var index: UInt32 = 0

  init(seed: UInt64) { random = CounterRandom(seed: seed) }

  /// Uniform in (0, 1).
  mutating func uniform() -> Double {
    index += 1
    return (Double(random.words(index, 7, 0, 0).0) + 0.5) / 4_294_967_296
  }

  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(Double(range.count) * uniform())
  }

  /// A bump of a power in (0, 4] on the line, one species of mass 1, Gaussian data; a point and a time.
  mutating func bump(power: Double) throws -> (
    model: Model, state: GaussianState, point: PhasePoint, time: Double
  ) {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .space)
    let bump = try BumpPotential(
      strength: DecimalNumber(uniform(0.3...1.5)), bandlimit: DecimalNumber(uniform(0.6...2.5)),
      power: DecimalNumber(power))
    let model = try Model(
      geometry: geometry, species: [try Species(name: "a", fraction: 1, mass: 1)],
      potentials: try PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, bump)]))
    let state = try GaussianState(
      dimension: 1, sigma: [uniform(0.4...1.4)], drift: [uniform(-0.5...0.5)], width: [uniform(0.4...1.2)],
      centre: [uniform(-0.5...0.5)])
    let point = PhasePoint(species: 0, xi: [uniform(-1...1), 0, 0], eta: [uniform(-1...1), 0, 0])
    return (model, state, point, uniform(0.3...1.2))
  }

  /// Like r3-reliable: data that live on few modes of the circle, forces on others too.
  mutating func circle() throws -> (model: Model, data: ProductMixture, point: PhasePoint, time: Double) {
    let geometry = try PhaseSpaceGeometry(
      dimension: 1, domain: .torus(length: DecimalNumber(uniform(4...8))))
    let atoms = (1...integer(2...4)).map {
      TrigonometricPotential.Mode(
        mode: ModeIndex($0, 0, 0), coefficient: DecimalNumber(uniform(-0.6...0.6) / Double($0)))
    }
    let model = try Model(
      geometry: geometry, species: [try Species(name: "a", fraction: 1, mass: 1)],
      potentials: try PotentialMatrix(
        geometry: geometry, speciesCount: 1, pairs: [(0, 0, try TrigonometricPotential(modes: atoms))]))
    let first = integer(1...2)
    let state = try MaxwellianState(
      geometry: geometry, sigma: [uniform(0.4...1)], drift: [uniform(-0.4...0.4)],
      modulations: [first, first + integer(1...2)].map {
        .init(mode: ModeIndex($0, 0, 0), amplitude: uniform(0.1...0.5), phase: uniform(-3...3))
      })
    let mode = integer(0...2)
    let point = PhasePoint(
      species: 0, xi: [uniform(0.2...1), 0, 0], eta: [(geometry.kappa ?? 1) * Double(mode), 0, 0])
    return (model, try ProductMixture(states: [state]), point, uniform(0.5...1.2))
  }

  /// r3-reliable itself.
  static func reliable() throws -> (model: Model, data: ProductMixture, point: PhasePoint, time: Double) {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: DecimalNumber(2 * Double.pi)))
    let atoms = zip(1...3, [0.5, -0.2, 0.05]).map {
      TrigonometricPotential.Mode(mode: ModeIndex($0, 0, 0), coefficient: DecimalNumber($1))
    }
    let model = try Model(
      geometry: geometry, species: [try Species(name: "aa", fraction: 1, mass: 1)],
      potentials: try PotentialMatrix(
        geometry: geometry, speciesCount: 1, pairs: [(0, 0, try TrigonometricPotential(modes: atoms))]))
    let state = try MaxwellianState(
      geometry: geometry, sigma: [0.5], drift: [0.2],
      modulations: [1, 3].map { .init(mode: ModeIndex($0, 0, 0), amplitude: 0.3) })
    let point = PhasePoint(species: 0, xi: [0.5, 0, 0], eta: [1, 0, 0])
    return (model, try ProductMixture(states: [state]), point, 1)
  }
}
