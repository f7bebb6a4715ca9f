// All that is wrong with a file at once. The readers stop at the first error, since what follows may depend on it; these are the
// errors that do not: unknown keys, values of the wrong kind or out of range, keys that are missing, wherever they stand. A range
// that depends on other keys is left to the readers.

import CLibraries
import Yams

extension KeyShape {
  /// What this shape refuses, in the order of the file.
  func violations(of content: Node, in file: String) -> [ConfigurationError] {
    var found: [ConfigurationError] = []
    collect(ConfigurationNode(path: "", file: file, content: content, record: EffectiveValue()), into: &found)
    return found
  }

  private func collect(_ node: ConfigurationNode, into found: inout [ConfigurationError]) {
    // Of a key that must be absent only the readers know why.
    guard let content = node.content, !isEmpty else { return }
    switch content {
    case .scalar(let scalar):
      let accepted = scalars + (lists.first.map { $0.mayBeBare ? $0.items.scalars : [] } ?? [])
      guard !accepted.contains(where: { $0.accepts(scalar) }) else { return }
      found.append(node.error(expected: expectation))
    case .sequence(let sequence):
      guard let list = lists.first else { return found.append(node.error(expected: expectation)) }
      guard sequence.count >= list.least, sequence.count <= list.most ?? .max else {
        return found.append(node.error(expected: expectation))
      }
      for (index, element) in sequence.enumerated() {
        list.items.collect(
          ConfigurationNode(
            path: "\(node.path)[\(index)]", file: node.file, content: element, record: EffectiveValue()),
          into: &found)
      }
    case .mapping(let mapping): collect(mapping, at: node, into: &found)
    case .alias: return
    }
  }

  private func collect(
    _ mapping: Node.Mapping, at node: ConfigurationNode, into found: inout [ConfigurationError]
  ) {
    guard !variants.isEmpty else { return found.append(node.error(expected: expectation)) }
    guard let shape = variant(of: mapping, at: node, into: &found) else { return }
    let keys = mapping.keys.compactMap(\.string)
    let strangers = keys.filter { shape.properties[$0] == nil }
    for key in keys {
      let child = node[key]
      if let property = shape.properties[key] ?? shape.properties["*"] {
        property.shape.collect(child, into: &found)
      } else {
        let hint = nearestWord(to: key, among: shape.order).map { "did you mean '\($0)'?" }
        found.append(
          ConfigurationError(
            file: node.file, path: child.path,
            message: "unknown key, "
              + (hint ?? "expected one of " + shape.order.sorted().joined(separator: ", "))))
      }
    }
    for key in shape.order where shape.requires(key) && node[key].content == nil {
      // A misspelling of it is one error, not two.
      guard !strangers.contains(where: { nearestWord(to: $0, among: [key]) != nil }) else { continue }
      found.append(node[key].error(expected: shape.properties[key]?.shape.expectation ?? "a value"))
    }
  }

  /// The kind of mapping that is meant; nil where its `kind` is wrong, which is an error and leaves the rest unknown.
  private func variant(
    of mapping: Node.Mapping, at node: ConfigurationNode, into found: inout [ConfigurationError]
  ) -> MappingShape? {
    if let shape = variants[""], variants.count == 1 { return shape }
    let kind = node["kind"]
    if let word = kind.content?.string {
      if let shape = variants[word] { return shape }
      let words = variants.keys.filter { !$0.isEmpty }.sorted()
      let hint = nearestWord(to: word, among: words)
      found.append(
        kind.error(
          expected: "one of " + words.joined(separator: ", "),
          got: hint.map { "\(kind.seen) (did you mean '\($0)'?)" }))
      return nil
    }
    let meant = variants.values.lazy.compactMap { $0.properties["kind"]?.shape.defaultText }.first
    if let meant { return variants[meant] }
    found.append(kind.error(expected: "one of " + variants.keys.sorted().joined(separator: ", ")))
    return nil
  }

  /// For messages: "a list, or a positive number".
  private var expectation: String {
    var parts = scalars.map(\.description)
    if let list = lists.first {
      let number =
        list.most == list.least ? " of \(list.least)" : list.least > 0 ? " of at least \(list.least)" : ""
      parts.append("a list" + number)
      if list.mayBeBare { parts += list.items.scalars.map(\.description) }
    }
    if !variants.isEmpty { parts.append("a mapping of keys to values") }
    return parts.joined(separator: ", or ")
  }
}

extension Expectation {
  /// Whether a reader takes this, as far as it depends on nothing else.
  fileprivate func accepts(_ scalar: Node.Scalar) -> Bool {
    let isPlain = scalar.style == .plain || scalar.style == .any
    switch self {
    case .number(_, let low, let high):
      guard isPlain, let value = DecimalNumber(scalar.string)?.value,
        value.magnitude <= ConfigurationNode.largestNumber
      else { return false }
      if let low, low.isOpen ? value <= low.value : value < low.value { return false }
      if let high, high.isOpen ? value >= high.value : value > high.value { return false }
      return true
    case .integer(let low, let high):
      guard isPlain, let value = Int(scalar.string) ?? DecimalNumber(scalar.string)?.integer else {
        return false
      }
      return value >= low ?? .min && value <= high ?? .max
    case .word(let words): return words.contains(scalar.string)
    case .text, .anything: return true
    case .boolean: return ["true", "false"].contains(scalar.string)
    }
  }
}
