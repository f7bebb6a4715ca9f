import CLibraries
import Foundation
import Yams

/// A place in a configuration: reads what is there (or a default), remembers the effective value, and says
/// where it is when something is wrong.
///
///     let modes = try node["lattice"]["modes"].integer(in: 0...1000)
///     let mass  = try node["mass"].number(default: 1)
///
/// After reading, `finish()` on the root refuses keys nobody asked for and `effectiveYAML` is the complete
/// configuration with every default filled in, itself a valid configuration with the numbers as written.
public struct ConfigurationNode {
  /// e.g. `model.species[1].fraction`
  public let path: String
  let file: String
  let content: Node?
  let record: EffectiveValue
  /// Why nothing can be written here: a parent that is no mapping.
  var obstacle: ConfigurationError?
  /// Where nothing is written: the key that is not there (this place's, or that of a place around it) and the mapping
  /// that lacks it, with its path and the keys asked for so far.
  var surroundings: (key: String, path: String, mapping: Node.Mapping, record: EffectiveValue)?

  /// Parses a document.
  /// - Throws: `ConfigurationError` unless it is one YAML mapping, without duplicate keys.
  public init(yaml: String, file: String) throws(ConfigurationError) {
    guard yaml.utf8.count <= 4 << 20 else {
      throw ConfigurationError(file: file, path: "", message: "expected at most 4 MiB of YAML")
    }
    // Nested aliases multiply: what a hundred of them write out to may not even be counted.
    guard aliases(in: yaml) <= 32 else {
      throw ConfigurationError(file: file, path: "", message: "expected at most 32 aliases (*name)")
    }
    let node: Node?
    do {
      node = try Yams.compose(yaml: yaml)
    } catch {
      let text = "\(error)".split(separator: "\n").prefix(2).joined(separator: " ")
      throw ConfigurationError(file: file, path: "", message: "not valid YAML: \(text)")
    }
    guard let node, case .mapping = node else {
      throw ConfigurationError(file: file, path: "", message: "expected a mapping of keys to values")
    }
    guard size(of: node, limit: Self.largest) <= Self.largest else {
      throw ConfigurationError(
        file: file, path: "", message: "expected at most \(Self.largest) values, aliases written out")
    }
    if yaml.contains("<<"), let path = mergeKey(in: node, "") {
      throw ConfigurationError(
        file: file, path: path,
        message: "merge keys (<<) are not read: write the keys out, or use an alias as a value")
    }
    self.init(path: "", file: file, content: node, record: EffectiveValue())
  }

  /// Values in a document, its aliases written out.
  private static let largest = 500_000

  init(path: String, file: String, content: Node?, record: EffectiveValue) {
    self.path = path
    self.file = file
    self.content = content
    self.record = record
  }

  /// The value under a key; absent when there is none (or `null`).
  public subscript(key: String) -> ConfigurationNode {
    let mapping = content?.mapping
    let child = mapping?.first { $0.key.string == key }?.value
    var node = ConfigurationNode(
      path: path.isEmpty ? key : "\(path).\(key)", file: file,
      content: child.flatMap { isNull($0) ? nil : $0 }, record: record.child(key))
    node.obstacle =
      obstacle ?? (content == nil || mapping != nil ? nil : error(expected: "a mapping of keys to values"))
    if child == nil, let mapping { node.surroundings = (key, path, mapping, record) }
    if content == nil { node.surroundings = surroundings }
    return node
  }

  /// Whether nothing (or `null`) was written here.
  public var isAbsent: Bool { exploration.map(exploredAbsence) ?? (content == nil) }

  /// Whether it is a mapping of keys to values.
  public var isMapping: Bool {
    let now = content?.mapping != nil
    return exploration.map { explored($0, is: .mapping, now: now) } ?? now
  }

  /// Whether it is a list.
  public var isList: Bool {
    let now = content?.sequence != nil
    return exploration.map { explored($0, is: .list(2), now: now) } ?? now
  }

  /// The error for this place.
  public func error(expected: String, got: String? = nil) -> ConfigurationError {
    ConfigurationError(file: file, path: path, message: "expected \(expected), got \(got ?? seen)")
  }

  /// The error for a required value that is not there: a parent that cannot hold it, a key beside it that looks like
  /// a misspelling of it, or plainly nothing.
  func missing(_ expected: String) -> ConfigurationError {
    if let obstacle { return obstacle }
    if let (key, parent, mapping, record) = surroundings {
      let strangers = Array(mapping.keys).compactMap(\.string).filter {
        !record.keys.contains($0) && $0.count > 2
      }
      let similar = strangers.filter { nearestWord(to: key, among: [$0]) != nil }
      if similar.count > 1 {
        let words = similar.map { "'\($0)'" }.joined(separator: " or ")
        return error(expected: expected, got: "nothing (unless it is written \(words))")
      }
      if let stranger = similar.first {
        return ConfigurationError(
          file: file, path: parent.isEmpty ? stranger : "\(parent).\(stranger)",
          message: "unknown key, did you mean '\(key)'?")
      }
    }
    return error(expected: expected)
  }

  /// Runs a library constructor and gives its `ArgumentError` the key path of this place.
  public func locating<T>(_ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let error as ArgumentError {
      throw ConfigurationError(
        file: file, path: placeHere(of: error.argument),
        message: "expected \(error.expected), got \(error.got)")
    }
  }

  /// What is written here, shortened, for messages.
  var seen: String {
    switch content {
    case nil: "nothing"
    case .scalar(let scalar): "'\(MessageText.shown(scalar.string, limit: 60))'"
    case .sequence(let list): "a list of \(list.count)"
    case .mapping(let map):
      "a mapping with keys "
        + map.keys.prefix(5).compactMap(\.string).map { MessageText.shown($0, limit: 30) }
        .joined(separator: ", ")
    case .alias: "an alias"
    }
  }

  func requireMapping() throws(ConfigurationError) {
    guard content?.mapping != nil else {
      let expectation = "a mapping of keys to values"
      throw content == nil ? missing(expectation) : error(expected: expectation)
    }
  }
}

/// Whether a node is YAML's null.
func isNull(_ node: Node) -> Bool {
  guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else { return false }
  return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
}

/// How many scalars, lists and mappings a node consists of, every alias written out; counting stops beyond `limit`.
func size(of node: Node, limit: Int) -> Int {
  var count = 0
  var open = [node]
  while let next = open.popLast(), count <= limit {
    count += 1
    switch next {
    case .sequence(let list): open.append(contentsOf: list.prefix(limit - count + 1))
    case .mapping(let map): for (_, value) in map { open.append(value) }
    case .scalar, .alias: continue
    }
  }
  return count + (open.isEmpty ? 0 : 1)
}

/// The path of a merge key `<<`, nil when there is none.
private func mergeKey(in node: Node, _ path: String) -> String? {
  switch node {
  case .sequence(let list):
    for (index, element) in list.enumerated() {
      if let found = mergeKey(in: element, "\(path)[\(index)]") { return found }
    }
  case .mapping(let map):
    for (key, value) in map {
      let place = (path.isEmpty ? "" : path + ".") + (key.string ?? "?")
      if key.scalar?.string == "<<", key.scalar?.style == .plain { return place }
      if let found = mergeKey(in: value, place) { return found }
    }
  case .scalar, .alias: break
  }
  return nil
}

/// How many aliases (`*name`) a document has, at most: a star where a value may begin.
private func aliases(in yaml: String) -> Int {
  var count = 0
  var (last, isStar) = (UInt8(ascii: "\n"), false)
  for byte in yaml.utf8 {
    if isStar, !" \t\r\n,]}".utf8.contains(byte) { count += 1 }
    isStar = byte == UInt8(ascii: "*") && " \t\r\n,[{:?-".utf8.contains(last)
    last = byte
  }
  return count
}
