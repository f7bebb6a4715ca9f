import Foundation
import Testing

/// The code that the articles show is the code that runs here.
@Suite("Articles and README")
struct ArticleTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The fenced blocks of one language.
  private func blocks(_ article: String, language: String) -> [String] {
    var blocks: [String] = []
    var current: [Substring]?
    for line in article.split(separator: "\n", omittingEmptySubsequences: false) {
      if let lines = current {
        if line == "```" {
          blocks.append(lines.joined(separator: "\n"))
          current = nil
        } else {
          current = lines + [line]
        }
      } else if line == "```\(language)" {
        current = []
      }
    }
    return blocks
  }

  /// Without indentation and empty lines.
  private func words(_ code: String) -> [String] {
    code.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  @Test("the tutorial shows all of its program, in order, and prints what it says")
  func tutorial() throws {
    let article = try text("Papers/from-a-potential-to-a-certified-remainder.md")
    let shown = blocks(article, language: "swift").flatMap(words)
    #expect(shown.count > 60)
    let program = try ["TentPotential", "Tutorial"].flatMap {
      try words(text("Tests/TutorialTests/\($0).swift"))
    }
    #expect(shown == program.filter { !$0.hasPrefix("import ") })
    let printed = blocks(article, language: "text")
    #expect(printed.count == 1)
    let output = try certifiedRemainder()
    #expect(words(output) == printed.flatMap(words), "\(output)")
    #expect(output.components(separatedBy: " holds").count == 7, "\(output)")
  }

  @Test("README's library example compiles and runs as it is shown")
  func readme() throws {
    let blocks = blocks(try text("README.md"), language: "swift")
    #expect(blocks.count == 1)
    let shown = blocks.flatMap(words).joined(separator: "\n")
    let program = try words(text("Tests/TutorialTests/ReadmeExample.swift"))
    #expect(shown.contains("import VlasovHierarchy"))
    let body = program.drop { !$0.hasPrefix("func ") }.dropFirst().dropLast()
    #expect(body.count == 8 && shown.contains(body.joined(separator: "\n")))
    try readmeExample()
  }
}
