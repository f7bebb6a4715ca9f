public import CLibraries
import Yams

extension ConfigurationNode {
  /// Numbers of larger magnitude are refused everywhere, and positive ones below its inverse: squares and products of a
  /// few of them then stay within Float64.
  public static let largestNumber = 1e100

  /// A number of at most 10¹⁰⁰ in magnitude with its decimal text; `default` where nothing is written.
  public func number(default value: DecimalNumber? = nil) throws(ConfigurationError) -> DecimalNumber {
    if let exploration {
      return took(explored(exploration, .number("a number", low: nil, high: nil), default: value))
    }
    guard let content else {
      guard let value else { throw missing("a number") }
      record.set(.scalar(value.text))
      return value
    }
    guard case .scalar(let scalar) = content, scalar.style == .plain || scalar.style == .any,
      let number = DecimalNumber(scalar.string)
    else { throw error(expected: "a finite number") }
    guard number.value.magnitude <= Self.largestNumber else {
      throw error(expected: "a number of at most 1e100 in magnitude")
    }
    record.set(.scalar(number.text))
    return number
  }

  /// A number that satisfies a condition, described for the message ("a positive number").
  public func number(
    _ expectation: String, default value: DecimalNumber? = nil, where condition: (Double) -> Bool
  ) throws(ConfigurationError) -> DecimalNumber {
    if let exploration {
      return took(
        explored(exploration, exploration.ranges.expectation(expectation), default: value, where: condition))
    }
    guard content != nil || value != nil else { throw missing(expectation) }
    let result = try number(default: value)
    guard condition(result.value) else { throw error(expected: expectation) }
    return result
  }

  /// A number from 10⁻¹⁰⁰ to 10¹⁰⁰, described for the message ("a positive number").
  public func positive(_ expectation: String = "a positive number", default value: DecimalNumber? = nil)
    throws(ConfigurationError) -> DecimalNumber
  {
    let result = try number(expectation, default: value) { $0 > 0 }
    guard result.value >= 1 / Self.largestNumber else {
      throw error(expected: "\(expectation), 1e-100 or more")
    }
    return result
  }

  /// An integer in a range.
  public func integer(in range: ClosedRange<Int>, default value: Int? = nil) throws(ConfigurationError) -> Int
  {
    let expectation = integerText(range)
    if let exploration {
      let number = explored(exploration, in: range, default: value)
      record.set(.scalar("\(number)"))
      return number
    }
    guard let content else {
      guard let value else { throw missing(expectation) }
      record.set(.scalar("\(value)"))
      return value
    }
    guard case .scalar(let scalar) = content, scalar.style == .plain || scalar.style == .any,
      let number = Int(scalar.string) ?? DecimalNumber(scalar.string)?.integer,
      range.contains(number)
    else { throw error(expected: expectation) }
    record.set(.scalar("\(number)"))
    return number
  }

  /// A text.
  public func string(default value: String? = nil) throws(ConfigurationError) -> String {
    if let exploration { return took(exploredText(exploration, default: value)) }
    guard let content else {
      guard let value else { throw missing("a text") }
      record.set(.text(value))
      return value
    }
    guard case .scalar(let scalar) = content else { throw error(expected: "a text") }
    record.set(.text(scalar.string))
    return scalar.string
  }

  /// One of the given words.
  public func choice(of words: [String], default value: String? = nil) throws(ConfigurationError) -> String {
    let expectation = "one of " + words.joined(separator: ", ")
    if let exploration { return took(explored(exploration, of: words, default: value)) }
    guard let content else {
      guard let value else { throw missing(expectation) }
      record.set(.text(value))
      return value
    }
    guard case .scalar(let scalar) = content, words.contains(scalar.string) else {
      let hint = content.string.flatMap { nearestWord(to: $0, among: words) }
      throw error(expected: expectation, got: hint.map { "\(seen) (did you mean '\($0)'?)" })
    }
    record.set(.text(scalar.string))
    return scalar.string
  }

  /// Whether this word stands there; nothing is read by that.
  public func says(_ word: String) -> Bool { content?.string == word }

  /// true or false.
  public func boolean(default value: Bool? = nil) throws(ConfigurationError) -> Bool {
    if let exploration { return exploredTruth(exploration, default: value) }
    guard let content else {
      guard let value else { throw missing("true or false") }
      record.set(.scalar("\(value)"))
      return value
    }
    guard case .scalar(let scalar) = content, ["true", "false"].contains(scalar.string) else {
      throw error(expected: "true or false")
    }
    record.set(.scalar(scalar.string))
    return scalar.string == "true"
  }

  /// The elements of a list; where nothing is written, an empty list if `orEmpty`, else an error.
  public func list(orEmpty: Bool = false, atLeast minimum: Int = 0) throws(ConfigurationError)
    -> [ConfigurationNode]
  {
    let expectation = minimum > 0 ? "a list of at least \(minimum)" : "a list"
    if let exploration {
      record.set(.list)
      return exploredElements(exploration, minimum...Int.max, isOptional: orEmpty)
    }
    guard let content else {
      guard orEmpty else { throw missing(expectation) }
      record.set(.list)
      return []
    }
    guard case .sequence(let sequence) = content, sequence.count >= minimum else {
      throw error(expected: expectation)
    }
    guard sequence.count <= 100_000 else { throw error(expected: "a list of at most 100000") }
    record.set(.list)
    return sequence.enumerated().map { index, node in
      ConfigurationNode(path: "\(path)[\(index)]", file: file, content: node, record: record.element(index))
    }
  }

  /// A list of numbers, of a given length when `count` is given; one number may stand without brackets where one is wanted.
  /// `default` where nothing is written.
  public func numbers(count: Int? = nil, atLeast minimum: Int = 0, default values: [DecimalNumber]? = nil)
    throws(ConfigurationError) -> [DecimalNumber]
  {
    if let values, isAbsent {
      record.set(.list)
      if Set(values.map(\.text)).count == 1 { record.defaultText = values[0].text }
      for (index, value) in values.enumerated() { record.element(index).set(.scalar(value.text)) }
      return values
    }
    var result: [DecimalNumber] = []
    for element in try places(count: count, atLeast: minimum) { result.append(try element.number()) }
    if values != nil { record.isDemanded = false }
    return result
  }

  /// The places of a list of numbers, `count` of them where it is given; of one number without brackets this place.
  public func places(count: Int? = nil, atLeast minimum: Int = 0, of what: String = "number")
    throws(ConfigurationError) -> [ConfigurationNode]
  {
    if let exploration {
      record.set(.list)
      let range = count.map { $0...$0 } ?? minimum...Int.max
      return exploredElements(exploration, range, isOptional: false, mayBeBare: count == 1)
    }
    let expectation = count.map { "a list of \($0) \(what)\($0 == 1 ? "" : "s")" } ?? "a list of \(what)s"
    guard let content else { throw missing(expectation) }
    if count == 1, case .scalar = content {
      record.set(.list)
      return [ConfigurationNode(path: path, file: file, content: content, record: record.element(0))]
    }
    guard case .sequence(let sequence) = content, count == nil || sequence.count == count else {
      throw error(expected: expectation)
    }
    return try list(atLeast: minimum)
  }

  /// The elements of a list of words, each one of the given ones, none twice.
  public func choices(of words: [String], default values: [String]? = nil) throws(ConfigurationError)
    -> [String]
  {
    if let exploration {
      let elements = exploredElements(exploration, 1...Int.max, isOptional: values != nil)
      for element in elements { element.record.expectations.append(.word(words)) }
      return values ?? Array(words.prefix(1))
    }
    if isAbsent, let values {
      record.set(.list)
      for (index, value) in values.enumerated() { record.element(index).set(.text(value)) }
      return values
    }
    var result: [String] = []
    for element in try list(atLeast: 1) {
      let word = try element.choice(of: words)
      guard !result.contains(word) else { throw element.error(expected: "each word once") }
      result.append(word)
    }
    return result
  }

  /// The keys of a mapping whose keys are names chosen by the user, in order.
  public func names() throws(ConfigurationError) -> [String] {
    if let exploration { return exploredNames(exploration) }
    try requireMapping()
    return content?.mapping?.keys.compactMap(\.string) ?? []
  }

  /// Records that nothing is meant here: `null` in the effective configuration.
  public func recordNull() { record.set(.scalar("null")) }

  /// Records a whole number decided by the program (e.g. from a command-line flag).
  public func recordInteger(_ value: Int) { record.set(.scalar("\(value)")) }

  private func took(_ number: DecimalNumber) -> DecimalNumber {
    record.set(.scalar(number.text))
    return number
  }

  private func took(_ text: String) -> String {
    record.set(.text(text))
    return text
  }
}

/// "an integer from 1 to 8"; a range that ends where `Int` does has no end worth a word.
func integerText(_ range: ClosedRange<Int>) -> String {
  range.upperBound > 1 << 53
    ? "an integer of at least \(range.lowerBound)"
    : "an integer from \(range.lowerBound) to \(range.upperBound)"
}
