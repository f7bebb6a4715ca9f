// Ours, in scripts/benchmark: enclosures of the default of dyson-remainder to t = 2. Seconds of the terms against L and against the radius
// that is asked for, of the solution against the radius, with the radius that was reached; and one product of a matrix with a vector
// of balls in whole numbers beside Arb's dot products. Prints one JSON object.

import BenchmarkKit
import CLibraries
import Certification
import Computing
import Foundation
import Interaction
import PhaseSpace

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
let points: [Point] = [
  [Particle(species: 0, xi: [0.5], mode: ModeIndex(1, 0, 0))],
  [Particle(species: 1, xi: [1], mode: ModeIndex(1, 0, 0))],
]
let times: [DecimalNumber] = [2]
let workers = Workers(threads: 2)

/// Seconds, and the radius that was reached.
func measure<Part>(_ orders: Int, _ radius: Double, _ start: (CertifiedMixture) -> Refined<Part>) throws
  -> String
{
  let mixture = try CertifiedMixture(
    model: model, initial: data, points: points, times: times, orders: orders, radius: radius)
  var reached = 0.0
  let time = try seconds {
    let moving = start(mixture)
    try moving.advance(to: 2)
    reached = try moving.resolution().map(\.value).max() ?? .nan
  }
  return "{\"orders\": \(orders), \"radius\": \(radius), \"seconds\": \(time), \"reached\": \(reached)}"
}

let againstOrder = try [2, 4, 8, 12].map { try measure($0, 1e-15) { $0.terms(workers: workers) } }
let againstRadius = try [1e-8, 1e-12, 1e-16, 1e-20].map { try measure(12, $0) { $0.terms(workers: workers) } }
let solutions = try [1e-8, 1e-11, 1e-14].map { try measure(1, $0) { $0.solution(workers: workers) } }

/// The matrix of a panel of 57 points, 2000 times.
let count = 57
let entries = BallVector(count: count * count, precision: 128)
for i in 0..<count * count { entries[i] = Ball(2 * (i % 13) - 11) / Ball(17 + i % 5) / Ball(2) }
let vector = BallVector(count: count, precision: 128)
for i in 0..<count { vector[i] = Ball(i - 20) / Ball(23) }
let result = BallVector(count: count, precision: 128)
let matrix = BallMatrix(rows: count, columns: count, entries: entries)
let scratch = MatrixScratch(columns: count)
var best = (whole: Double.infinity, arb: Double.infinity)
for _ in 0..<5 {
  best.whole = min(
    best.whole, seconds { for _ in 0..<2000 { matrix.apply(to: vector, into: result, scratch) } })
  best.arb = min(
    best.arb,
    seconds {
      for _ in 0..<2000 {
        for r in 0..<count { result.setDot(r, entries, from: r * count, vector, from: 0, count: count) }
      }
    })
}
print(
  "{\"orders\": [\(againstOrder.joined(separator: ", "))], \"radii\": [\(againstRadius.joined(separator: ", "))], "
    + "\"solution\": [\(solutions.joined(separator: ", "))], \"matrix\": \(best.whole), \"arb\": \(best.arb)}"
)
