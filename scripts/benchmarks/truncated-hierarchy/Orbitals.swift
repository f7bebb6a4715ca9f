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
  let initial = try mixture(model)
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

/// A mixture of two products.
private func mixture(_ model: Model) throws -> ProductMixture {
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
  return try ProductMixture(components: [
    component(0.6, [0.3, -0.2], [0, 0]), component(0.4, [-0.1, 0.4], [0.3, -0.2]),
  ])
}

/// Rank 2 through t = 1 of the same mixture to 1e-6: full storage on the grid of the time step against shared orbitals on a chosen one.
/// Seconds, the largest difference of w(0,n;0,m) and of one particle's over the mass, and what the orbitals say. A line of JSON.
func compareGrids(_ model: Model, _ workers: Workers) throws -> String {
  let initial = try mixture(model)
  func lattice(_ xiSteps: [Double]?) throws -> FourierLattice {
    try FourierLattice(model, modes: 4, xiExtents: [8, 9], timeStep: 0.125, xiSteps: xiSteps)
  }
  let full = try TruncatedHierarchy(
    model: model, initial: initial, lattice: lattice(nil), rank: 2, closure: CumulantClosure(),
    workers: workers)
  let orbitals = try OrbitalHierarchy(
    model: model, initial: initial, lattice: lattice([0.25, 0.3]), rank: 2, closure: CumulantClosure(),
    tolerance: 7e-7, workers: workers)
  let whole = try seconds { try full.advance(to: 1) }
  let own = try seconds { try orbitals.advance(to: 1) }
  var error = 0.0
  for order in orbitals.orders {
    let (slots, mass) = (order.slots, model.mass(of: order))
    for n in -4...4 {
      for m in slots.count == 1 ? 0...0 : -4...4 {
        let modes = [n, m].prefix(slots.count).map { ModeIndex($0, 0, 0) }
        let points = slots.map { _ in ModeIndex.zero }
        let difference =
          orbitals.value(species: slots, modes: modes, points: points)
          - full.value(species: slots, modes: modes, points: points)
        error = .maximum(error, difference.length / mass)
      }
    }
  }
  let estimate = orbitals.orders.map { orbitals.storageShare($0) }.largest() ?? .nan
  return "{\"full\": \(whole), \"orbitals\": \(own), \"error\": \(error), \"estimate\": \(estimate)}"
}
