import Foundation
import Testing
import Yams

/// Every number of a configuration, by its key path, with its place in the text.
struct ConfigurationNumbers {
  struct Number {
    /// As error messages write it: `model.species[0].mass`.
    let path: String
    let isInteger: Bool
    let range: Range<String.Index>
  }

  let text: String
  let numbers: [Number]

  /// Reads a configuration of plain ASCII.
  init(_ text: String) throws {
    self.text = text
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var numbers: [Number] = []
    func visit(_ node: Node, _ path: String) {
      switch node {
      case .mapping(let mapping):
        for (key, value) in mapping {
          let name = key.string ?? "?"
          visit(value, path.isEmpty ? name : "\(path).\(name)")
        }
      case .sequence(let list):
        for (index, value) in list.enumerated() { visit(value, "\(path)[\(index)]") }
      case .scalar(let scalar):
        guard scalar.style == .plain, Double(scalar.string) != nil, let mark = scalar.mark else { return }
        let line = lines[mark.line - 1]
        let start = line.index(line.startIndex, offsetBy: mark.column - 1)
        let end = line.index(start, offsetBy: scalar.string.count)
        numbers.append(Number(path: path, isInteger: Int(scalar.string) != nil, range: start..<end))
      case .alias: return
      }
    }
    visit(try #require(try Yams.compose(yaml: text)), "")
    self.numbers = numbers
  }

  /// The configuration with another number in this place.
  func replacing(_ number: Number, by value: String) -> String {
    text.replacingCharacters(in: number.range, with: value)
  }
}
