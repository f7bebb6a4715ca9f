import Foundation

/// What the runs in a folder have put there, kept in the folder's lock file: which files are ours, by their content.
///
/// A file of the user's may bear the same name (`config.yaml`, `data.h5`); it is ours only if its bytes are. A line is
/// written before the file that it speaks of appears, so that a run killed at any moment leaves nothing unaccounted for.
///
///     vlasov-hierarchy output folder 1
///     partial .data.h5.5b21c0d4.partial
///     run ["chain", "numbers: [1, 2]\nseed: 1\n"]
///     file e3b0c44298fc… config.yaml
struct OutputRecord: Sendable {
  /// SHA-256 digests, by the name of the file.
  private(set) var digests: [String: Set<String>] = [:]
  /// Names under which files are written before they are renamed.
  private(set) var partials: Set<String> = []
  /// The last run in the folder.
  private(set) var run: Run?

  /// An experiment and its effective configuration.
  struct Run: Sendable, Equatable {
    let experiment: String
    /// As YAML.
    let configuration: String
  }

  static let magic = "vlasov-hierarchy output folder 1\n"

  /// No files yet.
  init() {}

  /// Reads what is in a lock file; nil when it is not one of ours. A last line without its end, cut off with the run that
  /// wrote it, counts for nothing.
  init?(_ data: Data) {
    guard !data.isEmpty else { return }
    let text = String(decoding: data, as: UTF8.self)
    guard text.hasPrefix(Self.magic) else { return nil }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
    lines.removeLast()
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 2).map(String.init)
      switch words.first {
      case "partial": partials.insert(String(line.dropFirst(8)))
      case "file" where words.count == 3: digests[words[2], default: []].insert(words[1])
      case "run":
        let texts = try? JSONSerialization.jsonObject(with: Data(line.dropFirst(4).utf8)) as? [String]
        if let texts, texts.count == 2 { run = Run(experiment: texts[0], configuration: texts[1]) }
      default: continue
      }
    }
  }

  /// Takes note of a file; the line to be written.
  mutating func file(_ name: String, digest: String) -> String? {
    digests[name, default: []].insert(digest).inserted ? "file \(digest) \(name)\n" : nil
  }

  /// Takes note of a name for half-written files; the line to be written.
  mutating func partial(_ name: String) -> String? {
    partials.insert(name).inserted ? "partial \(name)\n" : nil
  }

  /// Takes note of a run; the line to be written.
  mutating func run(_ run: Run) -> String? {
    guard self.run != run else { return nil }
    self.run = run
    return "run \(JSONValue.array([.string(run.experiment), .string(run.configuration)]).text)\n"
  }
}
