import BenchmarkKit
import CLibraries
import Hierarchy
import Interaction
import PhaseSpace

/// A hierarchy on shared orbitals through t = `end` of two modulated Maxwellians a species, weights 0.6 and 0.4, of the default data of
/// truncation-error (in d > 1 the modes and drifts on the first axis, σ the same on all): seconds, what the orbitals miss by their own
/// account, numbers held. A line of JSON.
func followRank(
  _ rank: Int, dimension: Int = 1, species: Int = 2, closure: any Closure = CumulantClosure(), modes: Int = 4,
  extent: Double = 9, step: Double = 0.0625, tolerance: Double = 1e-6, most: Int = 30, end: Double = 1,
  sigmas: [Double] = [1, 0.6]
) throws -> String {
  let geometry = try PhaseSpaceGeometry(
    dimension: dimension, domain: .torus(length: DecimalNumber(2 * Double.pi)))
  let wave = ModeIndex(1, 0, 0)
  let pairs = try [(0, 0, 0.5), (0, 1, -0.5), (1, 1, 0.5)].filter { $0.1 < species }.map {
    ($0.0, $0.1, try TrigonometricPotential(modes: [.init(mode: wave, coefficient: DecimalNumber($0.2))]))
  }
  let model = try Model(
    geometry: geometry,
    species: (0..<species).map { try Species(name: "s\($0)", fraction: DecimalNumber(1 / Double(species))) },
    potentials: PotentialMatrix(geometry: geometry, speciesCount: species, pairs: pairs))
  let components = try [(0.6, [0.3, -0.2], [0.0, 0]), (0.4, [-0.1, 0.4], [0.3, -0.2])].map {
    weight, amplitudes, drifts in
    ProductMixture.Component(
      weight: weight,
      states: try (0..<species).map { one in
        try MaxwellianState(
          geometry: geometry, sigma: [Double](repeating: sigmas[one], count: dimension),
          drift: [drifts[one]] + [Double](repeating: 0, count: dimension - 1),
          modulations: [.init(mode: wave, amplitude: amplitudes[one])])
      })
  }
  let lattice = try FourierLattice(
    geometry: geometry, modes: modes, xiExtent: extent, timeStep: step, masses: model.masses)
  let orbitals = try OrbitalHierarchy(
    model: model, initial: ProductMixture(components: components), lattice: lattice, rank: rank,
    closure: closure, tolerance: tolerance, mostOrbitals: most)
  let time = try seconds { try orbitals.advance(to: end) }
  return """
    {"rank": \(rank), "dimension": \(dimension), "species": \(species), "closure": "\(closure.name)", \
    "seconds": \(time), "estimate": \(orbitals.errors.largest() ?? .nan), "orbitals": \(orbitals.ranks), \
    "widest": \(orbitals.widest), "numbers": \(orbitals.storedNumbers)}
    """
}
