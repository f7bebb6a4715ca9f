// Times a step of the rank-2 hierarchy (d = 1, |n| ≤ 6, 161 ξ points, two species, cumulant closure) beside the memory
// bandwidth of this machine in the same run; prints JSON for scripts/benchmarks/truncated-hierarchy.py.
//
//     benchmark-truncated-hierarchy THREADS

import BenchmarkKit
import CLibraries
import Foundation
import Hierarchy
import Interaction
import PhaseSpace

let threads = CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1]) ?? 1 : 1
let workers = Workers(threads: threads)

let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: DecimalNumber(2 * Double.pi)))
func potential(_ v: DecimalNumber) throws -> TrigonometricPotential {
  try TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: v)])
}
let model = try Model(
  geometry: geometry,
  species: [Species(name: "electron", fraction: 0.5), Species(name: "ion", fraction: 0.5)],
  potentials: PotentialMatrix(
    geometry: geometry, speciesCount: 2,
    pairs: [(0, 0, try potential(0.5)), (0, 1, try potential(-0.4)), (1, 1, try potential(0.3))]))
var states: [any OneParticleState] = []
for (sigma, amplitude) in [(1.0, 0.3), (0.6, -0.2)] {
  states.append(
    try MaxwellianState(
      geometry: geometry, sigma: [sigma], drift: [0],
      modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: amplitude)]))
}
let lattice = try FourierLattice(
  geometry: geometry, modes: 6, xiExtent: 8, timeStep: 0.2, masses: model.masses)
let hierarchy = try TruncatedHierarchy(
  model: model, initial: ProductMixture(states: states), lattice: lattice,
  rank: 2,
  closure: CumulantClosure(), workers: workers)
try hierarchy.advance(steps: 2)
let (density, steps) = (
  hierarchy.value(species: [0], modes: [ModeIndex(1, 0, 0)], points: [.zero]), hierarchy.steps
)
// The bandwidth before and after, so that the limit is not that of a luckier moment.
var best = Double.infinity
let before = triadBandwidth(workers)
for _ in 0..<10 { best = min(best, try seconds { try hierarchy.advance(steps: 1) }) }
let triad = max(before, triadBandwidth(workers))
// The same model on shared orbitals beside full storage, at rank 2 and 3.
let storage = [
  try compareStorage(model, rank: 2, modes: 4, extent: 9, step: 0.25, tolerance: 1e-5, workers),
  try compareStorage(model, rank: 3, modes: 1, extent: 7, step: 0.5, tolerance: 1e-4, workers),
]
let grids = try compareGrids(model, workers)
// What 1e-6 costs at ranks 2 to 4.
let ranks = try (2...4).map { try followRank($0, most: 64) }
print(
  """
  {"seconds": \(best), "bytesPerStep": \(hierarchy.bytesPerStep), "triad": \(triad), \
  "density": \(density.real), "steps": \(steps), "points": \(lattice.pointCount(0)), \
  "storage": [\(storage.joined(separator: ", "))], "grids": \(grids), "ranks": [\(ranks.joined(separator: ", "))]}
  """)
