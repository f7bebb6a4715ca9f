import Foundation
import Synchronization

/// The run was asked to stop (SIGINT or SIGTERM); thrown at the next safe point (exit 130).
public struct Interrupted: Error, Sendable {
  /// A signal asked the run to stop.
  public init() {}
}

/// Turns SIGINT and SIGTERM into a flag that the computation looks at between steps, and ends the process in time when it
/// does not look.
///
/// The run is given up, from another thread, four seconds after the first request when it has not ended by itself (a
/// factorisation, one transport problem, one long step), a second or more after it when it is asked again, and at once
/// when the computation has never looked: then it has nothing to save. Giving up keeps the state that is lent to `keeping`,
/// else the last checkpoint. What must not be cut off (a checkpoint, the results) is done in `protecting`.
final class Interruption: Sendable {
  private struct State {
    var firstRequest: ContinuousClock.Instant?
    var protections = 0
    var keep: (() -> Void)?
    /// Ends the process.
    var giveUp: (() -> Void)?
  }

  private let flag = Atomic<Bool>(false)
  private let isObserved = Atomic<Bool>(false)
  // Set once and only kept alive; the sources themselves run on their own queue.
  nonisolated(unsafe) private let sources: [any DispatchSourceSignal]
  // Held here and not by the sources, which are let go of later than the run: what it holds must end with the run. The
  // lock is held while the process is given up, so that nothing protected begins then.
  nonisolated(unsafe) private var state = State()
  private let lock = NSLock()
  private let queue = DispatchQueue(label: "interruption")

  /// How long the computation may take to answer.
  private static let patience = 4.0

  /// A signal came before the sources had taken over.
  private static let cameEarly = Atomic<Bool>(false)

  /// From here on signals are noted; nothing is done about them before `arm`.
  init() {
    let queue = queue
    Self.cameEarly.store(false, ordering: .releasing)
    sources = [SIGINT, SIGTERM].map { number in
      // Not SIG_IGN, which loses what comes before the source takes over, and what was blocked by whoever started the program.
      signal(number) { _ in Interruption.cameEarly.store(true, ordering: .releasing) }
      return DispatchSource.makeSignalSource(signal: number, queue: queue)
    }
    for source in sources {
      source.setEventHandler { [weak self] in self?.request() }
      source.setRegistrationHandler { [weak self] in
        if Self.cameEarly.load(ordering: .acquiring) { self?.request() }
      }
      source.resume()
    }
  }

  deinit {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }

  /// Says how to end the process, on another thread, when the computation does not; at once when it was already asked to.
  func arm(_ giveUp: @escaping () -> Void) {
    lock.withLock { state.giveUp = giveUp }
    if flag.load(ordering: .acquiring) { endWhenPossible() }
  }

  /// The computation is over, or on its way out.
  func disarm() { lock.withLock { state.giveUp = nil } }

  /// Whether the run was asked to stop.
  func isRequested() -> Bool {
    isObserved.store(true, ordering: .releasing)
    return flag.load(ordering: .acquiring)
  }

  /// Work during which the run is not given up.
  func protecting<Result>(_ work: () throws -> Result) rethrows -> Result {
    lock.withLock { state.protections += 1 }
    defer { lock.withLock { state.protections -= 1 } }
    return try work()
  }

  /// Work during which nothing changes what `keep` saves when the run is given up.
  func keeping<Result>(_ keep: () -> Void, _ work: () throws -> Result) rethrows -> Result {
    try withoutActuallyEscaping(keep) { keep in
      let outer = state.keep
      lock.withLock { state.keep = keep }
      defer { lock.withLock { state.keep = outer } }
      return try work()
    }
  }

  private func request() {
    flag.store(true, ordering: .releasing)
    let now = ContinuousClock.now
    let first = lock.withLock {
      state.firstRequest = state.firstRequest ?? now
      return state.firstRequest ?? now
    }
    if now - first > .seconds(1) || !isObserved.load(ordering: .acquiring) {
      endWhenPossible()
    } else if first == now {
      queue.asyncAfter(deadline: .now() + Self.patience) { [weak self] in self?.endWhenPossible() }
    }
  }

  /// Gives the run up; looks again soon when it is just being saved.
  private func endWhenPossible() {
    let isOver = lock.withLock {
      guard state.protections == 0, let giveUp = state.giveUp else { return state.giveUp == nil }
      state.keep?()
      giveUp()
      return true
    }
    guard !isOver else { return }
    queue.asyncAfter(deadline: .now() + 0.1) { [weak self] in self?.endWhenPossible() }
  }
}
