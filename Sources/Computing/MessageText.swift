// Messages are one line for a person, whatever they quote: a key of a megabyte, a name with an escape sequence for the
// terminal, a path with a newline.

/// Texts from outside, made fit to be quoted.
public enum MessageText {
  /// The text with control, format and separator characters written by their numbers (`\n`, `\u{1B}`), and no longer
  /// than about `limit` characters: of a longer one the middle is left out. Applied twice it changes nothing more.
  public static func shown(_ text: String, limit: Int = 200) -> String {
    guard text.utf8.count > limit else { return escaped(text.unicodeScalars) }
    let scalars = text.unicodeScalars
    let head = scalars.prefix(limit / 3 * 2)
    let tail = scalars[head.endIndex...].suffix(limit / 3)
    return escaped(head) + (head.endIndex == tail.startIndex ? "" : "…") + escaped(tail)
  }

  /// The values as a list, "[1.5, 2]"; of many the first few and how many there are.
  public static func list(_ values: some Collection<some CustomStringConvertible>) -> String {
    guard values.count > 8 else { return "[" + values.map(\.description).joined(separator: ", ") + "]" }
    return "[" + values.prefix(6).map(\.description).joined(separator: ", ") + ", …] (\(values.count) values)"
  }

  private static func escaped(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var result = String.UnicodeScalarView()
    for scalar in scalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
        result.append(contentsOf: scalar.escaped(asASCII: true).unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
