// Times the Vlasov flow and the Dyson jets on the lattice of the main job's default, beside the memory bandwidth and
// the matrix-product rate of this machine; prints JSON for scripts/benchmarks/dyson-series.py.
//
//     benchmark-dyson-series THREADS            the default lattice, its scaling, the machine's limits
//     benchmark-dyson-series THREADS memory     d = 3: 7³ modes × 33³ ξ points, L = 4, flow and jets
//     benchmark-dyson-series THREADS flow MODES EXTENT STEP TIME     the flow alone, and the modes of its densities
//     benchmark-dyson-series THREADS landau MODES EXTENT STEP TIME K AMPLITUDE M DXI   electrons on a fixed background; DXI 0: κΔt/2m
//     benchmark-dyson-series THREADS nodes STEP …     the main job by nodes, and on lattices of these steps

import BenchmarkKit
import CLibraries
import Foundation
import Interaction
import Numerics
import PhaseSpace
import Vlasov

let threads = CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1]) ?? 1 : 1
let workers = Workers(threads: threads)
MatrixProduct.setThreads(1)

/// The two-species model of the main job in d dimensions.
func model(dimension: Int) throws -> Model {
  let geometry = try PhaseSpaceGeometry(
    dimension: dimension, domain: .torus(length: DecimalNumber(2 * Double.pi)))
  func potential(_ v: DecimalNumber) throws -> TrigonometricPotential {
    try TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: v)])
  }
  return try Model(
    geometry: geometry,
    species: [Species(name: "electron", fraction: 0.5), Species(name: "ion", fraction: 0.5)],
    potentials: PotentialMatrix(
      geometry: geometry, speciesCount: 2,
      pairs: [(0, 0, try potential(0.5)), (0, 1, try potential(-0.4)), (1, 1, try potential(0.3))]))
}

func states(_ model: Model) throws -> [any OneParticleState] {
  let d = model.geometry.dimension
  return try [(1.0, 0.3), (0.6, -0.2)].map { sigma, amplitude in
    try MaxwellianState(
      geometry: model.geometry, sigma: Array(repeating: sigma, count: d),
      drift: Array(repeating: 0, count: d),
      modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: amplitude)])
  }
}

/// The shortest time of a step, and the size of the state.
func stepTime(modes: Int, extent: Double, coupling: VlasovLattice.Coupling, steps: Int = 8) throws -> (
  seconds: Double, stateBytes: Int, points: Int
) {
  let model = try model(dimension: 1)
  let lattice = try FourierLattice(
    geometry: model.geometry, modes: modes, xiExtent: extent, timeStep: 0.05, masses: [1, 1])
  let evolution = try VlasovLattice(
    model: model, states: states(model), lattice: lattice, coupling: coupling, workers: workers)
  try evolution.advance(steps: 2)
  var best = Double.infinity
  for _ in 0..<5 { best = min(best, try seconds { try evolution.advance(steps: steps) } / Double(steps)) }
  return (best, evolution.stateBytes / 4, lattice.pointCount(0))
}

/// The rate of zgemm on square matrices, one product per thread.
func matrixProductRate() -> Double {
  let n = 384
  let size = n * n
  let pool = UnsafeMutablePointer<Complex<Double>>.allocate(capacity: 3 * size * threads)
  pool.initialize(repeating: Complex(0.5, 0.25), count: 3 * size * threads)
  defer { pool.deallocate() }
  nonisolated(unsafe) let matrices = pool
  var best = Double.infinity
  for _ in 0..<5 {
    best = min(
      best,
      seconds {
        workers.forEachPiece(of: threads) { _, range in
          for thread in range {
            let a = matrices + 3 * size * thread
            MatrixProduct.multiply(
              n, n, n, a, stride: n, .plain, a + size, stride: n, .plain, into: a + 2 * size, stride: n)
          }
        }
      })
  }
  return 8 * Double(n * n * n * threads) / best
}

func memoryRun() throws {
  let model = try model(dimension: 3)
  // Δξ = κΔt/2 = 0.0625 at Δt = 0.125; 16 points on each side.
  let lattice = try FourierLattice(
    geometry: model.geometry, modes: 3, xiExtent: 1.0, timeStep: 0.125, masses: [1, 1])
  let flow = try VlasovLattice(
    model: model, states: states(model), lattice: lattice, coupling: .nonperturbative, workers: workers)
  let jets = try VlasovLattice(
    model: model, states: states(model), lattice: lattice, coupling: .perturbative(orders: 4),
    workers: workers)
  let time = try seconds {
    try flow.advance(steps: 2)
    try jets.advance(steps: 2)
  }
  print(
    """
    {"modes": \(lattice.modesPerAxis), "points": \(lattice.pointsPerAxis(0)), "secondsPerStep": \(time / 2), \
    "peakBytes": \(peakBytes()), "stateBytes": \(flow.stateBytes + jets.stateBytes)}
    """)
}

/// The shortest of three runs to a time, and w^α(0,κn), n = 1 … 4, as it prints them.
func flowRun(_ numbers: [Double]) throws {
  let model = try model(dimension: 1)
  let lattice = try FourierLattice(
    geometry: model.geometry, modes: Int(numbers[0]), xiExtent: numbers[1], timeStep: numbers[2],
    masses: [1, 1])
  let steps = Int((numbers[3] / numbers[2]).rounded())
  var best = Double.infinity
  var densities: [Double] = []
  for _ in 0..<3 {
    let flow = try VlasovLattice(
      model: model, states: states(model), lattice: lattice, coupling: .nonperturbative, workers: workers)
    best = min(best, try seconds { try flow.advance(steps: steps) })
    densities = (0..<2).flatMap { species in
      (1...4).flatMap { n -> [Double] in
        let w = flow.gridValue(species: species, order: 0, mode: ModeIndex(n, 0, 0), point: .zero)
        return [w.real, w.imaginary]
      }
    }
  }
  print("{\"seconds\": \(best), \"densities\": \(densities)}")
}

/// One species, T = σ² = 0.64, cosine potential of 0.5, in any dimension: modes, ξ extent, Δt, t, Δξ (0: κΔt/2m), d; prints as
/// `flowRun` the densities of n = (1 … 4, 0, 0) as far as there are modes.
func spacingRun(_ numbers: [Double]) throws {
  let d = Int(numbers[5])
  let geometry = try PhaseSpaceGeometry(dimension: d, domain: .torus(length: DecimalNumber(2 * Double.pi)))
  let cosine = try TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: 0.5)])
  let model = try Model(
    geometry: geometry, species: [Species(name: "a", fraction: 1)],
    potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, cosine)]))
  let state = try MaxwellianState(
    geometry: geometry, sigma: Array(repeating: 0.8, count: d), drift: Array(repeating: 0, count: d),
    modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 0.5)])
  let lattice = try FourierLattice(
    model, modes: Int(numbers[0]), xiExtents: [numbers[1]], timeStep: numbers[2],
    xiSteps: numbers[4] > 0 ? [numbers[4]] : nil)
  let steps = Int((numbers[3] / numbers[2]).rounded())
  var best = Double.infinity
  var densities: [Double] = []
  for _ in 0..<(d == 1 ? 5 : 1) {
    let flow = try VlasovLattice(
      model: model, states: [state], lattice: lattice, coupling: .nonperturbative, workers: workers)
    best = min(best, try seconds { try flow.advance(steps: steps) })
    densities = (1...min(4, lattice.modes)).flatMap { n -> [Double] in
      let w = flow.gridValue(species: 0, order: 0, mode: ModeIndex(n, 0, 0), point: .zero)
      return [w.real, w.imaginary]
    }
  }
  print("{\"seconds\": \(best), \"densities\": \(densities)}")
}

/// Electrons on a fixed background, σ = ω_p = 1, with the field of the modes 1 … M and Δξ (0: κΔt/2m); as `flowRun`, n = 1, 2.
func landauRun(_ numbers: [Double]) throws {
  let geometry = try PhaseSpaceGeometry(
    dimension: 1, domain: .torus(length: DecimalNumber(2 * Double.pi / numbers[4])))
  let model = try Model(
    geometry: geometry, species: [Species(name: "electron", fraction: 1)],
    potentials: PotentialMatrix(
      geometry: geometry, speciesCount: 1,
      pairs: [(0, 0, try InversePowerPotential(factors: [1], modes: Int(numbers[6])))]))
  let state = try MaxwellianState(
    geometry: geometry, sigma: [1], drift: [0],
    modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: numbers[5])])
  let lattice = try FourierLattice(
    model, modes: Int(numbers[0]), xiExtents: [numbers[1]], timeStep: numbers[2],
    xiSteps: numbers[7] > 0 ? [numbers[7]] : nil)
  var best = Double.infinity
  var densities: [Double] = []
  for _ in 0..<3 {
    let flow = try VlasovLattice(
      model: model, states: [state], lattice: lattice, coupling: .nonperturbative, workers: workers)
    let steps = Int((numbers[3] / numbers[2]).rounded())
    best = min(best, try seconds { try flow.advance(steps: steps) })
    densities = (1...2).flatMap { n -> [Double] in
      let w = flow.gridValue(species: 0, order: 0, mode: ModeIndex(n, 0, 0), point: .zero)
      return [w.real, w.imaginary]
    }
  }
  print("{\"seconds\": \(best), \"densities\": \(densities)}")
}

if CommandLine.arguments.count > 2, CommandLine.arguments[2] == "memory" {
  try memoryRun()
} else if CommandLine.arguments.count > 3, CommandLine.arguments[2] == "nodes" {
  let model = try model(dimension: 1)
  try nodesRun(
    model, states(model), steps: CommandLine.arguments.dropFirst(3).compactMap { Double($0) },
    workers: workers)
} else if CommandLine.arguments.count == 9, CommandLine.arguments[2] == "spacing" {
  try spacingRun(CommandLine.arguments.dropFirst(3).map { Double($0) ?? 0 })
} else if CommandLine.arguments.count == 7, CommandLine.arguments[2] == "flow" {
  try flowRun(CommandLine.arguments.dropFirst(3).map { Double($0) ?? 0 })
} else if CommandLine.arguments.count == 11, CommandLine.arguments[2] == "landau" {
  try landauRun(CommandLine.arguments.dropFirst(3).map { Double($0) ?? 0 })
} else {
  func entry(_ name: String, _ x: Double, _ result: (seconds: Double, stateBytes: Int, points: Int)) -> String
  {
    "{\"kind\": \"\(name)\", \"x\": \(x), \"seconds\": \(result.seconds), \"stateBytes\": \(result.stateBytes), \"points\": \(result.points)}"
  }
  var entries: [String] = []
  entries.append(entry("flow", 1, try stepTime(modes: 14, extent: 16, coupling: .nonperturbative)))
  entries.append(entry("jets", 12, try stepTime(modes: 14, extent: 16, coupling: .perturbative(orders: 12))))
  for orders in [4, 8, 16, 32] {
    entries.append(
      entry(
        "orders", Double(orders),
        try stepTime(modes: 14, extent: 16, coupling: .perturbative(orders: orders), steps: 4)))
  }
  for modes in [7, 14, 28] {
    entries.append(
      entry(
        "modes", Double(modes),
        try stepTime(modes: modes, extent: 16, coupling: .perturbative(orders: 12), steps: 4)))
  }
  for extent in [8.0, 16, 32] {
    entries.append(
      entry(
        "extent", extent,
        try stepTime(modes: 14, extent: extent, coupling: .perturbative(orders: 12), steps: 4)))
  }
  print(
    """
    {"triad": \(triadBandwidth(workers)), "zgemm": \(matrixProductRate()), "entries": [\(entries.joined(separator: ", "))]}
    """)
}
