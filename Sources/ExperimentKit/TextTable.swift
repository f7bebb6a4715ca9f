import CLibraries
import Foundation

/// A table for people: columns aligned, numbers to the right, texts to the left. One that is wider than the terminal goes on
/// below, with the columns that say which row it is again.
public struct TextTable: Sendable {
  /// The heads of the columns.
  public let columns: [String]
  /// How many of the first columns say which row it is.
  let keys: Int
  private var rows: [[String]] = []

  /// The headings, one a column.
  /// - Parameter keys: how many of the first say which row it is.
  public init(_ columns: [String], keys: Int = 1) {
    self.columns = columns
    self.keys = min(keys, max(0, columns.count - 1))
  }

  /// Adds a row; missing cells are empty, long ones cut, control characters written by their numbers.
  public mutating func add(_ cells: [String]) { rows.append(cells.map { MessageText.shown($0) }) }

  /// Whether it has no rows.
  public var isEmpty: Bool { rows.isEmpty }

  /// The table as text, each line ended, as wide as the terminal at most where that can be.
  public var text: String { text(width: Self.terminalColumns) }

  /// The table as text, each line ended.
  public func text(width: Int) -> String {
    let widths = self.widths
    return panels(widths, width: width).map { text($0, widths) }.joined(separator: "\n")
  }

  /// Lines that the text has for each row.
  func panelCount(width: Int) -> Int { panels(widths, width: width).count }

  /// Columns of the terminal behind stdout; 80 where there is none.
  static var terminalColumns: Int {
    var size = winsize()
    return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col >= 40 ? Int(size.ws_col) : 80
  }

  private var widths: [Int] {
    columns.indices.map { column in
      ([columns[column]] + rows.map { column < $0.count ? $0[column] : "" }).map(\.count).max() ?? 0
    }
  }

  /// The columns that stand beside each other.
  private func panels(_ widths: [Int], width: Int) -> [[Int]] {
    func total(_ places: [Int]) -> Int { places.reduce(0) { $0 + widths[$1] + 2 } - 2 }
    guard total(Array(columns.indices)) > width else { return [Array(columns.indices)] }
    let first = Array(0..<keys)
    var panels: [[Int]] = []
    for column in keys..<columns.count {
      if let last = panels.last, total(last + [column]) <= width {
        panels[panels.count - 1].append(column)
      } else {
        panels.append(first + [column])
      }
    }
    return panels
  }

  private func text(_ places: [Int], _ widths: [Int]) -> String {
    func line(_ cells: [String]) -> String {
      let padded = places.map { column -> String in
        let cell = column < cells.count ? cells[column] : ""
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        let isNumber = cell.first.map { $0.isNumber || $0 == "-" || $0 == "." } ?? false
        return isNumber ? padding + cell : cell + padding
      }
      return padded.joined(separator: "  ").trimmingSuffix()
    }
    let rule = places.map { String(repeating: "─", count: widths[$0]) }.joined(separator: "  ")
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
