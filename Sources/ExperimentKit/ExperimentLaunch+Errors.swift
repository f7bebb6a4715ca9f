import Yams

// All that is wrong with a file at once. The readers stop at the first error; others are found in two ways: from the shape of the
// keys (wrong kinds, ranges, unknown and missing keys), and by leaving out the element of a list that was refused and reading again,
// which finds what only the readers can know (a time that is no multiple of the step, a point off the grid).

extension ExperimentLaunch {
  /// `prepare`; where the file is wrong, with all that is wrong elsewhere in it, unless `--quiet`.
  /// - Throws: `ConfigurationError` for one error, `ConfigurationErrors` for more.
  func prepareOrSayAll(_ root: ConfigurationNode, _ defaults: [UInt8]) throws -> Prepared {
    do {
      return try prepare(root)
    } catch let first as ConfigurationError {
      guard let content = root.content, !options.quiet, !first.path.isEmpty else { throw first }
      var found = [first]
      func add(_ errors: [ConfigurationError]) {
        for error in errors where !found.contains(where: { $0.concernsSamePlace(as: error) }) {
          found.append(error)
        }
      }
      add(shape(defaults).violations(of: content, in: root.file))
      add(refusalsWithout(first, in: content, root.file))
      guard found.count > 1 else { throw first }
      throw ConfigurationErrors(errors: Array(found.prefix(Self.mostErrors)))
    }
  }

  /// More than these at once help nobody.
  private static var mostErrors: Int { 20 }

  /// What the readers refuse when the elements of lists that they refused before are left out.
  private func refusalsWithout(_ first: ConfigurationError, in content: Node, _ file: String)
    -> [ConfigurationError]
  {
    var found: [ConfigurationError] = []
    var left = (content: content, places: ElementPlaces())
    var last = first
    while found.count < Self.mostErrors {
      // The innermost list first: of a point with one wrong particle the others may still be looked at.
      let next = ElementPlaces.elements(in: last.path).lazy.compactMap { element in
        self.refusal(without: element, left, file)
      }.first
      guard let next else { break }
      left = (next.content, next.places)
      guard let error = next.error else { break }
      last = error
      found.append(
        ConfigurationError(file: file, path: left.places.original(error.path), message: error.message))
    }
    return found
  }

  private typealias Left = (content: Node, places: ElementPlaces)

  /// Reads without an element.
  /// - Returns: nil where what is then refused may follow from the gap: at the list, around it, or beside it in what it belongs to.
  private func refusal(without element: ElementPlaces.Element, _ left: Left, _ file: String) -> (
    content: Node, places: ElementPlaces, error: ConfigurationError?
  )? {
    // All else speaks of the species.
    guard element.list != "model.species", let content = left.content.without(element) else { return nil }
    var places = left.places
    places.leaveOut(element)
    do {
      _ = try prepare(
        ConfigurationNode(path: "", file: file, content: content, record: EffectiveValue()))
      return (content, places, nil)
    } catch let error as ConfigurationError {
      let owner = element.list.split(separator: ".").dropLast().joined(separator: ".")
      let isElement = error.path.hasPrefix(element.list + "[")
      let isRelated =
        error.path.isEmpty || element.list == error.path || element.list.hasPrefix(error.path + ".")
        || element.list.hasPrefix(error.path + "[")
        || !owner.isEmpty && (error.path == owner || error.path.hasPrefix(owner + "."))
      return isElement || !isRelated ? (content, places, error) : nil
    } catch { return nil }
  }
}

extension ConfigurationError {
  /// Whether one of the places is the other, or within it.
  fileprivate func concernsSamePlace(as other: ConfigurationError) -> Bool {
    func isWithin(_ inner: String, _ outer: String) -> Bool {
      inner == outer || inner.hasPrefix(outer + ".") || inner.hasPrefix(outer + "[")
    }
    return isWithin(path, other.path) || isWithin(other.path, path)
  }
}
