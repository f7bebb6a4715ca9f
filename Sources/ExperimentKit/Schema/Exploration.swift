// How the readers of a configuration are asked for all their keys: they are run on the program's default, and again with every
// question answered another way that they meet: another word of a choice, a section that is absent or there, a list or a number.
// What is not written, or does not fit, is then made up; the readers never notice. What they asked for is kept (`KeyShape`).

import CLibraries
import Yams

/// One run of the readers, with some answers decided beforehand.
final class Exploration {
  /// Another answer to a question.
  enum Decision: Hashable {
    case word(String)
    case integer(Int)
    case list(Int)
    case present, absent, mapping, scalar
  }

  /// Whether integers are one more than they are written: a range that depends on one of them is another one then.
  let isShifted: Bool
  /// By place: a path without the numbers of its elements, names of the user's written "*".
  let decisions: [String: Decision]
  /// The questions that were met, with other answers to them.
  private(set) var questions: [(place: String, answer: Decision)] = []
  /// Names that the configuration gives to species.
  private(set) var names: Set<String> = []

  init(_ decisions: [String: Decision], isShifted: Bool, ranges: Ranges) {
    self.decisions = decisions
    self.isShifted = isShifted
    self.ranges = ranges
  }

  /// Of all runs: ranges are read off messages once.
  let ranges: Ranges

  final class Ranges {
    private var known: [String: Expectation] = [:]

    func expectation(_ text: String) -> Expectation {
      if let found = known[text] { return found }
      let found = Expectation.number(text)
      known[text] = found
      return found
    }
  }

  func ask(_ place: String, _ answers: [Decision]) {
    for answer in answers { questions.append((place, answer)) }
  }

  func note(name: String) {
    names.insert(name)
    places = [:]
  }

  private var places: [String: String] = [:]

  /// `initial.components[0].ion` → `initial.components[].*`
  func place(_ path: String) -> String {
    if let known = places[path] { return known }
    let place = path.split(separator: ".").map { part in
      let key = part.prefix { $0 != "[" }
      let depth = part.count { $0 == "[" }
      return (names.contains(String(key)) ? "*" : String(key)) + String(repeating: "[]", count: depth)
    }.joined(separator: ".")
    places[path] = place
    return place
  }
}

extension ConfigurationNode {
  var exploration: Exploration? { record.exploration }

  private func decision(_ exploration: Exploration) -> Exploration.Decision? {
    exploration.decisions[exploration.place(path)]
  }

  /// What is written, unless it was decided that nothing is.
  private func written(_ exploration: Exploration) -> Node? { decision(exploration) == nil ? content : nil }

  private func scalarText(_ exploration: Exploration) -> String? {
    guard case .scalar(let scalar)? = written(exploration) else { return nil }
    return scalar.string
  }

  /// `isAbsent` of readers that are explored.
  func exploredAbsence(_ exploration: Exploration) -> Bool {
    record.isOptional = true
    exploration.ask(exploration.place(path), [content == nil ? .present : .absent])
    let isAbsent =
      switch decision(exploration) {
      case nil: content == nil
      case .absent: true
      default: false
      }
    record.wasAbsent = isAbsent
    return isAbsent
  }

  /// It is read without a default; where the readers know that nothing is written, it must be there all the same.
  private func demand() {
    record.isDemanded = true
    if record.wasAbsent { record.isDemandedAnyway = true }
  }

  /// `isMapping` and `isList` of readers that are explored.
  func explored(_ exploration: Exploration, is answer: Exploration.Decision, now: Bool) -> Bool {
    let place = exploration.place(path)
    exploration.ask(place, [now ? .scalar : answer])
    switch (decision(exploration), answer) {
    case (nil, _): return now
    case (.mapping?, .mapping), (.list?, .list): return true
    default: return false
    }
  }

  /// A number as expected: the one that is written, the default, or one that fits.
  func explored(
    _ exploration: Exploration, _ expectation: Expectation, default value: DecimalNumber?,
    where condition: (Double) -> Bool = { _ in true }
  ) -> DecimalNumber {
    note(expectation, default: value?.text)
    let found = scalarText(exploration).flatMap(DecimalNumber.init).flatMap { condition($0.value) ? $0 : nil }
    // A default of 0 often switches something off.
    return found ?? value.flatMap { $0.value == 0 ? nil : $0 } ?? madeUp(condition)
  }

  /// A number that fits; in a list they increase.
  private func madeUp(_ condition: (Double) -> Bool) -> DecimalNumber {
    let place =
      path.hasSuffix("]") ? path.dropLast().split(separator: "[").last.flatMap { Double($0) } ?? 0 : 0
    for candidate in [1 + place, 0.5, 2, 0.1, 10, 100, 1e-3, 1e-6, 1e4, 1e6, 0, -1] where condition(candidate)
    {
      return DecimalNumber(candidate)
    }
    return 1
  }

  func explored(_ exploration: Exploration, in range: ClosedRange<Int>, default value: Int?) -> Int {
    note(
      .integer(low: range.lowerBound, high: range.upperBound > 1 << 53 ? nil : range.upperBound),
      default: value.map { "\($0)" })
    let place = exploration.place(path)
    let found = scalarText(exploration).flatMap { DecimalNumber($0)?.integer }.flatMap {
      range.contains($0) ? $0 : nil
    }
    let number = found ?? value ?? [1, 2, 3, 4, 8].first(where: range.contains) ?? range.lowerBound
    let others =
      range.upperBound < 100 && range.count <= 4
      ? Array(range) : [number &+ 1, number &- 1].filter(range.contains)
    exploration.ask(place, others.filter { $0 != number }.map { .integer($0) })
    if case .integer(let other)? = decision(exploration), range.contains(other) { return other }
    return exploration.isShifted && range.contains(number &+ 1) ? number + 1 : number
  }

  /// A word: of the program's, each of which is another way, or the name of a species.
  func explored(_ exploration: Exploration, of words: [String], default value: String?) -> String {
    guard let first = words.first else { return "" }
    let found = scalarText(exploration).flatMap { words.contains($0) ? $0 : nil }
    let word = found ?? value ?? first
    guard !words.allSatisfy(exploration.names.contains) else {
      // Which names there are depends on the file.
      note(.text, default: nil)
      record.isOptional = record.isOptional || value != nil
      return word
    }
    note(.word(words), default: value)
    exploration.ask(exploration.place(path), words.filter { $0 != word }.map { .word($0) })
    if case .word(let other)? = decision(exploration), words.contains(other) { return other }
    return word
  }

  func exploredText(_ exploration: Exploration, default value: String?) -> String {
    note(.text, default: value)
    let text = scalarText(exploration) ?? value ?? "another-name"
    if path.contains("species["), path.hasSuffix(".name") { exploration.note(name: text) }
    return text
  }

  func exploredTruth(_ exploration: Exploration, default value: Bool?) -> Bool {
    note(.boolean, default: value.map { "\($0)" })
    return scalarText(exploration).map { $0 == "true" } ?? value ?? false
  }

  /// The elements of a list: the first two that are written, else as many as are asked for and at least one, to see what is in it.
  func exploredElements(
    _ exploration: Exploration, _ count: ClosedRange<Int>, isOptional: Bool, mayBeBare: Bool = false
  ) -> [ConfigurationNode] {
    if isOptional { record.isOptional = true } else { demand() }
    record.lists.append(
      ListShape(
        least: count.lowerBound, most: count.upperBound == Int.max ? nil : count.upperBound,
        items: KeyShape(),
        mayBeBare: mayBeBare))
    var contents: [Node?] = []
    if case .sequence(let sequence)? = written(exploration) { contents = Array(sequence.prefix(2)) }
    if let decided = decision(exploration) {
      if case .list(let length) = decided { contents = [Node?](repeating: nil, count: length) }
      if decided == .present { contents = [nil] }
    }
    if contents.isEmpty, !isOptional || count.lowerBound > 0 { contents = [nil] }
    // A list that is read again is as long as before.
    let least = record.lists.map(\.least).max() ?? 0
    while contents.count < least { contents.append(nil) }
    if contents.count > count.upperBound { contents.removeLast(contents.count - count.upperBound) }
    exploration.ask(
      exploration.place(path),
      [contents.count + 1, contents.count - 1].filter { $0 > 0 && $0 >= count.lowerBound }.map { .list($0) }
        + (isOptional && contents.isEmpty ? [.present] : []))
    return contents.enumerated().map { index, content in
      ConfigurationNode(
        path: "\(path)[\(index)]", file: file, content: content, record: record.element(index))
    }
  }

  /// The names of the user's in a mapping: those that are written, else those of the species.
  func exploredNames(_ exploration: Exploration) -> [String] {
    if let mapping = written(exploration)?.mapping {
      if !record.isOptional { record.isDemandedAnyway = true }
      return mapping.keys.compactMap(\.string)
    }
    if !record.isOptional { record.isDemandedAnyway = true }
    return exploration.names.sorted()
  }

  private func note(_ expectation: Expectation, default value: String?) {
    record.expectations.append(expectation)
    guard let value else {
      record.isDemanded = true
      return
    }
    (record.isOptional, record.defaultText) = (true, record.defaultText ?? value)
  }
}
