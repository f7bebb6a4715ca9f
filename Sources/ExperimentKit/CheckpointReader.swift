import CLibraries
import Computing

/// A checkpoint that is checked while it is read. Its checksum says that it is what was written; whether that fits this run
/// is another question. Every array is taken once, by name, with the length it must have; what does not fit is refused with
/// the file and the reason (exit 66), before anything is computed with it.
///
///     if let saved = try run.loadCheckpoint() {
///       let records = try saved.array("records", count: 3 * (try saved.step(in: 1...last)))
///       try saved.fitting { try sums.restore(SavedState(time: 1, arrays: ["sums": try saved.array("sums")])) }
///       try saved.finish()
///     }
public final class CheckpointReader {
  /// How far the run got, as it was written. `step(in:)` checks it.
  public let step: Int
  private var arrays: [String: [Double]]
  private let path: String

  /// - Parameter path: the file, for messages.
  public init(_ checkpoint: Checkpoint, path: String) {
    step = checkpoint.step
    arrays = checkpoint.arrays
    self.path = path
  }

  /// The step.
  /// - Throws: `InputError` when it is not in this range.
  public func step(in range: ClosedRange<Int>) throws(InputError) -> Int {
    guard range.contains(step) else {
      throw error("its step is \(step), not one from \(range.lowerBound) to \(range.upperBound)")
    }
    return step
  }

  /// Whether there is an array of this name that was not yet taken.
  public func has(_ name: String) -> Bool { arrays[name] != nil }

  /// Takes an array.
  /// - Parameters:
  ///   - count: its length; nil when whoever is given it checks that.
  ///   - mayBeNaN: whether the number at a place may be other than finite.
  /// - Throws: `InputError` when it is missing, shorter or longer, or has a number that is not finite.
  public func array(_ name: String, count: Int? = nil, mayBeNaN: (_ place: Int) -> Bool = { _ in false })
    throws(InputError) -> [Double]
  {
    guard let values = arrays.removeValue(forKey: name) else { throw error("the array '\(name)' is missing") }
    if let count, values.count != count {
      throw error("the array '\(name)' has \(values.count) numbers instead of \(count)")
    }
    if let place = values.indices.first(where: { !values[$0].isFinite && !mayBeNaN($0) }) {
      throw error("number \(place) of the array '\(name)' is \(values[place])")
    }
    return values
  }

  /// Takes all arrays whose names begin with a prefix, by the rest of their names. Who is given them checks them.
  func arrays(under prefix: String) -> [String: [Double]] {
    var taken: [String: [Double]] = [:]
    for name in arrays.keys where name.hasPrefix(prefix) {
      taken[String(name.dropFirst(prefix.count))] = arrays.removeValue(forKey: name)
    }
    return taken
  }

  /// Takes an array of whole numbers in a range.
  /// - Throws: as `array`; `InputError` when a number is no integer of the range.
  public func integers(_ name: String, count: Int? = nil, in range: ClosedRange<Int>) throws(InputError)
    -> [Int]
  {
    var integers: [Int] = []
    for (place, value) in try array(name, count: count).enumerated() {
      guard let integer = Int(exactly: value), range.contains(integer) else {
        throw error(
          "number \(place) of the array '\(name)' is \(value), no integer from \(range.lowerBound) to "
            + "\(range.upperBound)")
      }
      integers.append(integer)
    }
    return integers
  }

  /// Hands parts of the checkpoint to a library that checks them itself: what it refuses is the checkpoint's fault.
  public func fitting<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let refusal as ArgumentError {
      throw error("\(refusal.argument): expected \(refusal.expected), got \(refusal.got)")
    } catch let refusal as SavedStateError {
      throw error("\(refusal)")
    }
  }

  /// To be called when everything was taken.
  /// - Throws: `InputError` when an array is left over.
  public func finish() throws(InputError) {
    if let name = arrays.keys.min() { throw error("this run has no array '\(name)'") }
  }

  /// "…/checkpoint: the checkpoint does not fit this run: why; remove it to start anew"
  public func error(_ reason: String) -> InputError {
    InputError(
      path: path, reason: "the checkpoint does not fit this run: \(reason); remove it to start anew")
  }
}
