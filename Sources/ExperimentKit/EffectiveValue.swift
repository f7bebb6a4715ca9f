import Foundation
import Yams

/// The effective value at a place of the configuration, grown as the configuration is read.
///
/// A reference type used only by the thread that reads the configuration.
final class EffectiveValue {
  enum Kind {
    case unread
    case scalar(String)
    case text(String)
    case list
    case mapping
  }

  private(set) var kind = Kind.unread
  private(set) var keys: [String] = []
  private var children: [String: EffectiveValue] = [:]
  private(set) var elements: [EffectiveValue] = []

  /// Where the readers are explored: that run of them, and what they asked for here.
  let exploration: Exploration?
  var expectations: [Expectation] = []
  var lists: [ListShape] = []
  var isOptional = false
  var isDemanded = false
  var isDemandedAnyway = false
  var wasAbsent = false
  var defaultText: String?
  /// Instead of what was asked for: of keys that are no names.
  var fixedShape: KeyShape?

  init(exploration: Exploration? = nil) { self.exploration = exploration }

  func set(_ kind: Kind) {
    self.kind = kind
    if case .list = kind { return }
    elements = []
  }

  func child(_ key: String) -> EffectiveValue {
    if let child = children[key] { return child }
    let child = EffectiveValue(exploration: exploration)
    kind = .mapping
    keys.append(key)
    children[key] = child
    return child
  }

  func element(_ index: Int) -> EffectiveValue {
    while elements.count <= index { elements.append(EffectiveValue(exploration: exploration)) }
    return elements[index]
  }

  /// Whether anything was read or defaulted here.
  var isKnown: Bool {
    switch kind {
    case .unread: false
    case .scalar, .text, .list: true
    case .mapping: keys.contains { children[$0]?.isKnown == true }
    }
  }

  func value(_ key: String) -> EffectiveValue? { children[key] }
}

extension ConfigurationNode {
  /// Refuses every key that nobody asked for, naming the nearest known one. Called once all is read.
  public func finish() throws(ConfigurationError) {
    if case .mapping = record.kind, content != nil { try requireMapping() }
    switch content {
    case .mapping(let mapping):
      for (key, _) in mapping {
        let name = key.string ?? "?"
        guard record.keys.contains(name) else {
          let hint = nearestWord(to: name, among: record.keys).map { "did you mean '\($0)'?" }
          throw ConfigurationError(
            file: file, path: path.isEmpty ? name : "\(path).\(name)",
            message: "unknown key, "
              + (hint ?? "expected one of " + record.keys.sorted().joined(separator: ", ")))
        }
        let node = self[name]
        // A key that was looked at but never read, e.g. one that another value excludes.
        guard node.isAbsent || node.record.isKnown else {
          throw ConfigurationError(file: file, path: node.path, message: "not allowed here")
        }
        try node.finish()
      }
    case .sequence(let sequence):
      for (index, element) in sequence.enumerated() where index < record.elements.count {
        try ConfigurationNode(
          path: "\(path)[\(index)]", file: file, content: element, record: record.element(index)
        ).finish()
      }
    default: return
    }
  }

  /// The complete effective configuration as YAML.
  public var effectiveYAML: String { effectiveYAML(without: []) }

  /// The same without some of the top-level keys.
  func effectiveYAML(without left: Set<String>) -> String {
    var lines: [String] = []
    emit(record, without: left, indent: "", into: &lines)
    return lines.joined(separator: "\n") + "\n"
  }

  private func emit(
    _ value: EffectiveValue, without left: Set<String> = [], indent: String, into lines: inout [String]
  ) {
    for key in value.keys where !left.contains(key) {
      guard let child = value.value(key), child.isKnown else { continue }
      if let inline = inlineText(child) {
        lines.append("\(indent)\(quoted(key)): \(inline)")
      } else if case .list = child.kind {
        lines.append("\(indent)\(quoted(key)):")
        for element in child.elements {
          if let inline = inlineText(element) {
            lines.append("\(indent)  - \(inline)")
          } else {
            var block: [String] = []
            emit(element, indent: "", into: &block)
            for (index, line) in block.enumerated() {
              lines.append("\(indent)  \(index == 0 ? "- " : "  ")\(line)")
            }
          }
        }
      } else {
        lines.append("\(indent)\(quoted(key)):")
        emit(child, indent: indent + "  ", into: &lines)
      }
    }
  }

  /// Scalars, and lists and mappings of scalars short enough for one line.
  private func inlineText(_ value: EffectiveValue) -> String? {
    switch value.kind {
    case .unread: return "null"
    case .scalar(let text): return text
    case .text(let text): return quoted(text)
    case .list:
      let parts = value.elements.map(inlineText)
      guard parts.allSatisfy({ $0 != nil }) else { return nil }
      let line = "[" + parts.compactMap { $0 }.joined(separator: ", ") + "]"
      return line.count <= 160 || parts.isEmpty ? line : nil
    case .mapping:
      let known = value.keys.filter { value.value($0)?.isKnown == true }
      let parts = known.map { key in
        value.value(key).flatMap(inlineText).map { "\(quoted(key)): \($0)" }
      }
      guard parts.allSatisfy({ $0 != nil }) else { return nil }
      let line = "{" + parts.compactMap { $0 }.joined(separator: ", ") + "}"
      return line.count <= 100 ? line : nil
    }
  }

  private func quoted(_ text: String) -> String {
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
    let plain =
      text.first.map { $0.isASCII && $0.isLetter } == true
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
      && !reserved.contains(text.lowercased())
    guard !plain else { return text }
    // What YAML folds or forbids even between quotes is written by its number.
    return JSONValue.string(text).text.unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        let digits = String(scalar.value, radix: 16)
        return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      default: return String(scalar)
      }
    }.joined()
  }
}
