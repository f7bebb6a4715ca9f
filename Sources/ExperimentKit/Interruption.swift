import Foundation
import Synchronization

/// The run was asked to stop (SIGINT or SIGTERM); thrown at the next safe point (exit 130).
public struct Interrupted: Error, Sendable {
  /// A signal asked the run to stop.
  public init() {}
}

/// Turns SIGINT and SIGTERM into a flag that the computation looks at between steps.
///
/// A computation that has not looked yet has nothing to save: the run is given up at once. So it is when it is asked
/// a second time, a second or more after the first.
final class Interruption: Sendable {
  private let flag = Atomic<Bool>(false)
  private let isObserved = Atomic<Bool>(false)
  // Set once and only kept alive; the sources themselves run on their own queue.
  nonisolated(unsafe) private let sources: [any DispatchSourceSignal]
  private let firstRequest = Mutex<ContinuousClock.Instant?>(nil)
  // Held here and not by the sources, which are let go of later than the run: what it holds must end with the run.
  private let giveUp: @Sendable () -> Void

  /// - Parameter giveUp: ends the process; called on another thread than the computation's.
  init(giveUp: @escaping @Sendable () -> Void) {
    self.giveUp = giveUp
    let queue = DispatchQueue(label: "interruption")
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: queue)
    }
    for source in sources {
      source.setEventHandler { [weak self] in
        guard let self else { return }
        self.flag.store(true, ordering: .releasing)
        let isRepeated = self.firstRequest.withLock { first in
          defer { first = first ?? .now }
          return first.map { ContinuousClock.now - $0 > .seconds(1) } ?? false
        }
        if isRepeated || !self.isObserved.load(ordering: .acquiring) { self.giveUp() }
      }
      source.resume()
    }
  }

  deinit {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }

  /// Whether the run was asked to stop.
  func isRequested() -> Bool {
    isObserved.store(true, ordering: .releasing)
    return flag.load(ordering: .acquiring)
  }
}
