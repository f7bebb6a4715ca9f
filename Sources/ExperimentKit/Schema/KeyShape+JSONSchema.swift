// JSON Schema (draft 2020-12) of all that the readers ask for: what editors complete and check from.

import CLibraries

extension KeyShape {
  /// The schema of a program's configuration, its root.
  func jsonSchema(of program: String) -> JSONValue {
    guard case .object(let members) = schema(at: "", of: program, isDescribed: true) else { return .null }
    return .object(
      [
        ("$schema", .string("https://json-schema.org/draft/2020-12/schema")), ("title", .string(program)),
      ] + members.map { ($0.key, $0.value) })
  }

  func schema(at path: String, of program: String, isDescribed: Bool) -> JSONValue {
    var alternatives = scalars.flatMap(\.schemas)
    if let list = lists.first {
      let items =
        list.items.isEmpty
        ? JSONValue.object([] as [(String, JSONValue)])
        : list.items.schema(at: path, of: program, isDescribed: false)
      var members: [(String, JSONValue)] = [("type", "array"), ("items", items)]
      if list.least > 0 { members.append(("minItems", .integer(list.least))) }
      if let most = list.most { members.append(("maxItems", .integer(most))) }
      alternatives.append(members)
      if list.mayBeBare, case .object(let bare) = items {
        alternatives.append(bare.map { ($0.key, $0.value) })
      }
    }
    for (word, mapping) in variants.sorted(by: { $0.key < $1.key }) {
      alternatives.append(mapping.schema(at: path, kind: word, of: program))
    }
    // `null` stands for nothing written.
    if !isDemanded, !path.isEmpty { alternatives.append([("type", "null")]) }
    var result: [(String, JSONValue)] = []
    if let text = KeyDescriptions.text(of: path, in: program) {
      result.append(("description", .string(text)))
    }
    if let defaultText { result.append(("default", Self.json(defaultText))) }
    if alternatives.count == 1 {
      result += alternatives[0].filter { member in !result.contains { $0.0 == member.0 } }
    } else {
      result.append(("anyOf", .array(alternatives.map { .object($0) })))
    }
    return .object(result)
  }

  private static func json(_ text: String) -> JSONValue {
    if let integer = Int(text) { return .integer(integer) }
    if ["true", "false"].contains(text) { return .boolean(text == "true") }
    return DecimalNumber(text).map { .number($0.value) } ?? .string(text)
  }
}

extension MappingShape {
  func schema(at path: String, kind: String, of program: String) -> [(String, JSONValue)] {
    var members: [(String, JSONValue)] = []
    var others = JSONValue.boolean(false)
    for key in order {
      guard let property = properties[key] else { continue }
      let place = path.isEmpty ? key : "\(path).\(key)"
      var schema = property.shape.schema(at: place, of: program, isDescribed: true)
      if key == "kind", !kind.isEmpty {
        let text =
          KeyDescriptions.text(of: place, in: program).map { [("description", JSONValue.string($0))] } ?? []
          as [(String, JSONValue)]
        schema = .object(text + [("const", .string(kind))])
      }
      if key == "*" { others = schema } else { members.append((key, schema)) }
    }
    var result: [(String, JSONValue)] = [("type", "object"), ("properties", .object(members))]
    let required = order.filter(requires)
    if !required.isEmpty { result.append(("required", .array(required.map { .string($0) }))) }
    result.append(("additionalProperties", others))
    return result
  }
}

extension Expectation {
  /// One schema or several, any of which will do.
  fileprivate var schemas: [[(String, JSONValue)]] {
    switch self {
    case .number(_, let low, let high):
      var members: [(String, JSONValue)] = [("type", "number")]
      // What no other end limits is limited in magnitude.
      let largest = ConfigurationNode.largestNumber
      let bottom = low ?? Bound(value: -largest, isOpen: false)
      let top = high ?? Bound(value: largest, isOpen: false)
      members.append((bottom.isOpen ? "exclusiveMinimum" : "minimum", .number(bottom.value)))
      members.append((top.isOpen ? "exclusiveMaximum" : "maximum", .number(top.value)))
      return [members]
    case .integer(let low, let high):
      var members: [(String, JSONValue)] = [("type", "integer")]
      if let low { members.append(("minimum", .integer(low))) }
      if let high { members.append(("maximum", .integer(high))) }
      return [members]
    case .word(let words): return [[("enum", .array(words.map { .string($0) }))]]
    // A name of digits only is a text as well.
    case .text: return [[("type", .array(["string", "number", "boolean"]))]]
    case .boolean: return [[("type", "boolean")]]
    case .anything: return [[]]
    }
  }
}
