import ExperimentKit
import Foundation
import Testing

@Suite("Reporting")
struct ReportingTests {
  @Test("JSON is standard: non-finite numbers are null, texts escaped, Doubles exact, order kept")
  func json() throws {
    let value: JSONValue = [
      "z": .number(0.1), "a": .number(.nan), "text": "a\"b\\c\n\u{1}é", "list": [1, 2.5, nil, true],
      "empty": [],
    ]
    let expected =
      "{\"z\":0.1,\"a\":null,\"text\":\"a\\\"b\\\\c\\n\\u0001é\",\"list\":[1,2.5,null,true],\"empty\":[]}"
    #expect(value.text == expected)
    let parsed = try JSONSerialization.jsonObject(with: Data(value.readableText.utf8)) as? [String: Any]
    #expect(parsed?["text"] as? String == "a\"b\\c\n\u{1}é")
    let exact = 1.0 / 3 * 1e-200
    #expect(Double(JSONValue.number(exact).text) == exact)
  }

  @Test("verdicts come from the budget and the enclosure, and doubt is undecided")
  func verdicts() {
    func verdict(_ r: Double, _ b: Double, _ lower: Double, _ upper: Double) -> Verdict {
      Verdict(remainder: r, budget: b, boundLower: lower, boundUpper: upper)
    }
    #expect(verdict(1, 0.1, 1.2, 1.3) == .holds)
    #expect(verdict(1, 0.1, 1.1, 1.1) == .holds)
    #expect(verdict(1, 0.1, 1.05, 1.3) == .undecided)
    #expect(verdict(1.5, 0.1, 1.2, 1.3) == .violated)
    #expect(verdict(1.4, 0.1, 1.2, 1.3) == .undecided)
    #expect(verdict(.nan, 0, 1, 1) == .undecided)
    #expect(verdict(1, .infinity, 2, 2) == .undecided)
    #expect(verdict(1, 0, 2, .infinity) == .holds)
    #expect(verdict(.infinity, 0, .infinity, .infinity) == .undecided)
    #expect(verdict(.infinity, 0, 1, 2) == .undecided)
    #expect(verdict(1, .infinity, .infinity, .infinity) == .undecided)
    #expect(Verdict.holds.worse(.undecided).worse(.violated) == .violated)
    #expect(Verdict.undecided.worse(.holds) == .undecided)
  }

  @Test("a NaN anywhere leaves the verdict undecided", arguments: 0..<4)
  func notANumber(place: Int) {
    for (value, budget, lower, upper) in [(1.0, 0.1, 2.0, 2.0), (1, 0.1, 0.5, 0.5), (1, 0.1, 1, 1)] {
      var parts = [value, budget, lower, upper]
      parts[place] = .nan
      let verdict = Verdict(
        remainder: parts[0], budget: parts[1], boundLower: parts[2], boundUpper: parts[3])
      #expect(verdict == .undecided)
    }
  }

  @Test("the sentence of a tally counts what was decided, and names what was not")
  func sentence() {
    func sentence(_ verdicts: [Verdict]) -> String {
      var tally = VerdictTally()
      for verdict in verdicts { tally.add(verdict) }
      return tally.sentence
    }
    #expect(sentence([.proved, .proved]) == "2 of 2 proved")
    #expect(sentence([.holds, .none, .undecided, .holds]) == "2 of 3 hold, 1 undecided")
    #expect(sentence([.violated]) == "1 of 1 violated")
    #expect(sentence([.none]) == "nothing to decide")
  }

  @Test("nothing to decide is none, says nothing beside another verdict, and is counted apart")
  func nothing() {
    for verdict in Verdict.allCases {
      #expect(Verdict.none.worse(verdict) == verdict && verdict.worse(.none) == verdict)
    }
    var tally = VerdictTally()
    #expect(tally.worst == .none)
    #expect(tally.description == "0 hold, 0 undecided, 0 violated")
    tally.add(.none)
    tally.add(.none)
    #expect(tally.worst == .none)
    #expect(tally.description == "0 hold, 0 undecided, 0 violated, 2 none")
    tally.add(.holds)
    #expect(tally.worst == .holds && tally.count(of: .none) == 2)
    tally.add(.undecided)
    #expect(tally.worst == .undecided)
  }

  @Test("tables align: numbers right, texts left")
  func tables() {
    var table = TextTable(["name", "value"])
    table.add(["electron", "1.5"])
    table.add(["ion", "-12.25"])
    let lines = table.text.split(separator: "\n").map(String.init)
    #expect(lines[0] == "name      value")
    #expect(lines[2] == "electron     1.5")
    #expect(lines[3] == "ion       -12.25")
  }

  @Test("numbers for people")
  func numbers() {
    #expect(0.000123456.scientific(2) == "1.23e-04")
    #expect((-12345.0).scientific(1) == "-1.2e+04")
    #expect(0.0.scientific() == "0")
    #expect(Double.nan.scientific() == "–")
    #expect(0.25.short() == "0.25")
    #expect(Double.nan.short() == "–")
  }

  @Test("cells of tables cannot break the line nor speak to the terminal")
  func cells() {
    var table = TextTable(["name"])
    table.add(["a\nb\u{1B}[31m"])
    #expect(table.text.split(separator: "\n").count == 3 && table.text.contains("a\\nb\\u{1B}[31m"))
  }

  @Test("the progress line is shorter than the terminal is wide", arguments: 0...90)
  func progress(columns: Int) {
    let text = ProgressLine.text(
      "Vlasov flow and jets", "12/345", elapsed: "12 s", remaining: "3 min 20 s", columns: columns)
    #expect(text.count < max(1, columns))
    #expect(columns <= 6 || text.contains("12/345"))
    #expect(columns < 60 || text == "Vlasov flow and jets 12/345  12 s elapsed, ETA 3 min 20 s")
  }
}
