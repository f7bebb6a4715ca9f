import Foundation
import TestRandomNumbers

/// Seeded damage to a configuration: what slips of the hand, broken editors and bad generators leave behind.
struct Mutations {
  private var random: SplitMix

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  /// One of the ways below, on one place or more of the text.
  mutating func mutate(_ text: String) -> String {
    var result = text
    for _ in 0...random.below(2) { result = once(result) }
    return result
  }

  /// The last digit of one decimal becomes another: a slip that most keys forgive.
  mutating func slip(_ text: String) -> String {
    let decimals = text.ranges(of: #/\b\d+\.\d+\b/#)
    guard !decimals.isEmpty else { return text }
    let place = text.index(before: decimals[random.below(decimals.count)].upperBound)
    let digit = (text[place].wholeNumberValue ?? 0) + 1 + random.below(9)
    return text.replacingCharacters(in: place...place, with: String(digit % 10))
  }

  private mutating func once(_ text: String) -> String {
    var lines = text.components(separatedBy: "\n")
    let line = random.below(lines.count)
    switch random.below(12) {
    case 0...4: return replaceWord(text)
    case 5: lines.remove(at: line)
    case 6: lines.insert(lines[line], at: random.below(lines.count))
    case 7: lines[line] = String(repeating: " ", count: random.below(9)) + lines[line]
    case 8: lines[line] = String(lines[line].drop { $0 == " " })
    case 9: return String(decoding: Array(text.utf8).prefix(random.below(text.utf8.count)), as: UTF8.self)
    case 10: return damageCharacter(text)
    default: lines[line] += Self.structures[random.below(Self.structures.count)]
    }
    return lines.joined(separator: "\n")
  }

  /// A key, a number or a name becomes something else.
  private mutating func replaceWord(_ text: String) -> String {
    guard let pattern = try? Regex("[A-Za-z0-9.-]+") else { return text }
    let words = text.ranges(of: pattern)
    guard !words.isEmpty else { return text }
    var result = text
    result.replaceSubrange(words[random.below(words.count)], with: Self.words[random.below(Self.words.count)])
    return result
  }

  private mutating func damageCharacter(_ text: String) -> String {
    var scalars = Array(text.unicodeScalars)
    guard !scalars.isEmpty else { return text }
    scalars[random.below(scalars.count)] = Self.scalars[random.below(Self.scalars.count)]
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  private static let words = [
    "-1", "0", "1", "3", "1e308", "-1e308", "1e-308", "9223372036854775807", "99999999999999999999", "nan",
    ".inf", "''",
    "~", "[]", "{}", "[[1]]", "{a: 1}", "*a", "100000", "0.5", "x", "true", "0x10", "1_000", "1.0.0", "٣",
  ]
  private static let structures = [
    " &a [*a]", " {", " ]", ": :", " #", " - -", " !!binary x", " |", " >", " <<: *b", ", ,",
    " " + String(repeating: "[", count: 2000), " " + String(repeating: "{a: ", count: 500),
  ]
  private static let scalars: [Unicode.Scalar] = [
    "\u{0}", "\u{7}", "\t", "\r", "\u{FEFF}", "\u{202E}", "é", "{", "[", ":", "\"", "'", "-", "\u{1F600}",
  ]
}
