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

  /// Parses a document.
  /// - Throws: `ConfigurationError` unless it is one YAML mapping, without duplicate keys.
  public init(yaml: String, file: String) throws(ConfigurationError) {
    guard yaml.utf8.count <= 4 << 20 else {
      throw ConfigurationError(file: file, path: "", message: "expected at most 4 MiB of YAML")
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
    self.init(path: "", file: file, content: node, record: EffectiveValue())
  }

  init(path: String, file: String, content: Node?, record: EffectiveValue) {
    self.path = path
    self.file = file
    self.content = content
    self.record = record
  }

  /// The value under a key; absent when there is none (or `null`).
  public subscript(key: String) -> ConfigurationNode {
    let child = content?.mapping?.first { $0.key.string == key }?.value
    return ConfigurationNode(
      path: path.isEmpty ? key : "\(path).\(key)", file: file,
      content: child.flatMap { isNull($0) ? nil : $0 }, record: record.child(key))
  }

  /// Whether nothing (or `null`) was written here.
  public var isAbsent: Bool { content == nil }

  /// The error for this place.
  public func error(expected: String, got: String? = nil) -> ConfigurationError {
    ConfigurationError(file: file, path: path, message: "expected \(expected), got \(got ?? seen)")
  }

  /// Runs a library constructor and gives its `ArgumentError` the key path of this place.
  public func locating<T>(_ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let error as ArgumentError {
      let place = path.isEmpty ? error.argument : "\(path).\(error.argument)"
      throw ConfigurationError(
        file: file, path: place, message: "expected \(error.expected), got \(error.got)")
    }
  }

  /// What is written here, shortened, for messages.
  var seen: String {
    switch content {
    case nil: "nothing"
    case .scalar(let scalar): "'\(scalar.string.prefix(60))'"
    case .sequence(let list): "a list of \(list.count)"
    case .mapping(let map):
      "a mapping with keys \(map.keys.prefix(5).compactMap(\.string).joined(separator: ", "))"
    case .alias: "an alias"
    }
  }

  func requireMapping() throws(ConfigurationError) {
    guard content?.mapping != nil else { throw error(expected: "a mapping of keys to values") }
  }
}

private func isNull(_ node: Node) -> Bool {
  guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else { return false }
  return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
}
