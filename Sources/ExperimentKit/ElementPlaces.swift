import Yams

/// Elements of lists that were left out of a configuration, to say where what is left stood in the file.
struct ElementPlaces {
  /// An element of a list: `points[1].particles`, 0.
  struct Element {
    let list: String
    let index: Int
  }

  /// By list as it is left: the original places of its elements that were left out, in the order in which they went.
  private var gone: [(list: String, index: Int)] = []

  /// The elements that a path leads through, innermost first.
  static func elements(in path: String) -> [Element] {
    path.matches(of: #/\[(\d+)\]/#).reversed().compactMap { match in
      Int(match.1).map { Element(list: String(path[..<match.range.lowerBound]), index: $0) }
    }
  }

  /// Notes an element that is left out, by its place in what is left.
  mutating func leaveOut(_ element: Element) { gone.append((element.list, element.index)) }

  /// Where a place of what is left stood in the file.
  func original(_ path: String) -> String {
    var path = path
    for (list, index) in gone.reversed() {
      guard path.hasPrefix(list + "["), let end = path.dropFirst(list.count + 1).firstIndex(of: "]"),
        let place = Int(path.dropFirst(list.count + 1)[..<end]), place >= index
      else { continue }
      path = "\(list)[\(place + 1)" + path[end...]
    }
    return path
  }
}

extension Node {
  /// Without an element of a list; nil where there is none such, or nothing else in the list.
  func without(_ element: ElementPlaces.Element) -> Node? {
    changed(at: element.list.split(separator: ".")[...]) { node in
      guard case .sequence(let sequence) = node, sequence.count > 1, sequence.indices.contains(element.index)
      else { return nil }
      var rest = Array(sequence)
      rest.remove(at: element.index)
      return Node(rest, sequence.tag, sequence.style)
    }
  }

  /// With what stands at a path changed; nil where the path leads nowhere.
  private func changed(at path: ArraySlice<Substring>, _ change: (Node) -> Node?) -> Node? {
    guard let part = path.first else { return change(self) }
    let pieces = part.split(separator: "[")
    let indices = pieces.dropFirst().compactMap { Int($0.dropLast()) }
    guard case .mapping(var mapping) = self,
      let key = mapping.keys.first(where: { $0.string == pieces.first.map(String.init) }),
      let child = mapping[key],
      let new = child.changed(at: indices[...], then: path.dropFirst(), change)
    else { return nil }
    mapping[key] = new
    return .mapping(mapping)
  }

  private func changed(
    at indices: ArraySlice<Int>, then path: ArraySlice<Substring>, _ change: (Node) -> Node?
  )
    -> Node?
  {
    guard let index = indices.first else { return changed(at: path, change) }
    guard case .sequence(var sequence) = self, sequence.indices.contains(index),
      let new = sequence[index].changed(at: indices.dropFirst(), then: path, change)
    else { return nil }
    sequence[index] = new
    return .sequence(sequence)
  }
}
