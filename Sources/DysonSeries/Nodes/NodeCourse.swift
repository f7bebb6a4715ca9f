import CLibraries
import Computing

/// A way from one time to another in equal steps. What is stopped on it goes on in the same steps.
struct NodeCourse: Sendable, Hashable {
  let start, end: Double
  let steps: Int
  var done = 0

  /// In steps no longer than `longest`.
  /// - Throws: `ArgumentError` when they would be 10⁹ or more.
  init(from start: Double, to end: Double, longest: Double) throws(ArgumentError) {
    let steps = ((end - start) / longest - 1e-9).rounded(.up)
    guard steps < 1e9 else {
      throw ArgumentError("time", expected: "one in fewer than 10⁹ steps", got: "\(end)")
    }
    (self.start, self.end, self.steps) = (start, end, max(1, Int(steps)))
  }

  var step: Double { (end - start) / Double(steps) }
  /// Where the next step ends.
  var next: Double { done + 1 == steps ? end : start + Double(done + 1) * step }
  var isDone: Bool { done == steps }

  /// As a checkpoint holds it.
  var numbers: [Double] { [start, end, Double(steps), Double(done)] }

  /// From `numbers`, nil from none.
  init?(_ numbers: [Double]) throws(SavedStateError) {
    if numbers.isEmpty { return nil }
    guard numbers.count == 4, let steps = Int(exactly: numbers[2]), let done = Int(exactly: numbers[3]),
      numbers[0] < numbers[1], (1..<max(2, steps)).contains(done)
    else {
      throw SavedStateError(array: "course", expected: "a way that is not at its end", got: "\(numbers)")
    }
    (start, end, self.steps, self.done) = (numbers[0], numbers[1], steps, done)
  }
}
