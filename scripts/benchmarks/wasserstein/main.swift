// The distance of two smooth histograms, timed from the masses to the certificate: one JSON line for wasserstein.py.
//
//     benchmark-wasserstein CELLS euclidean|taxicab THREADS        (CELLS × CELLS)

import CLibraries
import Foundation
import PhaseSpace
import Wasserstein

func peakBytes() -> Int {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss * 1024
}

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 3, let cells = Int(arguments[1]), let metric = GroundMetric(rawValue: arguments[2]),
  let threads = Int(arguments[3])
else {
  FileHandle.standardError.write(Data("usage: benchmark-wasserstein CELLS METRIC THREADS\n".utf8))
  exit(64)
}
let grid = try PhaseSpaceGrid(positions: cells, momenta: cells, period: 2 * .pi, momentumRange: -1.2...1.2)
var (a, b) = ([Double](), [Double]())
for q in grid.positionCentres {
  for p in grid.momentumCentres {
    a.append(exp(-pow(p - 0.3 * cos(q), 2) / 0.2) * (1 + 0.3 * cos(q)))
    b.append(exp(-pow(p + 0.25 * sin(2 * q), 2) / 0.25) * (1 - 0.4 * cos(q - 1)))
  }
}
let before = peakBytes()
let start = DispatchTime.now().uptimeNanoseconds
let distance = try wassersteinDistance(
  PhaseSpaceHistogram(a, on: grid), PhaseSpaceHistogram(b, on: grid), metric: metric,
  workers: Workers(threads: threads))
let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
print(
  """
  {"seconds": \(seconds), "value": \(distance.value), "gap": \(distance.gap), "rounds": \(distance.rounds), \
  "arcs": \(distance.arcs), "bytes": \(peakBytes() - before), "peakBytes": \(peakBytes())}
  """)
