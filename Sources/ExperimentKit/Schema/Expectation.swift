/// What a reader expects of the value at one place: what `--schema` says of it, and what a file is held against.
enum Expectation: Sendable, Hashable {
  /// A number, described for messages; an end is nil where none is known, or where it depends on other keys.
  case number(String, low: Bound?, high: Bound?)
  /// An integer from `low` to `high`.
  case integer(low: Int?, high: Int?)
  /// One of these words.
  case word([String])
  /// Any text.
  case text
  /// true or false.
  case boolean
  /// Whatever is written.
  case anything

  /// An end of a range of numbers.
  struct Bound: Sendable, Hashable {
    let value: Double
    /// Whether the end itself is left out.
    let isOpen: Bool
  }

  /// A number whose range is read off the message for a wrong one: "a number in (0, 1]", "a positive number".
  static func number(_ text: String) -> Expectation {
    if text.contains("positive") { return .number(text, low: Bound(value: 0, isOpen: true), high: nil) }
    if text.hasSuffix("≥ 0") { return .number(text, low: Bound(value: 0, isOpen: false), high: nil) }
    let plain = text.replacing("−", with: "-")
    if let match = plain.firstMatch(of: #/([\[(])(-?[0-9.e+-]+), (-?[0-9.e+-]+)([\])])/#),
      let low = Double(match.2), let high = Double(match.3)
    {
      return .number(
        text, low: Bound(value: low, isOpen: match.1 == "("), high: Bound(value: high, isOpen: match.4 == ")")
      )
    }
    if let match = plain.firstMatch(of: #/from (-?[0-9.e+-]+) to (-?[0-9.e+-]+)/#),
      let low = Double(match.1), let high = Double(match.2)
    {
      return .number(text, low: Bound(value: low, isOpen: false), high: Bound(value: high, isOpen: false))
    }
    return .number(text, low: nil, high: nil)
  }

  /// What both say, when they are of one kind: an end on which they disagree depends on other keys, and is none.
  func merged(with other: Expectation) -> Expectation? {
    switch (self, other) {
    case (.number(let text, let low, let high), .number(_, let otherLow, let otherHigh)):
      .number(text, low: low == otherLow ? low : nil, high: high == otherHigh ? high : nil)
    case (.integer(let low, let high), .integer(let otherLow, let otherHigh)):
      .integer(low: low == otherLow ? low : nil, high: high == otherHigh ? high : nil)
    case (.word(let words), .word(let others)):
      .word(words + others.filter { !words.contains($0) })
    // The name of a species among words of the program's.
    case (.word, .text), (.text, .word), (.text, .text): .text
    default: self == other ? self : nil
    }
  }

  /// The sort of value.
  var kind: String {
    switch self {
    case .number, .integer: "number"
    case .word, .text: "text"
    case .boolean: "truth"
    case .anything: "anything"
    }
  }

  /// For messages.
  var description: String {
    switch self {
    case .number(let text, _, _): text
    case .integer(let low?, let high?): integerText(low...high)
    case .integer(let low, let high):
      low.map { "an integer of at least \($0)" } ?? high.map { "an integer of at most \($0)" } ?? "an integer"
    case .word(let words): "one of " + words.joined(separator: ", ")
    case .text: "a text"
    case .boolean: "true or false"
    case .anything: "a value"
    }
  }
}
