import Foundation
import Synchronization

/// The run was asked to stop (SIGINT or SIGTERM); thrown at the next safe point (exit 130).
public struct Interrupted: Error, Sendable {
  public init() {}
}

/// Turns SIGINT and SIGTERM into a flag that the computation looks at between steps.
final class Interruption: Sendable {
  private let flag = Atomic<Bool>(false)
  // Set once and only kept alive; the sources themselves run on their own queue.
  nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

  init() {
    let queue = DispatchQueue(label: "interruption")
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: queue)
    }
    for source in sources {
      source.setEventHandler { [weak self] in self?.flag.store(true, ordering: .releasing) }
      source.resume()
    }
  }

  var isRequested: Bool { flag.load(ordering: .acquiring) }
}
