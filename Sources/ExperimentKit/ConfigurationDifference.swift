import CLibraries
import Yams

/// A value that two effective configurations have differently.
struct ConfigurationDifference {
  /// e.g. `model.species[1].mass`
  let path: String
  /// What is written there in either; nil where nothing is.
  let before: String?
  let now: String?

  /// Where two effective configurations differ, in the order of the newer one; the values of `ignored` keys aside.
  static func all(_ before: String, _ now: String, ignoring ignored: Set<String>) -> [ConfigurationDifference]
  {
    let (old, new) = (values(before), values(now))
    let (oldTexts, newTexts) = (
      Dictionary(old) { first, _ in first }, Dictionary(new) { first, _ in first }
    )
    let paths = new.map(\.0) + old.map(\.0).filter { newTexts[$0] == nil }
    return paths.compactMap { path in
      guard !ignored.contains(path), oldTexts[path] != newTexts[path] else { return nil }
      return ConfigurationDifference(path: path, before: oldTexts[path], now: newTexts[path])
    }
  }

  /// The leaves of a document: paths and texts. A text that is no YAML is one leaf.
  private static func values(_ yaml: String) -> [(String, String)] {
    guard let node = try? Yams.compose(yaml: yaml) else { return [("", yaml)] }
    var result: [(String, String)] = []
    func visit(_ node: Node, _ path: String) {
      switch node {
      case .scalar(let scalar): result.append((path, scalar.string))
      case .sequence(let list):
        if list.isEmpty { result.append((path, "[]")) }
        for (index, element) in list.enumerated() { visit(element, "\(path)[\(index)]") }
      case .mapping(let map):
        if map.isEmpty { result.append((path, "{}")) }
        for (key, value) in map {
          let name = key.string ?? "?"
          visit(value, path.isEmpty ? name : "\(path).\(name)")
        }
      case .alias: result.append((path, "an alias"))
      }
    }
    visit(node, "")
    return result
  }

  /// "expected 2 as in the run that is there, got 3"
  var message: String {
    func text(_ value: String?) -> String { value.map { MessageText.shown($0, limit: 60) } ?? "nothing" }
    return "expected \(text(before)) as in the run that is resumed, got \(text(now))"
  }
}
