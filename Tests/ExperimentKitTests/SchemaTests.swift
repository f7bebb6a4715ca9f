import ExperimentKit
import Foundation
import Testing

/// What `--schema` says, and that all errors of a file are said at once, on readers with every kind of key.
@Suite("Schemas")
struct SchemaTests {
  private static let defaults = """
    size: 4
    shape: {kind: disc, radius: 1.0}
    names: [{name: a, weight: 0.5}]
    """

  /// Reads a choice, keys that only some kinds have, lists, a range that depends on another key, an optional section.
  private static func read(_ root: ConfigurationNode) throws {
    let size = try root["size"].integer(in: 1...100)
    _ = try root["place"].integer(in: 0...size, default: 0)
    let shape = root["shape"]
    switch try shape["kind"].choice(of: ["disc", "box"]) {
    case "disc": _ = try shape["radius"].positive()
    default: _ = try shape["sides"].numbers(count: 2)
    }
    for entry in try root["names"].list(atLeast: 1) {
      _ = try entry["name"].string()
      _ = try entry["weight"].number("a number in (0, 1]") { $0 > 0 && $0 <= 1 }
      let bare = try entry["axis"].numbers(count: 1, default: [2])
      #expect(bare.count == 1)
    }
    let extra = root["extra"]
    if !extra.isAbsent { _ = try extra["on"].boolean() }
    guard size < 90 else { throw root["size"].error(expected: "less than 90") }
  }

  private static func run(_ arguments: [String]) -> Harness.Outcome {
    let collector = CollectingConsole()
    let code = Experiment.run(
      "shapes", arguments: arguments, defaults: Array(defaults.utf8), console: collector.console,
      configure: read
    ) { _, _ in }
    return collector.outcome(code)
  }

  private static func schema() throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(run(["--schema"]).output.utf8))
    return try #require(object as? [String: Any])
  }

  private static func properties(_ schema: Any?) throws -> [String: Any] {
    try #require((schema as? [String: Any])?["properties"] as? [String: Any])
  }

  @Test("a schema has every key with its type, range, default and whether it is required")
  func keys() throws {
    let schema = try Self.schema()
    #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    #expect(schema["required"] as? [String] == ["size", "shape", "names"])
    let properties = try Self.properties(schema)
    #expect(
      Set(properties.keys) == [
        "size", "place", "shape", "names", "extra", "seed", "threads", "time-limit", "sweep",
      ])
    let size = try #require(properties["size"] as? [String: Any])
    #expect(size["type"] as? String == "integer")
    #expect(size["minimum"] as? Int == 1 && size["maximum"] as? Int == 100)
    let names = try #require(properties["names"] as? [String: Any])
    #expect(names["minItems"] as? Int == 1)
    let weight = try Self.properties(names["items"])["weight"] as? [String: Any]
    #expect(weight?["exclusiveMinimum"] as? Double == 0 && weight?["maximum"] as? Double == 1)
    let axis = try #require(try Self.properties(names["items"])["axis"] as? [String: Any])
    // A list of one, the number alone, or nothing.
    #expect((axis["anyOf"] as? [Any])?.count == 3)
  }

  @Test("keys that only one kind has belong to that kind; a section that is absent is looked into")
  func kinds() throws {
    let properties = try Self.properties(try Self.schema())
    let kinds = try #require((properties["shape"] as? [String: Any])?["anyOf"] as? [[String: Any]])
    #expect(try kinds.map { Set(try Self.properties($0).keys) } == [["kind", "sides"], ["kind", "radius"]])
    let extra = try #require((properties["extra"] as? [String: Any])?["anyOf"] as? [[String: Any]])
    #expect(try Self.properties(extra[0]).keys.first == "on")
  }

  @Test("an end of a range that depends on another key is none")
  func dependent() throws {
    let place = try Self.properties(try Self.schema())["place"] as? [String: Any]
    let integer = try #require((place?["anyOf"] as? [[String: Any]])?.first)
    #expect(integer["minimum"] as? Int == 0 && integer["maximum"] == nil)
  }

  @Test("all errors of a file are said at once, what the readers stop at first; with --quiet that alone")
  func allErrors() throws {
    let scratch = try TemporaryFolder()
    try scratch.write(
      "size: 0\nplace: 70\nshape: {kind: box, radius: 1}\nnames: [{nmae: a, weight: 2}, 3]\nexrta: {on: true}\n",
      to: "wrong.yaml")
    let outcome = Self.run(["--config", scratch.path + "/wrong.yaml"])
    #expect(outcome.code == 64 && outcome.output == "")
    let lines = outcome.errors.split(separator: "\n").map {
      $0.replacing("shapes: \(scratch.path)/wrong.yaml: ", with: "")
    }
    #expect(
      lines == [
        "size: expected an integer from 1 to 100, got '0'",
        "shape.radius: unknown key, expected one of kind, sides",
        "shape.sides: expected a list of 2, got nothing",
        "names[0].nmae: unknown key, did you mean 'name'?",
        "names[0].weight: expected a number in (0, 1], got '2'",
        "names[1]: expected a mapping of keys to values, got '3'",
        "exrta: unknown key, did you mean 'extra'?",
      ], "\(outcome.errors)")
    let quiet = Self.run(["--config", scratch.path + "/wrong.yaml", "--quiet"])
    #expect(quiet.code == 64 && quiet.errors.filter { $0 == "\n" }.count == 1)
    #expect(outcome.errors.hasPrefix(quiet.errors))
  }

  /// Times are multiples of the step, points lie in the window, and particles have one of the species.
  private static func readPoints(_ root: ConfigurationNode) throws {
    for species in try root["model"]["species"].list(atLeast: 1) { _ = try species.string() }
    for entry in try root["times"].list(atLeast: 1) {
      guard try entry.number().value.truncatingRemainder(dividingBy: 0.5) == 0 else {
        throw entry.error(expected: "a multiple of 0.5")
      }
    }
    for point in try root["points"].list(atLeast: 1) {
      let particles = try point["particles"].list(atLeast: 1)
      for particle in particles where try particle.integer(in: -9...9).magnitude > 3 {
        throw particle.error(expected: "a place in the window")
      }
      guard try point["of"].numbers().count == particles.count else {
        throw point["of"].error(expected: "as many as there are particles")
      }
    }
  }

  @Test(
    "of lists all elements that only the readers can judge are said, where they stand in the file, and nothing that follows"
  )
  func semanticErrors() throws {
    let scratch = try TemporaryFolder()
    func errors(_ text: String) throws -> [String] {
      try scratch.write(text, to: "wrong.yaml")
      let collector = CollectingConsole()
      let code = Experiment.run(
        "points", arguments: ["--config", scratch.path + "/wrong.yaml"],
        defaults: Array("{model: {species: [a]}, times: [1], points: [{particles: [1], of: [1]}]}".utf8),
        console: collector.console, configure: Self.readPoints
      ) { _, _ in }
      #expect(code == 64)
      return collector.outcome(code).errors.split(separator: "\n").map {
        String($0).replacing("points: \(scratch.path)/wrong.yaml: ", with: "")
      }
    }
    #expect(
      try errors(
        """
        model: {species: [a]}
        times: [0.5, 0.7, 1, 1.2, 1.3]
        points: [{particles: [1], of: [1]}, {particles: [0, 4, 5], of: [1, 1, 1]}, {particles: [7], of: [1]}]
        seed: -1
        """) == [
          "times[1]: expected a multiple of 0.5, got '0.7'",
          "seed: expected an integer of at least 0, got '-1'",
          "times[3]: expected a multiple of 0.5, got '1.2'",
          "times[4]: expected a multiple of 0.5, got '1.3'",
          "points[1].particles[1]: expected a place in the window, got '4'",
          "points[1].particles[2]: expected a place in the window, got '5'",
          "points[2].particles[0]: expected a place in the window, got '7'",
        ])
    // One error, and no others that leaving it out would make.
    #expect(
      try errors("model: {species: [a]}\ntimes: [0.7]\npoints: [{particles: [1, 4], of: [1, 1]}]") == [
        "times[0]: expected a multiple of 0.5, got '0.7'"
      ])
  }

  @Test("--help says what is answered, two examples, and where the keys are")
  func help() {
    let collector = CollectingConsole()
    let code = Experiment.run(
      "shapes", answers: "Which shapes are there?", arguments: ["--help"],
      defaults: Array(Self.defaults.utf8),
      console: collector.console, configure: Self.read
    ) { _, _ in }
    let text = collector.outcome(code).output
    #expect(code == 0 && text.hasPrefix("Which shapes are there?\n"))
    #expect(text.contains("shapes --dump-config > mine.yaml; shapes --config mine.yaml"))
    #expect(text.contains("Papers/keys.md") && text.contains("shapes --schema"))
    #expect(text.contains("--resume"))
  }
}
