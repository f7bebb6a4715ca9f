import Foundation

/// A progress line on stderr: step, elapsed time, time to go. Nothing when stderr is not a terminal, and
/// nothing for work of less than two seconds.
public final class ProgressLine {
  private let label: String
  private let total: Int
  private let isShown: Bool
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant
  private var isDrawn = false

  init(_ label: String, total: Int, isShown: Bool) {
    self.label = label
    self.total = total
    self.isShown = isShown
    self.last = start
  }

  /// Says that `done` of `total` steps are finished; draws at most five times a second.
  public func update(_ done: Int) {
    guard isShown else { return }
    let now = ContinuousClock.now
    guard now - start > .seconds(2), now - last > .milliseconds(200) || done == total else { return }
    last = now
    let elapsed = Self.seconds(now - start)
    let remaining = done > 0 ? elapsed / Double(done) * Double(max(0, total - done)) : .nan
    let text =
      "\r\u{1B}[K\(label) \(done)/\(total)  \(Self.describe(elapsed)) elapsed, ETA \(Self.describe(remaining))"
    Console.standard.errors(text)
    isDrawn = true
  }

  /// Removes the line.
  public func finish() {
    if isDrawn { Console.standard.errors("\r\u{1B}[K") }
    isDrawn = false
  }

  static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  static func describe(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "–" }
    let whole = Int(min(seconds, 1e9).rounded())
    if whole < 60 { return "\(whole) s" }
    return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
