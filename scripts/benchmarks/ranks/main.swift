// What ranks cost: agreements, small gathers and exchanges of blocks between neighbours, and the steps of a flow in two dimensions whose modes
// they share, with the largest resident size of every rank. JSON on rank 0; the numbers of Papers/several-machines.md.
//
//     mpirun -n RANKS benchmark-ranks MODES HALF-WIDTH STEPS        (built with --traits MPI)

import BenchmarkKit
import CLibraries
import Foundation
import Interaction
import PhaseSpace
import Vlasov

/// Seconds of one of many, the least of five means.
func least(_ repetitions: Int, _ body: () throws -> Void) rethrows -> Double {
  var best = Double.infinity
  for _ in 0..<5 {
    best = min(best, try seconds { for _ in 0..<repetitions { try body() } } / Double(repetitions))
  }
  return best
}

let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 }) else {
  FileHandle.standardError.write(Data("usage: benchmark-ranks MODES HALF-WIDTH STEPS\n".utf8))
  exit(64)
}
let (modes, half, steps) = (numbers[0], numbers[1], numbers[2])
let ranks = try Ranks.world()

/// Blocks of so many doubles to the next rank and from the one before.
func ringSeconds(_ length: Int) throws -> Double {
  let buffer = UnsafeMutablePointer<Double>.allocate(capacity: 2 * length)
  buffer.initialize(repeating: 1, count: 2 * length)
  defer { buffer.deallocate() }
  let (next, before) = ((ranks.index + 1) % ranks.count, (ranks.index + ranks.count - 1) % ranks.count)
  let transfer = BlockTransfer(
    length: length, from: buffer, to: buffer,
    sending: (0..<ranks.count).map { $0 == next && next != ranks.index ? 0..<1 : 0..<0 },
    receiving: (0..<ranks.count).map { $0 == before && before != ranks.index ? 1..<2 : 0..<0 })
  return try least(max(10, 2_000_000 / (length + 1000))) { try ranks.exchange([transfer]) }
}

let agreement = try least(2000) { try ranks.goOn() }
let gather = try least(2000) { _ = try ranks.gather([1, 2, 3, 4]) }
let ring = try [1, 1 << 10, 1 << 14, 1 << 18, 1 << 20].map { ($0, try ringSeconds($0)) }

let geometry = try PhaseSpaceGeometry(dimension: 2, domain: .torus(length: 1))
let model = try Model(
  geometry: geometry, species: [Species(name: "dust", fraction: 1)],
  potentials: PotentialMatrix(
    geometry: geometry, speciesCount: 1,
    pairs: [
      (
        0, 0,
        try TrigonometricPotential(modes: [
          .init(mode: ModeIndex(1, 0, 0), coefficient: 0.1),
          .init(mode: ModeIndex(0, 1, 0), coefficient: 0.1),
        ])
      )
    ]))
let spacing = 0.25
let lattice = try FourierLattice(
  geometry: geometry, modes: modes, xiExtent: Double(half) * spacing,
  timeStep: 2 * spacing / (2 * Double.pi), masses: [1])
let state = try MaxwellianState(
  geometry: geometry, sigma: [1, 1], drift: [0, 0],
  modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 0.1)])
let flow = try VlasovLattice(
  model: model, states: [state], lattice: lattice, coupling: .nonperturbative, workers: Workers(threads: 1),
  ranks: ranks)
var step = Double.infinity
for _ in 0..<3 { step = min(step, try seconds { try flow.advance(steps: steps) } / Double(steps)) }

let rows = lattice.modeCount / lattice.modesPerAxis * (modes + 1)
let own = [Double(peakBytes()), Double(flow.stateBytes), Double(flow.haloBytes)]
let all = try ranks.gather(own)
if ranks.index == 0 {
  let column = { (place: Int) in stride(from: place, to: all.count, by: own.count).map { Int(all[$0]) } }
  print(
    """
    {"ranks": \(ranks.count), "agreementSeconds": \(agreement), "gatherSeconds": \(gather),
     "ring": \(ring.map { [Double(8 * $0.0), $0.1] }),
     "rows": \(rows), "points": \(lattice.pointCount(0)), "stepSeconds": \(step),
     "secondsPerRowAndStep": \(step / Double(rows)),
     "peakBytes": \(column(0)), "stateBytes": \(column(1)), "haloBytesPerExchange": \(column(2))}
    """)
}
