import CLibraries
import Foundation

/// A table for people: columns aligned, numbers to the right, texts to the left.
public struct TextTable: Sendable {
  /// The heads of the columns.
  public let columns: [String]
  private var rows: [[String]] = []

  /// The headings, one a column.
  public init(_ columns: [String]) { self.columns = columns }

  /// Adds a row; missing cells are empty, long ones cut, control characters written by their numbers.
  public mutating func add(_ cells: [String]) { rows.append(cells.map { MessageText.shown($0) }) }

  /// Whether it has no rows.
  public var isEmpty: Bool { rows.isEmpty }

  /// The table as text, each line ended.
  public var text: String {
    let widths = columns.indices.map { column in
      ([columns[column]] + rows.map { column < $0.count ? $0[column] : "" }).map(\.count).max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      let padded = columns.indices.map { column -> String in
        let cell = column < cells.count ? cells[column] : ""
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        let isNumber = cell.first.map { $0.isNumber || $0 == "-" || $0 == "." } ?? false
        return isNumber ? padding + cell : cell + padding
      }
      return padded.joined(separator: "  ").trimmingSuffix()
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return ([line(columns), rule] + rows.map(line)).joined(separator: "\n") + "\n"
  }
}

extension String {
  fileprivate func trimmingSuffix() -> String {
    var copy = self
    while copy.last == " " { copy.removeLast() }
    return copy
  }
}

extension Double {
  /// Scientific notation with this many digits after the point: "1.23e-05"; "–" for NaN.
  public func scientific(_ digits: Int = 2) -> String {
    if isNaN { return "–" }
    return self == 0 ? "0" : String(format: "%.\(digits)e", self)
  }

  /// Up to this many significant digits, without trailing zeros: "0.25", "1.5"; "–" for NaN.
  public func short(_ digits: Int = 6) -> String { isNaN ? "–" : String(format: "%.\(digits)g", self) }
}
