// The many-body side, timed: one JSON line for many-body.py.
//
//     benchmark-many-body exact CUTOFF STEPS THREADS           (4,4) fermions on 2·CUTOFF + 1 plane waves, steps of 0.1
//     benchmark-many-body hartree-fock N POINTS THREADS        one Strang step with exchange, N particles in all
//     benchmark-many-body husimi N GRID THREADS                m(q,p) on GRID × GRID points, N orbitals in all

import BenchmarkKit
import CLibraries
import Foundation
import Husimi
import ManyBody
import Numerics

let period = 2 * Double.pi

func interaction() throws -> InteractionModes {
  func list(_ v: [Double]) -> [InteractionModes.Coefficient] {
    (-2...2).map { InteractionModes.Coefficient(mode: .init($0, 0, 0), value: v[abs($0)]) }
  }
  let v12 = list([-0.2, -0.6, 0.1])
  return try InteractionModes(speciesCount: 2, [list([0.3, 0.5, 0.2]), v12, v12, list([0.1, 0.4, -0.15])])
}

let profiles = [
  try OrbitalProfile(amplitude: 0.3, phase: 0, momentum: 0.25),
  try OrbitalProfile(amplitude: -0.2, phase: 0.5, momentum: -0.15),
]

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 4, let size = Int(arguments[1]), let second = Int(arguments[2]),
  let threads = Int(arguments[3])
else {
  FileHandle.standardError.write(Data("usage: benchmark-many-body exact|hartree-fock|husimi …\n".utf8))
  exit(64)
}
let workers = Workers(threads: threads)
MatrixProduct.setThreads(threads)

switch arguments[0] {
case "exact":
  let waves = try PlaneWaves(cutoff: size, period: period)
  var hamiltonian: Hamiltonian?
  var state: FockState?
  let build = try seconds {
    let space = try FockSpace(waves: waves, particles: [4, 4])
    hamiltonian = try Hamiltonian(space: space, interaction: interaction(), workers: workers)
    state = try SlaterDeterminant(
      orbitals: profiles.map { try $0.orbitals(waves: waves, count: 4, total: 8, hbar: 1.0 / 8).orbitals }
    ).state(in: space)
  }
  let propagator = try ChebyshevPropagator(hamiltonian!, tolerance: 1e-11)
  var vector = try hamiltonian!.vector(of: state!)
  state = nil
  var error = 0.0
  let before = peakBytes()
  let evolution = try seconds {
    for _ in 0..<second { error += try propagator.advance(&vector, by: 0.1) }
  }
  let norm = vector.reduce(0) { $0 + $1.lengthSquared }
  print(
    """
    {"build": \(build), "evolution": \(evolution), "error": \(error), "norm": \(norm), \
    "dimension": \(vector.count), "vectors": \(Double(peakBytes()) / Double(16 * vector.count)), \
    "addedVectors": \(Double(peakBytes() - before) / Double(16 * vector.count)), "peakBytes": \(peakBytes())}
    """)
case "hartree-fock":
  let hf = try HartreeFock(
    interaction: interaction(), period: period, particles: [size / 2, size / 2], masses: [1, 1],
    profiles: profiles, points: second, workers: workers)
  try hf.step(0.025, .second)
  var best = Double.infinity
  for _ in 0..<3 { best = min(best, try seconds { try hf.step(0.025, .second) }) }
  print(
    """
    {"step": \(best), "kinetic": \(hf.kineticEnergy(0)), "energy": \(hf.energy.total), \
    "peakBytes": \(peakBytes())}
    """)
case "husimi":
  let hf = try HartreeFock(
    interaction: interaction(), period: period, particles: [size, size], masses: [1, 1], profiles: profiles,
    points: HartreeFock.gridPoints(
      profiles: profiles, particles: [size, size], period: period, highestMode: 2),
    workers: workers)
  let slater = try hf.slaterDeterminant()
  let momenta = (0..<second).map { -0.8 + 1.6 * Double($0) / Double(second - 1) }
  var grid: HusimiGrid?
  var best = Double.infinity
  for _ in 0..<3 {
    best = min(
      best,
      try seconds {
        grid = try HusimiGrid(
          of: slater, species: 0, window: GaussianWindow(width: 1), positions: second, momenta: momenta,
          workers: workers)
      })
  }
  print(
    """
    {"seconds": \(best), "modes": \(slater.waves.count), "orbitals": \(size), \
    "max": \(grid!.values.max()!), "peakBytes": \(peakBytes())}
    """)
default:
  FileHandle.standardError.write(Data("usage: benchmark-many-body exact|hartree-fock|husimi …\n".utf8))
  exit(64)
}
