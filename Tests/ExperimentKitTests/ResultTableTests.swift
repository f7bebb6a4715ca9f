import ExperimentKit
import Numerics
import Testing

@Suite("Result tables")
struct ResultTableTests {
  private struct Row {
    let name: String
    let value: Double
    let error: Double?
  }

  private static let rows: [Row?] = [
    Row(name: "a", value: 1, error: 0.5), nil, Row(name: "b", value: .nan, error: nil),
  ]

  private static func table(isResolved: @escaping (Row) -> Bool = { _ in true }) -> ResultTable<Row> {
    ResultTable(
      rows: rows, isResolved: isResolved,
      columns: [
        .text("name", heading: "name") { $0.name },
        .number("value", heading: "v", format: { $0.short() }) { $0.value },
        .optional(nil, heading: "±", format: { $0.short() }) { $0.error },
        .complex("z") { Complex($0.value, -1) },
        .json("reason") { $0.error == nil ? "no error" : nil },
        .verdict { Verdict(remainder: $0.value, budget: $0.error ?? 0, boundLower: 2, boundUpper: 2) },
      ])
  }

  @Test("A missing row is in no object and no line; what has no key is only printed")
  func rendering() {
    #expect(
      Self.table().json.text
        == #"[{"name":"a","value":1.0,"z":[1.0,-1.0],"verdict":"holds"},"#
        + #"{"name":"b","value":null,"z":[null,null],"reason":"no error","verdict":"undecided"}]"#)
    #expect(
      Self.table().text() == """
        name  v  ±    verdict
        ────  ─  ───  ─────────
        a     1  0.5  holds
        b     –  –    undecided

        """)
    let lines = Self.table().text { $0.name == "b" }.split(separator: "\n")
    #expect(lines.count == 4 && lines.last == "(1 of 2 rows; all of them in summary.json)")
  }

  @Test(
    "A value that is not a number never holds; an unresolved row is undecided, and violated where it is violated"
  )
  func verdicts() {
    #expect(Self.table().verdicts == [.holds, .undecided])
    #expect(Self.table(isResolved: { $0.name == "b" }).verdicts == [.undecided, .undecided])
    let violated = ResultTable(rows: [1], isResolved: { _ in false }, columns: [.verdict { _ in .violated }])
    #expect(violated.verdicts == [.violated])
  }
}
