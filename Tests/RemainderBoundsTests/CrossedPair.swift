import CLibraries
import DysonSeries
import Interaction
import PhaseSpace

/// Two species on a circle of length 5 that act on each other alone, V = 0.6 cos(κx), and the first remainder of a particle
/// at ξ = 1, η = 0 a short time, 0.1, after the start: what the bounds of |Δ_1| nearly are.
enum CrossedPair {
  static let time: DecimalNumber = 0.1

  /// The model of the data, the point, and the row of |Δ_1|.
  /// - Parameter states: of both species, from the geometry.
  static func firstRemainder(
    modes: Int, xiExtent: Double, states: (PhaseSpaceGeometry) throws -> [any OneParticleState]
  ) throws -> (model: Model, initial: ProductMixture, point: Point, row: DysonRemainderRow) {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
    let wave = try TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: 0.3)])
    let model = try Model(
      geometry: geometry, species: [Species(name: "a", fraction: 0.5), Species(name: "b", fraction: 0.5)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 2, pairs: [(0, 1, wave)]))
    let initial = try ProductMixture(states: states(geometry))
    let lattice = try FourierLattice(
      geometry: geometry, modes: modes, xiExtent: xiExtent, timeStep: 0.05, masses: [1, 1])
    let point = try Point(
      [PhasePoint(species: 0, xi: SpaceVector(1, 0, 0), eta: .zero)], in: geometry)
    let row = try DysonRemainder(
      model: model, initial: initial, lattice: lattice, times: [time.value], points: [point], orders: 1
    ).run(workers: Workers(threads: 1))[0]
    return (model, initial, point, row)
  }
}
