import Foundation

/// A progress line on stderr: what is done, elapsed time, time to go. Nothing when stderr is not a terminal, and
/// nothing for work of less than two seconds.
public final class ProgressLine {
  /// What is being done.
  var label = ""
  private let isShown: Bool
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant
  private var isDrawn = false

  init(isShown: Bool) {
    self.isShown = isShown
    self.last = start
  }

  /// Says how many seconds of work are left; draws at most five times a second.
  func update(remaining: Double?) {
    guard isShown, let remaining else { return }
    let now = ContinuousClock.now
    guard now - start > .seconds(2), now - last > .milliseconds(200) || remaining <= 0 else { return }
    last = now
    let elapsed = Self.seconds(now - start)
    let share = elapsed / (elapsed + remaining)
    let text = Self.text(
      label, "\(Int((share * 100).rounded(.down))) %", elapsed: Self.describe(elapsed),
      remaining: Self.describe(remaining), columns: Self.columns)
    Console.standard.errors("\r\u{1B}[K" + text)
    isDrawn = true
  }

  /// The line, in fewer words where the terminal is narrow: one that wraps could not be drawn over.
  public static func text(
    _ label: String, _ count: String, elapsed: String, remaining: String, columns: Int
  ) -> String {
    let words = [
      "\(label) \(count)  \(elapsed) elapsed, ETA \(remaining)", "\(label) \(count)  ETA \(remaining)",
      "\(count)  ETA \(remaining)", count,
    ]
    return words.first { $0.count < columns } ?? String(count.prefix(max(0, columns - 1)))
  }

  /// Columns of the terminal behind stderr; 80 where it does not say.
  private static var columns: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  /// Removes the line.
  func finish() {
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
