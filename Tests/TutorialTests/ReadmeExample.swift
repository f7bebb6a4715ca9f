import CLibraries
import Interaction
import PhaseSpace
import RemainderBounds

/// The library example of README.md.
func readmeExample() throws -> [Enclosure] {
  let circle = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
  let cosine = try TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: 0.3)])
  let model = try Model(
    geometry: circle, species: [Species(name: "electron", fraction: 1)],
    potentials: PotentialMatrix(geometry: circle, speciesCount: 1, pairs: [(0, 0, cosine)]))
  let state = try MaxwellianState(geometry: circle, sigma: [1], drift: [0])
  let bounds = try MultiTypeBound().enclosures(
    model, initial: ProductMixture(states: [state]),
    at: [Particle(species: 0, xi: [0.5], eta: [0], mode: ModeIndex(1, 0, 0))], time: 0.8, orders: 8)
  return bounds
}
