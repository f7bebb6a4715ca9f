import Yams

// What the readers of an experiment can be asked: for all their keys, and for all that is wrong with a file.

extension ExperimentLaunch {
  /// All that the readers ask for, found from the default configuration.
  func shape(_ defaults: [UInt8]) -> KeyShape {
    var shape = KeyShape.explored(String(decoding: defaults, as: UTF8.self)) { root in
      _ = try common(root)
      _ = try configure(root)
    }
    // As many as there are cores: no default to be written down.
    shape.variants[""]?.properties["threads"]?.shape.defaults = []
    return shape
  }

  /// `prepare`; where the file is wrong, with all that is wrong elsewhere in it, unless `--quiet`.
  /// - Throws: `ConfigurationError` for one error, `ConfigurationErrors` for more.
  func prepareOrSayAll(_ root: ConfigurationNode, _ defaults: [UInt8]) throws -> Prepared {
    do {
      return try prepare(root)
    } catch let first as ConfigurationError {
      guard let content = root.content, !options.quiet else { throw first }
      let others = shape(defaults).violations(of: content, in: root.file).filter { other in
        other.path != first.path && !other.path.hasPrefix(first.path + ".")
          && !other.path.hasPrefix(first.path + "[") && !first.path.hasPrefix(other.path + ".")
          && !first.path.hasPrefix(other.path + "[")
      }
      guard !others.isEmpty, !first.path.isEmpty else { throw first }
      throw ConfigurationErrors(errors: [first] + others.prefix(Self.mostErrors))
    }
  }

  /// More than these at once help nobody.
  private static var mostErrors: Int { 19 }

  /// The head of `--dump-config`: editors that know the language server complete and check from the schema beside the file.
  var schemaLine: String {
    "# yaml-language-server: $schema=\(name).schema.json\n"
      + "# (made by: \(name) --schema > \(name).schema.json; keys in Papers/keys.md)\n"
  }
}
