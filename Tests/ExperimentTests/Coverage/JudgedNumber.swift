import Foundation
import Testing

/// A printed number with its error bar, beside the same number known better.
struct JudgedNumber: CustomStringConvertible {
  /// What the number is known better by.
  enum Bar {
    /// An estimate of the error, which is to be of its size.
    case estimate
    /// A bound of all there can be, which may be far above it.
    case bound
  }

  let name: String
  let value: Double
  let error: Double
  let better: Double
  let betterError: Double
  /// Whether a figure of resolution, or the row itself, says that it is not to be believed.
  let isFlagged: Bool
  var bar = Bar.estimate

  /// How far it is off.
  var distance: Double { (value - better).magnitude }
  /// Rounding of two programs' sums; a bar that is missing, or a number that is, is outside.
  var isInside: Bool { distance <= error + betterError + 1e-14 }
  /// Bar over error, where the better number is good enough to know the error.
  var width: Double? {
    bar == .estimate && distance > 3 * betterError && distance > 1e-13 ? error / distance : nil
  }

  var description: String { "\(name): \(value) ± \(error), but \(better) ± \(betterError)" }
}

/// How often bars cover, and how wide they are.
struct Coverage {
  private(set) var numbers: [JudgedNumber] = []

  mutating func add(_ more: [JudgedNumber]) { numbers += more }

  private var believed: [JudgedNumber] { numbers.filter { !$0.isFlagged } }
  /// Those that nothing warns of and that are off by more than they say.
  var outside: [JudgedNumber] { believed.filter { !$0.isInside } }
  /// Of those that nothing warns of, the share inside; 1 of none.
  var share: Double {
    believed.isEmpty ? 1 : Double(believed.filter(\.isInside).count) / Double(believed.count)
  }
  /// The median of bar over error; nil where no error is known.
  var medianWidth: Double? {
    let widths = believed.compactMap(\.width).sorted()
    return widths.isEmpty ? nil : widths[widths.count / 2]
  }

  /// Of flagged numbers, too.
  var summary: String {
    let flagged = numbers.filter(\.isFlagged)
    return
      "\(believed.count) numbers believed, \(outside.count) outside, bars \(medianWidth.map { "\($0)" } ?? "–") "
      + "times the error in the median of \(believed.compactMap(\.width).count); "
      + "\(flagged.count) flagged, \(flagged.filter { !$0.isInside }.count) of them outside"
  }
}

/// summary.json of a run.
struct RunSummary {
  let object: [String: Any]

  /// The rows of a list.
  func rows(_ key: String = "rows") throws -> [[String: Any]] {
    try #require(object[key] as? [[String: Any]])
  }

  /// Whether any figure of resolution fails up to a time; those whose name begins with a word left out.
  func isFlagged(until time: Double, except prefix: String = "–") -> Bool {
    ((object["resolution"] as? [[String: Any]]) ?? []).contains {
      $0["resolved"] as? Bool != true && ($0["time"] as? Double ?? 0) <= time
        && !($0["name"] as? String ?? "").hasPrefix(prefix)
    }
  }

  /// The rows of two runs with the same values of these keys, side by side.
  static func paired(_ own: [[String: Any]], _ better: [[String: Any]], by keys: [String]) throws
    -> [(own: [String: Any], better: [String: Any], name: String)]
  {
    func name(_ row: [String: Any]) -> String {
      keys.map { "\($0) \(row[$0].map { "\($0)" } ?? "–")" }.joined(separator: ", ")
    }
    let byName = Dictionary(better.map { (name($0), $0) }) { first, _ in first }
    return try own.map { (own: $0, better: try #require(byName[name($0)], "\(name($0))"), name: name($0)) }
  }
}

extension [String: Any] {
  func number(_ key: String) throws -> Double { try #require(self[key] as? Double, "\(key) of \(self)") }
  func numbers(_ key: String) throws -> [Double] { try #require(self[key] as? [Double], "\(key) of \(self)") }
}
