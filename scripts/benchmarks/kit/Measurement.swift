// What every benchmark program measures: time, memory, and the bandwidth of the machine.

public import CLibraries
import Foundation

/// The wall time of `body`.
public func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  let duration = ContinuousClock.now - start
  return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

/// The largest resident size of this process so far.
public func peakBytes() -> Int {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss * 1024
}

/// a ← b + s·c over arrays beyond the caches, 24 bytes an element: bytes per second, best of seven.
public func triadBandwidth(_ workers: Workers) -> Double {
  let count = 1 << 24
  let arrays = (0..<3).map { _ in UnsafeMutablePointer<Double>.allocate(capacity: count) }
  for array in arrays { array.initialize(repeating: 1, count: count) }
  defer { for array in arrays { array.deallocate() } }
  nonisolated(unsafe) let (a, b, c) = (arrays[0], arrays[1], arrays[2])
  var best = Double.infinity
  for _ in 0..<7 {
    best = min(
      best,
      seconds {
        workers.forEachRange(of: count) { range in
          for i in range { a[i] = b[i] + 0.5 * c[i] }
        }
      })
  }
  return 24 * Double(count) / best
}
