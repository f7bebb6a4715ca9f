/// A number of things that was computed in floating point, rounded to the nearest integer.
///
/// - Parameters:
///   - most: the largest number that makes sense; NaN and whatever is larger in magnitude is refused.
///   - argument: whose fault such a number is.
///   - expected: what would have been accepted.
/// - Throws: `ArgumentError` instead of the trap of `Int(_:)`.
public func checkedCount(
  _ value: Double, atMost most: Double = 1e15, _ argument: @autoclosure () -> String,
  expected: @autoclosure () -> String
) throws(ArgumentError) -> Int {
  let rounded = value.rounded()
  guard rounded.magnitude <= min(most, 0x1p62) else {
    throw ArgumentError(argument(), expected: expected(), got: "\(value)")
  }
  return Int(rounded)
}
