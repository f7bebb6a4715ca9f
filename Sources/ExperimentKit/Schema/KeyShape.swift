// What a configuration may say at one place, gathered from all that its readers asked for there.

/// Values, lists and mappings that are read at a place.
struct KeyShape: Sendable {
  var scalars: [Expectation] = []
  /// At most one.
  var lists: [ListShape] = []
  /// By the word of `kind`; under "" where there is no such key.
  var variants: [String: MappingShape] = [:]
  /// Whether nothing need be written here.
  var isOptional = false
  /// What is meant where nothing is written; several where it depends on other keys.
  var defaults: Set<String> = []

  /// Whether it is read without a default even where the readers know that nothing is written.
  var isDemandedAnyway = false
  /// Whether some reader had no default, for what else was written.
  var isSometimesDemanded = false

  /// What is meant where nothing is written, whatever else is.
  var defaultText: String? { defaults.count == 1 && !isSometimesDemanded ? defaults.first : nil }

  /// Nothing is known.
  var isEmpty: Bool { scalars.isEmpty && lists.isEmpty && variants.isEmpty }

  /// Whether something must be written here: a mapping all of whose keys have defaults may be left out.
  var isDemanded: Bool {
    if isDemandedAnyway { return true }
    guard !isOptional else { return false }
    guard scalars.isEmpty, lists.isEmpty else { return true }
    return !variants.isEmpty
      && variants.values.allSatisfy { shape in shape.order.contains(where: shape.requires) }
  }

  mutating func add(_ expectation: Expectation) {
    for (place, known) in scalars.enumerated() {
      guard let both = known.merged(with: expectation) else { continue }
      scalars[place] = both
      return
    }
    scalars.append(expectation)
  }

  mutating func merge(_ other: KeyShape) {
    for expectation in other.scalars { add(expectation) }
    if let list = other.lists.first {
      if lists.isEmpty { lists = [list] } else { lists[0].merge(list) }
    }
    for (word, mapping) in other.variants {
      variants[word, default: MappingShape()].merge(mapping)
    }
    isOptional = isOptional || other.isOptional
    isDemandedAnyway = isDemandedAnyway || other.isDemandedAnyway
    isSometimesDemanded = isSometimesDemanded || other.isSometimesDemanded
    defaults.formUnion(other.defaults)
  }

  /// What kinds of values there are.
  private var kinds: Set<String> {
    var kinds = Set(scalars.map(\.kind))
    if !lists.isEmpty { kinds.insert("list") }
    if !variants.isEmpty { kinds.insert("mapping") }
    return kinds
  }

  /// A key of several kinds of a mapping that takes the same sort of value is one key: what was found of it under one of them holds
  /// under all. A mapping that was left before its kind was known says nothing.
  func united() -> KeyShape {
    var shape = self
    if variants.contains(where: { $0.key != "" && $0.value.properties["kind"] != nil }) {
      shape.variants[""] = nil
    }
    for (word, mapping) in shape.variants {
      for key in mapping.order where key != "kind" {
        guard let own = mapping.properties[key]?.shape else { continue }
        for other in variants.values {
          guard let there = other.properties[key]?.shape,
            own.isEmpty || !own.kinds.isDisjoint(with: there.kinds)
          else { continue }
          let (isOptional, isDemanded) = (own.isOptional, own.isSometimesDemanded)
          shape.variants[word]?.properties[key]?.shape.merge(there)
          shape.variants[word]?.properties[key]?.shape.isOptional = isOptional
          shape.variants[word]?.properties[key]?.shape.isSometimesDemanded = isDemanded
        }
      }
    }
    shape.lists = shape.lists.map { list in
      var list = list
      list.items = list.items.united()
      return list
    }
    for word in shape.variants.keys {
      for (key, property) in shape.variants[word]?.properties ?? [:] {
        shape.variants[word]?.properties[key]?.shape = property.shape.united()
      }
    }
    return shape
  }

  /// Of `sweep`, whose keys are paths.
  static var sweep: KeyShape {
    let anything = KeyShape(scalars: [.anything])
    let values = KeyShape(lists: [ListShape(least: 1, most: nil, items: anything)])
    let grid = KeyShape(variants: ["": MappingShape(named: values)])
    let overrides = KeyShape(variants: ["": MappingShape(named: anything)])
    var list = KeyShape(lists: [ListShape(least: 1, most: nil, items: overrides)])
    list.isOptional = true
    var mapping = MappingShape()
    mapping.add("grid", grid)
    mapping.add("list", list)
    mapping.properties["grid"]?.shape.isOptional = true
    return KeyShape(variants: ["": mapping], isOptional: true)
  }
}

/// A list that is read at a place.
struct ListShape: Sendable {
  var least: Int
  /// nil: no limit, or one that depends on other keys.
  var most: Int?
  var items: KeyShape
  /// Whether its one number may stand without brackets.
  var mayBeBare = false

  mutating func merge(_ other: ListShape) {
    least = min(least, other.least)
    if most != other.most { most = nil }
    items.merge(other.items)
    mayBeBare = mayBeBare || other.mayBeBare
  }
}

/// A mapping that is read at a place, of one kind.
struct MappingShape: Sendable {
  /// A key, and in how many of the mappings it was read.
  struct Property: Sendable {
    var shape: KeyShape
    var reads = 0
  }

  /// Mappings that were read to the end.
  var visits = 0
  var order: [String] = []
  /// Under "*" what belongs to names that the user chooses.
  var properties: [String: Property] = [:]

  init() {}

  /// A mapping of names that the user chooses.
  init(named shape: KeyShape) { add("*", shape) }

  mutating func add(_ key: String, _ shape: KeyShape, isRead: Bool = false) {
    if properties[key] == nil {
      order.append(key)
      properties[key] = Property(shape: shape)
    } else {
      properties[key]?.shape.merge(shape)
    }
    if isRead { properties[key]?.reads += 1 }
  }

  mutating func merge(_ other: MappingShape) {
    visits += other.visits
    for key in other.order {
      guard let property = other.properties[key] else { continue }
      add(key, property.shape)
      properties[key]?.reads += property.reads
    }
  }

  /// Whether the key must be there: no reader has a default for it, and all asked for it.
  func requires(_ key: String) -> Bool {
    guard key != "*", let property = properties[key], property.shape.isDemanded else { return false }
    return visits == 0 || property.reads >= visits
  }
}
