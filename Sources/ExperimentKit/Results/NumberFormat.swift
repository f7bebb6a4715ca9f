/// How a column prints its numbers.
///
///     .number("slope", heading: "slope", format: NumberFormat.short(3)) { $0.slope }
public enum NumberFormat {
  /// "1.23e-05"
  public static func scientific(_ digits: Int = 2) -> (Double) -> String {
    { $0.scientific(digits) }
  }

  /// Up to this many significant digits: "0.25", "1.5".
  public static func short(_ digits: Int = 6) -> (Double) -> String {
    { $0.short(digits) }
  }
}
