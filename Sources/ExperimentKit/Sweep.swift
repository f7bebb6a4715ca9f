// `sweep:` in any experiment's configuration: one run for every set of overrides.
//
//     sweep:
//       grid: {model.kernel.hbar: [0.4, 0.2, 0.1], lattice.modes: [8, 12]}     # every combination, the last key fastest
//
//     sweep:
//       list: [{model.species[0].mass: 1.0}, {model.species[0].mass: 2.0, lattice.modes: 20}]
//
// A key is the path of a value, as error messages write it. Values are put in as they are written, so numbers keep
// their decimals.

import CLibraries
import Yams

/// The overrides of a sweep.
struct Sweep {
  /// One set of overrides: paths with the values written for them.
  typealias Overrides = [(path: String, value: Node)]

  private let entries: [Overrides]

  /// One run of the sweep.
  struct Member {
    /// "run-0007", the folder of its results.
    let folder: String
    /// "lattice.modes = 12, seed = 3"
    let label: String
    let overrides: [(path: String, value: JSONValue)]
    /// Made anew each time: ten thousand of them need not fit into memory.
    let configuration: () throws(ConfigurationError) -> ConfigurationNode
  }

  /// Reads `sweep:`; nil when there is none.
  init?(_ node: ConfigurationNode) throws(ConfigurationError) {
    if node.exploration != nil {
      node.record.fixedShape = .sweep
      return nil
    }
    guard !node.isAbsent else { return nil }
    let kinds = try node.names()
    guard kinds == ["grid"] || kinds == ["list"] else {
      throw node.error(expected: "either grid or list")
    }
    if kinds == ["grid"] {
      var grid: [Overrides] = [[]]
      let axes = node["grid"]
      for path in try axes.names() {
        let values = try axes[path].list(atLeast: 1)
        guard grid.count * values.count <= Self.limit else {
          throw axes.error(expected: "at most \(Self.limit) combinations", got: "more")
        }
        var written: [Node] = []
        for value in values { written.append(try value.verbatim()) }
        grid = grid.flatMap { overrides in written.map { overrides + [(path, $0)] } }
      }
      guard !(grid.first ?? []).isEmpty else {
        throw axes.error(expected: "at least one path with its values")
      }
      entries = grid
    } else {
      let list = try node["list"].list(atLeast: 1)
      guard list.count <= Self.limit else { throw node["list"].error(expected: "at most \(Self.limit) sets") }
      var entries: [Overrides] = []
      for entry in list {
        var overrides: Overrides = []
        for path in try entry.names() { overrides.append((path, try entry[path].verbatim())) }
        guard !overrides.isEmpty else { throw entry.error(expected: "at least one path with its value") }
        entries.append(overrides)
      }
      self.entries = entries
    }
    var values = 0
    for overrides in entries {
      for (_, value) in overrides { values += size(of: value, limit: Self.largest) }
      guard values <= Self.largest else {
        throw node.error(expected: "at most \(Self.largest) values in all overrides together", got: "more")
      }
    }
    for path in entries.flatMap({ $0.map(\.path) }) where path == "sweep" || path.hasPrefix("sweep.") {
      throw node.error(expected: "overrides of other keys than sweep", got: path)
    }
  }

  /// The heads of columns for what the members override: the last key of each path, or all of it where two end alike.
  static func shortNames(_ members: [Member]) -> [String] {
    let paths = paths(members)
    func last(_ path: String) -> String { path.split(separator: ".").last.map(String.init) ?? path }
    return paths.map { path in paths.count { last($0) == last(path) } > 1 ? path : last(path) }
  }

  /// What one of them has there.
  static func shortCells(_ member: Member, of members: [Member]) -> [String] {
    paths(members).map { path in
      member.overrides.first { $0.path == path }.map { MessageText.shown(text(of: $0.value), limit: 40) }
        ?? ""
    }
  }

  private static func paths(_ members: [Member]) -> [String] {
    var paths: [String] = []
    for member in members {
      for override in member.overrides where !paths.contains(override.path) { paths.append(override.path) }
    }
    return paths
  }

  private static let limit = 10_000
  /// Values that overrides may have together, and twentieth of what all members may: each is read to the end before the
  /// first one runs.
  private static let largest = 1_000_000

  /// Whether some member overrides this key.
  func changes(_ path: String) -> Bool { entries.contains { $0.contains { $0.path == path } } }

  /// The configurations of all members, in order: that of `root` without `sweep`, with the overrides put in.
  func members(of root: ConfigurationNode) throws(ConfigurationError) -> [Member] {
    guard case .mapping(let mapping)? = root.content else { return [] }
    let base = Node.mapping(
      Node.Mapping(mapping.filter { $0.key.string != "sweep" }.map { ($0.key, $0.value) }))
    guard size(of: base, limit: Self.largest) * entries.count <= 20 * Self.largest else {
      throw root["sweep"].error(
        expected: "at most \(20 * Self.largest) values in the configurations of all members", got: "more")
    }
    let digits = max(3, String(entries.count - 1).count)
    var members: [Member] = []
    for (index, overrides) in entries.enumerated() {
      let values = overrides.map { (path: $0.path, value: Self.json(of: $0.value)) }
      let label = values.map {
        "\(MessageText.shown($0.path, limit: 100)) = \(MessageText.shown(Self.text(of: $0.value), limit: 100))"
      }.joined(separator: ", ")
      let file = "\(root.file), sweep member \(index) (\(MessageText.shown(label)))"
      let number = String(index)
      members.append(
        Member(
          folder: "run-" + String(repeating: "0", count: digits - number.count) + number, label: label,
          overrides: values,
          configuration: { () throws(ConfigurationError) in try Self.configuration(base, overrides, file) }))
    }
    return members
  }

  /// The configuration `base` with the overrides put in.
  private static func configuration(_ base: Node, _ overrides: Overrides, _ file: String)
    throws(ConfigurationError) -> ConfigurationNode
  {
    var content = base
    for (path, value) in overrides {
      guard let steps = steps(of: path), let changed = replacing(content, steps[...], by: value) else {
        throw ConfigurationError(
          file: file, path: path, message: "expected the path of a value in this configuration")
      }
      content = changed
    }
    return ConfigurationNode(path: "", file: file, content: content, record: EffectiveValue())
  }

  private static func json(of node: Node) -> JSONValue {
    switch node {
    case .scalar(let scalar):
      if isNull(node) { return .null }
      guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
      if let number = Int(scalar.string) { return .integer(number) }
      return DecimalNumber(scalar.string).map { .number($0.value) } ?? .string(scalar.string)
    case .sequence(let list): return .array(list.map(json))
    case .mapping(let map): return .object(map.map { ($0.key.string ?? "?", json(of: $0.value)) })
    case .alias: return .null
    }
  }

  /// A word without its quotes, anything else as JSON.
  private static func text(of value: JSONValue) -> String {
    if case .string(let word) = value { return word }
    return value.text
  }

  private enum Step {
    case key(String)
    case index(Int)
  }

  /// `model.species[1].mass` → model, species, 1, mass.
  private static func steps(of path: String) -> [Step]? {
    var steps: [Step] = []
    for part in path.split(separator: ".", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
      guard let key = pieces.first, !key.isEmpty else { return nil }
      steps.append(.key(String(key)))
      for piece in pieces.dropFirst() {
        guard piece.hasSuffix("]"), let index = Int(piece.dropLast()), index >= 0 else { return nil }
        steps.append(.index(index))
      }
    }
    return steps
  }

  /// A copy of `node` with the value at `steps` replaced; a last key that is not there is added (the experiment says
  /// whether it knows it). Nil when the path leads nowhere.
  private static func replacing(_ node: Node?, _ steps: ArraySlice<Step>, by value: Node) -> Node? {
    guard let step = steps.first else { return value }
    let rest = steps.dropFirst()
    switch (step, node) {
    case (.key(let key), .mapping(let mapping)?):
      var pairs = mapping.map { ($0.key, $0.value) }
      if let place = pairs.firstIndex(where: { $0.0.string == key }) {
        guard let inner = replacing(pairs[place].1, rest, by: value) else { return nil }
        pairs[place].1 = inner
      } else {
        guard let inner = replacing(nil, rest, by: value) else { return nil }
        pairs.append((Node(key), inner))
      }
      return .mapping(Node.Mapping(pairs))
    case (.key(let key), nil):
      guard let inner = replacing(nil, rest, by: value) else { return nil }
      return .mapping(Node.Mapping([(Node(key), inner)]))
    case (.index(let index), .sequence(let sequence)?) where index < sequence.count:
      var elements = Array(sequence)
      guard let inner = replacing(elements[index], rest, by: value) else { return nil }
      elements[index] = inner
      return .sequence(Node.Sequence(elements))
    default: return nil
    }
  }
}

extension ConfigurationNode {
  /// Whatever is written here, recorded as it is written.
  func verbatim() throws(ConfigurationError) -> Node {
    guard let content else {
      recordNull()
      return Node("null")
    }
    switch content {
    case .scalar(let scalar):
      if isNull(content) {
        recordNull()
        return content
      }
      let isPlain = scalar.style == .plain || scalar.style == .any
      if isPlain, DecimalNumber(scalar.string) != nil || ["true", "false"].contains(scalar.string) {
        record.set(.scalar(scalar.string))
      } else {
        record.set(.text(scalar.string))
      }
    case .sequence: for element in try list() { _ = try element.verbatim() }
    case .mapping: for name in try names() { _ = try self[name].verbatim() }
    case .alias: throw error(expected: "a value")
    }
    return content
  }
}
