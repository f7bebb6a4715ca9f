// Ours, in scripts/benchmark: the bounds of the default of dyson-remainder in ball arithmetic, seconds for the four that know the masses
// and for all five. Prints one JSON object.

import BenchmarkKit
import CLibraries
import Interaction
import PhaseSpace
import RemainderBounds

let orders = 12
let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 6.283185307179586))
let cosine = { (coefficient: DecimalNumber) in
  try TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: coefficient)])
}
let model = try Model(
  geometry: geometry,
  species: [try Species(name: "electron", fraction: 0.5), try Species(name: "ion", fraction: 0.5)],
  potentials: try PotentialMatrix(
    geometry: geometry, speciesCount: 2,
    pairs: [(0, 0, try cosine(0.5)), (0, 1, try cosine(-0.4)), (1, 1, try cosine(0.3))]))
let maxwellian = { (sigma: Double, drift: Double, amplitude: Double, phase: Double) in
  try MaxwellianState(
    geometry: geometry, sigma: [sigma], drift: [drift],
    modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: amplitude, phase: phase)])
}
let data = try ProductMixture(states: [try maxwellian(1, 0.2, 0.3, 0), try maxwellian(0.6, -0.1, -0.2, 0.4)])
let electron = Particle(species: 0, xi: [0.5], eta: [1], mode: ModeIndex(1, 0, 0))
let points: [Point] = [
  [electron], [Particle(species: 1, xi: [1], eta: [1], mode: ModeIndex(1, 0, 0))],
  [electron, Particle(species: 1, xi: [-0.25], eta: [-1], mode: ModeIndex(-1, 0, 0))],
  [
    electron, Particle(species: 0, xi: [0], eta: [-1], mode: ModeIndex(-1, 0, 0)),
    Particle(species: 1, xi: [1], eta: [0], mode: .zero),
  ],
]
let times: [DecimalNumber] = [0.2, 0.4, 0.8, 1.4, 2]

/// Prepared once, then every point and time; a bound says nothing of times beyond its own.
func evaluate(_ bounds: [any RemainderBound]) throws -> Double {
  try seconds {
    for bound in bounds {
      let certified = try CertifiedBound(bound, model, initial: data, orders: orders)
      for point in points {
        for time in times {
          do { _ = try certified.enclosures(at: point, time: time) } catch is HypothesisError {}
        }
      }
    }
  }
}

let four: [any RemainderBound] = [PaperBound(), FirstMomentBound(), BranchingBound(), MultiTypeBound()]
var best = (four: Double.infinity, five: Double.infinity)
for _ in 0..<7 {
  best.four = min(best.four, try evaluate(four))
  best.five = min(best.five, try evaluate(four + [DataAwareBound()]))
}
print("{\"four\": \(best.four), \"five\": \(best.five)}")
