/// The state of an evolution in named arrays, exact to the bit: what a checkpoint gives back.
public struct SavedState: Sendable, Equatable {
  /// t
  public var time: Double
  /// The numbers, by name.
  public var arrays: [String: [Double]]

  /// The time and the arrays that determine all that follows.
  public init(time: Double, arrays: [String: [Double]] = [:]) {
    self.time = time
    self.arrays = arrays
  }

  /// What the names of arrays begin with that are divided among ranks: whoever reads a checkpoint for all gives them to the first rank
  /// alone.
  public static let divided = "rows/"

  /// Whether an array is divided among ranks, by its name or that of a part.
  public static func isDivided(_ name: String) -> Bool {
    name.hasPrefix(divided) || name.contains("/" + divided)
  }

  /// The array of this name, which must be there, have this many numbers (when given) and hold no NaN or infinity.
  public func array(_ name: String, count: Int? = nil) throws(SavedStateError) -> [Double] {
    guard let values = arrays[name] else {
      throw SavedStateError(array: name, expected: count.map { "\($0) numbers" } ?? "numbers", got: "nothing")
    }
    if let count, values.count != count {
      throw SavedStateError(array: name, expected: "\(count) numbers", got: "\(values.count)")
    }
    guard values.allSatisfy(\.isFinite) else {
      throw SavedStateError(array: name, expected: "finite numbers", got: "NaN or infinity")
    }
    return values
  }
}

/// A saved state that does not fit the evolution it is given to.
public struct SavedStateError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The array at fault.
  public let array: String
  /// What would have fitted.
  public let expected: String
  /// What is there.
  public let got: String

  /// "the saved array 'x': expected …, got …"
  public init(array: String, expected: String, got: String) {
    self.array = array
    self.expected = expected
    self.got = got
  }

  public var description: String { "the saved array '\(array)': expected \(expected), got \(got)" }
}

/// Where an evolution writes its state, array by array, straight from where each lies: a checkpoint need not be held
/// beside the state it is of.
public protocol StateSink {
  /// Takes an array that comes in pieces, all together `count` numbers. A name is given once.
  func write(_ name: String, count: Int, pieces: ((UnsafeBufferPointer<Double>) -> Void) -> Void)

  /// Is told that a part of the state could not be had, and why: what was written is then not the state.
  func fail(_ error: any Error)
}

extension StateSink {
  /// Nothing: for sinks of states that are at hand.
  public func fail(_ error: any Error) {}

  /// Takes an array in one piece.
  public func write(_ name: String, _ values: UnsafeBufferPointer<Double>) {
    write(name, count: values.count) { $0(values) }
  }

  /// Takes an array.
  public func write(_ name: String, _ values: [Double]) {
    values.withUnsafeBufferPointer { write(name, $0) }
  }
}

/// A sink that keeps what it is given.
public final class StateCollector: StateSink {
  /// What was written so far.
  public private(set) var arrays: [String: [Double]] = [:]

  /// Nothing yet.
  public init() {}

  public func write(_ name: String, count: Int, pieces: ((UnsafeBufferPointer<Double>) -> Void) -> Void) {
    var values: [Double] = []
    values.reserveCapacity(count)
    pieces { values.append(contentsOf: $0) }
    arrays[name] = values
  }
}
