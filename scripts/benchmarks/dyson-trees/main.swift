// Ours, in scripts/benchmark: trees of order 4 in d = 3, seconds for a number of trees with one and with two threads, and with
// one thread for four particles in all, whose trees are full of recollisions.
// Prints one JSON object.

import BenchmarkKit
import CLibraries
import DysonSeries
import Foundation
import Interaction
import PhaseSpace

let samples = CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1]) ?? 1_000_000 : 1_000_000
let order = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2]) ?? 4 : 4

let geometry = try PhaseSpaceGeometry(dimension: 3, domain: .space)
let bump = { (strength: DecimalNumber) in try BumpPotential(strength: strength, bandlimit: 1.5, power: 2) }
let model = { (particles: [Int]?) in
  try Model(
    geometry: geometry,
    species: [try Species(name: "electron", fraction: 0.5), try Species(name: "ion", fraction: 0.5)],
    potentials: try PotentialMatrix(
      geometry: geometry, speciesCount: 2,
      pairs: [(0, 0, try bump(1.0)), (0, 1, try bump(-0.7)), (1, 1, try bump(0.8))]),
    particles: particles)
}
let data = try ProductMixture(
  states: [
    try GaussianState(
      dimension: 3, sigma: [1, 1, 1], drift: [0.2, 0, 0], width: [0.8, 0.8, 0.8], centre: [0, 0, 0]),
    try GaussianState(
      dimension: 3, sigma: [0.6, 0.6, 0.6], drift: [-0.3, 0, 0.1], width: [1.1, 1.1, 1.1],
      centre: [0.5, 0, 0]),
  ])
let point = [PhasePoint(species: 0, xi: SpaceVector(0.7, -0.2, 0.1), eta: SpaceVector(0.4, 0.1, -0.3))]

/// The term and the time it took.
func timed(_ trees: DysonTrees, threads: Int) throws -> (Double, DysonTrees.Term) {
  var term: DysonTrees.Term?
  let time = try seconds {
    term = try trees.term(
      order, at: point, time: 1, budget: .samples(samples), workers: Workers(threads: threads))
  }
  return (time, term!)
}

var results: [String] = []
for sampler in DysonTrees.Sampler.allCases {
  let trees = try DysonTrees(model(nil), initial: data, sampler: sampler)
  let finite = try DysonTrees(model([2, 2]), initial: data, sampler: sampler)
  var best = [1: Double.infinity, 2: Double.infinity]
  var bestFinite = Double.infinity
  var term: DysonTrees.Term?
  for _ in 0..<5 {
    for threads in [1, 2] {
      let (elapsed, result) = try timed(trees, threads: threads)
      best[threads] = min(best[threads] ?? elapsed, elapsed)
      term = result
    }
    bestFinite = min(bestFinite, try timed(finite, threads: 1).0)
  }
  if let term {
    results.append(
      "\"\(sampler.rawValue)\": {\"one\": \(best[1] ?? 0), \"two\": \(best[2] ?? 0), \"finite\": \(bestFinite), \"samples\": \(term.samples), "
        + "\"re\": \(term.value.real), \"im\": \(term.value.imaginary), \"standardError\": \(term.standardError)}"
    )
  }
}
print("{" + results.joined(separator: ", ") + "}")
