import BenchmarkKit
import CLibraries
import Hierarchy
import Interaction
import PhaseSpace

/// Full storage and shared orbitals through t = 1 of a mixture of two products, cumulant closure: seconds, bytes, and how far the
/// marginals of the orbitals are from those of full storage, in L² over their norms. A line of JSON.
func compareStorage(
  _ model: Model, rank: Int, modes: Int, extent: Double, step: Double, tolerance: Double, _ workers: Workers
) throws -> String {
  func component(_ weight: Double, _ amplitudes: [Double], _ drifts: [Double]) throws
    -> ProductMixture.Component
  {
    var states: [any OneParticleState] = []
    for (species, sigma) in [1.0, 0.8].enumerated() {
      states.append(
        try MaxwellianState(
          geometry: model.geometry, sigma: [sigma], drift: [drifts[species]],
          modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: amplitudes[species])]))
    }
    return ProductMixture.Component(weight: weight, states: states)
  }
  let initial = try ProductMixture(components: [
    component(0.6, [0.3, -0.2], [0, 0]), component(0.4, [-0.1, 0.4], [0.3, -0.2]),
  ])
  let lattice = try FourierLattice(
    geometry: model.geometry, modes: modes, xiExtent: extent, timeStep: step, masses: model.masses)
  let full = try TruncatedHierarchy(
    model: model, initial: initial, lattice: lattice, rank: rank, closure: CumulantClosure(), workers: workers
  )
  let orbitals = try OrbitalHierarchy(
    model: model, initial: initial, lattice: lattice, rank: rank, closure: CumulantClosure(),
    tolerance: tolerance)
  let whole = try seconds { try full.advance(to: 1) }
  let own = try seconds { try orbitals.advance(to: 1) }
  let error =
    try orbitals.orders.enumerated().map { number, order in
      try orbitals.distance(order, to: full).l2 / orbitals.norms[number]
    }.largest() ?? .nan
  let bytes = TruncatedHierarchy.peakBytes(model: model, lattice: lattice, rank: rank) ?? 0
  return """
    {"rank": \(rank), "full": \(whole), "orbitals": \(own), "fullBytes": \(bytes), \
    "orbitalBytes": \(8 * orbitals.storedNumbers), "error": \(error), "estimate": \(orbitals.errors.largest() ?? .nan)}
    """
}
