// A potential, a state and a closure of one's own: certified bounds, and a truncated hierarchy beside the solution.

import CLibraries
import Hierarchy
import Interaction
import PhaseSpace
import RemainderBounds
import Vlasov

let circle = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 6.283185307179586))
let model = try Model(
  geometry: circle, species: [Species(name: "own", fraction: 1)],
  potentials: PotentialMatrix(geometry: circle, speciesCount: 1, pairs: [(0, 0, BoxPotential(height: 0.4))]))
let state = SechState(amplitude: 0.4)
let initial = try ProductMixture(states: [state])

let point: Point = [Particle(species: 0, xi: [0.5], mode: ModeIndex(1, 0, 0))]
let bounds = try MultiTypeBound().enclosures(model, initial: initial, at: point, time: 0.6, orders: 6)
for (order, bound) in bounds.enumerated() { print("|Δ_\(order + 1)| ≤ \(bound.upper)") }

let lattice = try FourierLattice(
  geometry: circle, modes: 5, xiExtent: 8, timeStep: 0.1, masses: model.masses)
let workers = Workers(threads: 1)
let hierarchy = try TruncatedHierarchy(
  model: model, initial: initial, lattice: lattice, rank: 2, closure: DampedClosure(), workers: workers)
let flow = try VlasovLattice(
  model: model, states: [state], lattice: lattice, coupling: .nonperturbative, workers: workers)
try hierarchy.advance(to: 0.6)
try flow.advance(to: 0.6)
var worst = 0.0
for order in hierarchy.orders {
  let distance = hierarchy.distance(order, to: try ProductTables([(1, flow)]))
  worst = max(worst, distance.maximum / distance.referenceMaximum)
  print("w^\(order) against the product of the solution: \(distance.maximum)")
}

// Factorised data stay factorised under this closure, and bounds of a convergent series fall.
precondition(worst < 1e-6, "the closure should keep factorised data factorised, error \(worst)")
precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $1.upper < $0.lower }, "bounds that do not fall")
