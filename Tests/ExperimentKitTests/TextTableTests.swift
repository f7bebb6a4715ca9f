import ExperimentKit
import Testing

@Suite("Tables for people")
struct TextTableTests {
  private static func table(columns: Int, rows: Int) -> TextTable {
    var table = TextTable((0..<columns).map { "column \($0)" }, keys: 2)
    for row in 0..<rows { table.add((0..<columns).map { "\(row).\($0)" }) }
    return table
  }

  @Test("a table too wide goes on below with the columns that say which row it is; nothing is lost")
  func wide() {
    let text = Self.table(columns: 12, rows: 3).text(width: 50)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.count <= 50 })
    #expect(lines.filter { $0.hasPrefix("column 0") }.count == 4)
    for column in 0..<12 {
      for row in 0..<3 { #expect(text.contains("\(row).\(column)"), "\(row) \(column)") }
    }
  }

  @Test("a table that fits is one block; one whose every column is too wide still shows all of them")
  func narrow() {
    let table = Self.table(columns: 4, rows: 2)
    #expect(table.text(width: 80).split(separator: "\n").count == 4)
    #expect(table.text(width: 5).split(separator: "\n").count == 8)
  }

  private struct Row {
    let point: Int
    let time: Double
  }

  @Test("of many rows those of the last time are shown, forty lines at most, and how many there are")
  func many() {
    let rows = (0..<10).flatMap { point in (0..<30).map { Row(point: point, time: Double($0)) } }
    let table = ResultTable(
      rows: rows,
      columns: [
        .integer("point", heading: "point") { $0.point },
        .number("time", heading: "t", format: { $0.short() }) { $0.time },
      ])
    let lines = table.text().split(separator: "\n")
    #expect(lines.count == 13 && lines.last == "(10 of 300 rows; all of them in summary.json)")
    #expect(lines[2...11].allSatisfy { $0.hasSuffix(" 29") })
    let flat = ResultTable(
      rows: (0..<300).map { Row(point: $0, time: 0) },
      columns: [.integer("point", heading: "point") { $0.point }])
    #expect(flat.text().split(separator: "\n").count <= 40)
  }
}
