// From one time to the next in equal steps no longer than a largest one:
//
//     n = max(1, ⌈(t₁ − t₀)/Δt − 10⁻⁹⌉),     h = (t₁ − t₀)/n.
//
// The slack keeps an interval of k steps at k steps when the quotient is rounded upwards. Number and length are settled when
// the interval begins and saved with the state, so that a resumed run takes the steps that were left.

import CLibraries
import Computing

/// The steps of one interval, some of them taken.
struct EqualSteps: Hashable {
  /// t₀
  let start: Double
  /// t₁
  let end: Double
  /// n
  let count: Int
  /// How many have been taken.
  private(set) var taken = 0

  /// No interval: a state at rest at this time.
  init(at time: Double) {
    start = time
    end = time
    count = 0
  }

  /// - Throws: `ArgumentError` for an end that is not later or not finite, or more than 10⁹ steps away.
  init(from start: Double, to end: Double, largest: Double) throws {
    guard end > start, end.isFinite else {
      throw ArgumentError("time", expected: "a time from \(start) on", got: "\(end)")
    }
    let steps = ((end - start) / largest - 1e-9).rounded(.up)
    guard steps <= 1e9 else {
      throw ArgumentError("time", expected: "at most 10⁹ steps of \(largest) from \(start)", got: "\(end)")
    }
    self.start = start
    self.end = end
    count = max(1, Int(steps))
  }

  /// h
  var length: Double { (end - start) / Double(count) }
  /// Whether there are steps left.
  var isUnfinished: Bool { taken < count }
  /// Whether the steps that are left lead to this time.
  func leads(to time: Double) -> Bool { isUnfinished && end == time }
  /// The time after the steps taken; t₁ itself after the last.
  var time: Double { isUnfinished ? start + Double(taken) * length : end }

  /// One more has been taken.
  mutating func take() { taken += 1 }

  /// t₀, t₁, n and the steps taken, as a saved state holds them.
  var numbers: [Double] { [start, end, Double(count), Double(taken)] }

  /// From saved numbers.
  /// - Throws: `SavedStateError` when they are no interval, or not one that has come to the state's time.
  init(_ state: SavedState, _ name: String) throws(SavedStateError) {
    let numbers = try state.array(name, count: 4)
    guard let count = Int(exactly: numbers[2]), let taken = Int(exactly: numbers[3]), count >= 0,
      count <= 1_000_000_000, (0...count).contains(taken), numbers[0] <= numbers[1]
    else {
      throw SavedStateError(array: name, expected: "two times, steps and steps taken", got: "\(numbers)")
    }
    start = numbers[0]
    end = numbers[1]
    self.count = count
    self.taken = taken
    guard time == state.time else {
      throw SavedStateError(
        array: name, expected: "an interval that has come to \(state.time)", got: "\(time)")
    }
  }
}
