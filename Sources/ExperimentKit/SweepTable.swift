import CLibraries
import Foundation
import Yams

/// The results of all members of a sweep in two tables: `members`, a line for each with what it overrides, its exit code and the
/// numbers of its summary; and `rows`, a line for each row of any list of its summary (`list` says which). What is no number or
/// word, and no short list of them, stays in the members' own files. As CSV, and as columns of data.h5.
struct SweepTable {
  private(set) var members = FlatTable()
  private(set) var rows = FlatTable()

  /// Adds a member; `summary` is the text of its summary.json, nil where it has none.
  mutating func add(_ member: Sweep.Member, exitCode: Int32, summary: Data?) {
    var head = [("member", member.folder)]
    for (path, value) in member.overrides {
      if case .string(let word) = value { head.append((path, word)) } else { head.append((path, value.text)) }
    }
    var line = head + [("exitCode", "\(exitCode)")]
    defer { members.add(line) }
    guard let summary, summary.count <= Self.largest,
      case .mapping(let mapping)? = try? Yams.compose(yaml: String(decoding: summary, as: UTF8.self))
    else { return }
    for (key, value) in mapping {
      guard let name = key.string, !["experiment", "resolution", "columns"].contains(name) else { continue }
      if case .sequence(let list) = value, case .mapping? = list.first {
        for entry in list { rows.add(head + [("list", name)] + Self.flat(entry, "")) }
      } else {
        line += Self.flat(value, name)
      }
    }
  }

  /// A summary of more bytes is left to its own folder.
  private static let largest = 32 << 20

  /// Keys in dots; [2, 1] of whole numbers as "(2,1)", other short lists as name[0], name[1].
  private static func flat(_ node: Node, _ name: String) -> [(String, String)] {
    switch node {
    case .scalar(let scalar): return [(name, isNull(node) ? "" : scalar.string)]
    case .mapping(let mapping):
      return mapping.flatMap { key, value in
        flat(value, name.isEmpty ? key.string ?? "?" : "\(name).\(key.string ?? "?")")
      }
    case .sequence(let sequence):
      let texts = sequence.compactMap { element -> String? in
        guard case .scalar(let scalar) = element else { return nil }
        return isNull(element) ? "" : scalar.string
      }
      guard texts.count == sequence.count, texts.count <= 4 else { return [] }
      if texts.allSatisfy({ Int($0) != nil }) { return [(name, "(" + texts.joined(separator: ",") + ")")] }
      return texts.enumerated().map { ("\(name)[\($0)]", $1) }
    case .alias: return []
    }
  }

  /// members.csv, rows.csv and data.h5.
  func write(to folder: OutputFolder) throws -> [String] {
    try folder.write(Data(members.csv.utf8), to: "members.csv")
    try folder.write(Data(rows.csv.utf8), to: "rows.csv")
    try folder.replace("data.h5") { temporary throws(OutputError) in
      do {
        let file = try HDF5File(creating: temporary)
        try members.write(to: file, in: "members", axis: "member-number")
        try rows.write(to: file, in: "rows", axis: "row")
        try file.flush()
      } catch {
        throw OutputError(path: "data.h5", reason: "\(error)")
      }
    }
    return ["members.csv", "rows.csv", "data.h5"]
  }
}

/// Lines of named texts, which need not all have the same names.
struct FlatTable {
  private(set) var columns: [String] = []
  private var places: [String: Int] = [:]
  private var lines: [[String]] = []

  mutating func add(_ cells: [(String, String)]) {
    var line = [String](repeating: "", count: columns.count)
    for (name, text) in cells {
      if let place = places[name] {
        line[place] = text
      } else {
        places[name] = columns.count
        columns.append(name)
        line.append(text)
      }
    }
    lines.append(line)
  }

  private func column(_ place: Int) -> [String] { lines.map { place < $0.count ? $0[place] : "" } }

  /// Comma-separated, as RFC 4180 quotes.
  var csv: String {
    func quoted(_ text: String) -> String {
      guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
      return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
    let padded = lines.map { $0 + [String](repeating: "", count: columns.count - $0.count) }
    return ([columns] + padded).map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  /// Every column by its name, over one axis: numbers, NaN where there is none, or texts.
  func write(to file: HDF5File, in group: String, axis: String) throws(HDF5Error) {
    guard !lines.isEmpty else { return }
    let scale = "\(group)/\(axis)"
    try file.writeIntegers(Array(lines.indices), shape: [lines.count], at: scale)
    try file.makeScale(scale, name: axis)
    for (place, name) in columns.enumerated() {
      let texts = column(place)
      let path = "\(group)/\(name.replacing("/", with: "|"))"
      let numbers = texts.map { $0.isEmpty ? .nan : Double($0) }
      if numbers.allSatisfy({ $0 != nil }) {
        try file.write(numbers.map { $0 ?? .nan }, shape: [lines.count], at: path)
      } else {
        try file.writeTexts(texts, at: path)
      }
      try file.attach(scale: scale, toDimension: 0, of: path)
    }
  }
}
