import BenchmarkKit
import CLibraries
import DysonSeries
import Interaction
import Numerics
import PhaseSpace

/// The main job to t = 2 at four times and L = 12, with its errors, by nodes and on lattices of ever finer steps: seconds, the largest
/// error that each says it has, and the largest distance of the lattice's values from the nodes'.
func nodesRun(_ model: Model, _ states: [any OneParticleState], steps: [Double], workers: Workers) throws {
  let initial = try ProductMixture(states: states)
  let points = try [(0, 0.5, 1), (1, 1.0, 1)].map { species, xi, mode in
    try Point(
      [
        PhasePoint(
          species: species, xi: SpaceVector(components: [xi]), eta: SpaceVector(components: [Double(mode)]))
      ],
      in: model.geometry)
  }
  let times = [0.4, 0.8, 1.4, 2.0]
  func largest(_ rows: [DysonRemainderRow]) -> Double {
    rows.reduce(0) { max($0, $1.errors.exact, $1.errors.terms.max() ?? 0) }
  }
  let study = try DysonNodes(model: model, initial: initial, times: times, points: points, orders: 12)
  var rows: [DysonRemainderRow] = []
  var best = Double.infinity
  for _ in 0..<3 { best = min(best, try seconds { rows = try study.run(workers: workers) }) }
  let lattices = try steps.map { step -> String in
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 14, xiExtent: 16, timeStep: step, masses: model.masses)
    let study = try DysonRemainder(
      model: model, initial: initial, lattice: lattice, times: times, points: points, orders: 12)
    var found: [DysonRemainderRow] = []
    let time = try seconds { found = try study.run(workers: workers) }
    let distance = zip(found, rows).reduce(0.0) { distance, pair in
      zip([pair.0.exact] + pair.0.terms, [pair.1.exact] + pair.1.terms).reduce(distance) {
        max($0, ($1.0 - $1.1).length)
      }
    }
    return
      "{\"step\": \(step), \"seconds\": \(time), \"error\": \(largest(found)), \"distance\": \(distance)}"
  }
  print(
    "{\"seconds\": \(best), \"error\": \(largest(rows)), \"lattices\": [\(lattices.joined(separator: ", "))]}"
  )
}
