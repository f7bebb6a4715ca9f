// The files in which the system says what it allows: /proc, and the control groups around this process, of version 2 (one tree
// for all controllers) or 1 (a tree for each).

import Foundation

/// The system's files below a folder, "" for the system's own.
struct SystemFiles {
  let root: String

  func text(_ path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: root + path) else { return nil }
    return String(decoding: data, as: UTF8.self)
  }

  /// The number of a file that holds one; nil for "max".
  func number(_ path: String) -> Int? {
    text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  /// The numbers of a file; nil where one of its words is none.
  func numbers(_ path: String) -> [Int]? {
    guard let words = text(path)?.split(whereSeparator: \.isWhitespace) else { return nil }
    let numbers = words.compactMap { Int($0) }
    return numbers.count == words.count ? numbers : nil
  }

  /// The number behind a name, one pair a line.
  func entry(_ name: String, of path: String) -> Int? {
    for line in text(path)?.split(separator: "\n") ?? [] where line.hasPrefix(name) {
      return Int(line.dropFirst(name.count).filter(\.isNumber))
    }
    return nil
  }

  /// A control group: where its files are, and whether it is of version 2.
  struct ControlGroup {
    let folder: String
    let isUnified: Bool
  }

  /// The groups of a controller around the process, its own first, then those above it. A container may show the path of its
  /// host where its own group is the root of the mount: folders that do not exist have no limits.
  func controlGroups(of controller: String) -> [ControlGroup] {
    let mounts = mountPoints(of: controller)
    return (text("/proc/self/cgroup")?.split(separator: "\n") ?? []).flatMap { line -> [ControlGroup] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let isUnified = fields[0] == "0" && fields[1].isEmpty
      guard isUnified || fields[1].split(separator: ",").contains(Substring(controller)),
        let mount = isUnified ? mounts.unified : mounts.own
      else { return [] }
      let names = fields[2].split(separator: "/")
      return (0...names.count).reversed().map { depth in
        ControlGroup(folder: mount + names.prefix(depth).map { "/" + $0 }.joined(), isUnified: isUnified)
      }
    }
  }

  /// Where the tree for all controllers and the one of this controller are mounted.
  private func mountPoints(of controller: String) -> (unified: String?, own: String?) {
    var (unified, own): (String?, String?) = (nil, nil)
    for line in text("/proc/self/mountinfo")?.split(separator: "\n") ?? [] {
      // … (5) mount point … - type source options
      let halves = line.split(separator: " - ", maxSplits: 1)
      guard halves.count == 2 else { continue }
      let (place, kind) = (halves[0].split(separator: " "), halves[1].split(separator: " "))
      guard place.count > 4, let type = kind.first else { continue }
      if type == "cgroup2" { unified = unified ?? String(place[4]) }
      if type == "cgroup", kind.last?.split(separator: ",").contains(Substring(controller)) == true {
        own = own ?? String(place[4])
      }
    }
    return (unified, own)
  }
}
