import CLibraries
import Yams

extension KeyShape {
  /// All that these readers ask for, found by running them on `text` and on its variants. Some hundred runs.
  ///
  /// - Parameters:
  ///   - text: a configuration that they accept.
  ///   - read: reads everything; what it throws ends one of the runs.
  static func explored(_ text: String, reading read: (ConfigurationNode) throws -> Void) -> KeyShape {
    var shape = KeyShape()
    guard let content = try? Yams.compose(yaml: text) else { return shape }
    let ranges = Exploration.Ranges()
    for isShifted in [false, true] {
      var seen: Set<[String: Exploration.Decision]> = [[:]]
      var open: [(decisions: [String: Exploration.Decision], depth: Int)] = [([:], 0)]
      var runs = 0
      while runs < min(open.count, most) {
        let (decisions, depth) = open[runs]
        runs += 1
        let exploration = Exploration(decisions, isShifted: isShifted, ranges: ranges)
        let record = EffectiveValue(exploration: exploration)
        let root = ConfigurationNode(path: "", file: "", content: content, record: record)
        var isComplete = true
        do { try read(root) } catch { isComplete = false }
        shape.merge(record.shape(isComplete: isComplete, exploration))
        guard depth < 3 else { continue }
        // After a refusal the questions just before it are asked together: of two keys one may have to go when the other comes.
        let late = isComplete || depth != 1 ? 0 : 4
        for (index, question) in exploration.questions.enumerated() where decisions[question.place] == nil {
          let isNew = !seen.contains([question.place: question.answer])
          guard isNew || index >= exploration.questions.count - late else { continue }
          var next = decisions
          next[question.place] = question.answer
          guard seen.insert(next).inserted else { continue }
          seen.insert([question.place: question.answer])
          open.append((next, depth + 1))
        }
      }
    }
    shape.isOptional = false
    return shape.united()
  }

  private static let most = 600
}

extension EffectiveValue {
  /// What was asked for here and further in.
  func shape(isComplete: Bool, _ exploration: Exploration) -> KeyShape {
    if let fixed = fixedShape { return fixed }
    var shape = KeyShape()
    for expectation in expectations { shape.add(expectation) }
    (shape.isOptional, shape.defaults) = (isOptional, Set(defaultText.map { [$0] } ?? []))
    (shape.isSometimesDemanded, shape.isDemandedAnyway) = (isDemanded, isDemandedAnyway)
    for list in lists {
      if shape.lists.isEmpty {
        shape.lists = [list]
      } else {
        shape.lists[0].least = max(shape.lists[0].least, list.least)
      }
    }
    if !shape.lists.isEmpty {
      for element in elements {
        shape.lists[0].items.merge(element.shape(isComplete: isComplete, exploration))
      }
    }
    var mapping = MappingShape()
    for key in keys {
      // One that was only looked at may be null, and is kept for the kinds of the mapping that read it.
      guard let child = value(key)?.shape(isComplete: isComplete, exploration),
        !child.isEmpty || child.isOptional
      else { continue }
      mapping.add(exploration.names.contains(key) ? "*" : key, child, isRead: isComplete)
    }
    if !mapping.order.isEmpty {
      mapping.visits = isComplete ? 1 : 0
      shape.variants[kindWord ?? ""] = mapping
    }
    return shape
  }

  /// The word of `kind` in this mapping.
  private var kindWord: String? {
    guard let kind = value("kind"), case .text(let word) = kind.kind, case .word? = kind.expectations.first
    else { return nil }
    return word
  }
}
