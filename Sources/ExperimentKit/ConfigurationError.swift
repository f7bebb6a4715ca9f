import CLibraries

/// What is wrong with a configuration: one message naming the file, the key path and what was expected (exit 64).
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file, or "embedded default".
  public let file: String
  /// e.g. `model.species[1].fraction`; empty for the document as a whole.
  public let path: String
  /// "expected …, got …"
  public let message: String

  /// The file, the key path in it (empty for the whole file) and what is wrong there.
  public init(file: String, path: String, message: String) {
    self.file = file
    self.path = path
    self.message = message
  }

  public var description: String {
    let place = path.isEmpty ? "" : MessageText.shown(path) + ": "
    return "\(MessageText.shown(file)): \(place)\(MessageText.shown(message, limit: 600))"
  }
}

/// All that is wrong with a configuration, where it is more than one thing: what its readers stopped at, and what is wrong
/// elsewhere whatever they would have read there (exit 64).
struct ConfigurationErrors: Error, CustomStringConvertible {
  let errors: [ConfigurationError]

  var description: String { errors.map(\.description).joined(separator: "\n") }
}

/// The known word nearest to a misspelt one, by edit distance, when it is near enough to be meant.
func nearestWord(to word: String, among candidates: [String]) -> String? {
  func distance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let substitution = diagonal + (x == y ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
  guard word.count <= 100 else { return nil }
  let scored = candidates.map { ($0, distance(Array(word), Array($0))) }
  guard let best = scored.min(by: { $0.1 < $1.1 }), best.1 <= max(2, word.count / 3) else { return nil }
  return best.0
}
