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

  /// The head of `--dump-config`: editors that know the language server complete and check from the schema beside the file.
  var schemaLine: String {
    "# yaml-language-server: $schema=\(name).schema.json\n"
      + "# (made by: \(name) --schema > \(name).schema.json; keys in Papers/keys.md)\n"
  }
}
