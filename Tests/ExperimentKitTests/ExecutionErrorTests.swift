import CLibraries
import ExperimentKit
import Foundation
import Testing

/// What fails while a run computes has the code of its kind and, where the configuration is at fault, its place there.
@Suite("Errors while executing")
struct ExecutionErrorTests {
  private static let nested = """
    model: {domain: {length: 3}, masses: [1, 2]}
    orbitals: {a: {momentum: 1}, b: {momentum: 2}}
    coarse: {modes: 4}
    modes: 3
    times: [1, 2]
    """

  /// Reads everything of the nested configuration.
  private static func root() throws -> ConfigurationNode {
    let root = try ConfigurationNode(yaml: nested, file: "test.yaml")
    _ = try root["model"]["domain"]["length"].number()
    _ = try root["model"]["masses"].numbers()
    for name in ["a", "b"] { _ = try root["orbitals"][name]["momentum"].number() }
    _ = try root["coarse"]["modes"].integer(in: 0...9)
    _ = try root["modes"].integer(in: 0...9)
    _ = try root["times"].numbers()
    return root
  }

  @Test(
    "what the library refuses is located where it was read",
    arguments: [
      ("domain.length", "test.yaml: model.domain.length: expected x, got y"),
      ("length", "test.yaml: model.domain.length: expected x, got y"),
      ("mass", "test.yaml: mass: expected x, got y"),
      ("masse", "test.yaml: model.masses: expected x, got y"),
      ("time", "test.yaml: times: expected x, got y"),
      ("modes", "test.yaml: modes: expected x, got y"),
      ("momentum", "test.yaml: orbitals: momentum: expected x, got y"),
      ("nothing of the kind", "test.yaml: nothing of the kind: expected x, got y"),
    ])
  func places(argument: String, message: String) throws {
    let error = #expect(throws: ConfigurationError.self) {
      try Self.root().locatingUse { throw ArgumentError(argument, expected: "x", got: "y") }
    }
    #expect(error.map { "\($0)" } == message)
  }

  @Test("a library that names the whole it belongs to is located under the name this whole has here")
  func renamedWhole() throws {
    let node = try Self.root()["coarse"]
    let error = #expect(throws: ConfigurationError.self) {
      try node.locating { throw ArgumentError("lattice.modes", expected: "x", got: "y") }
    }
    #expect(error?.path == "coarse.modes")
  }

  @Test("an argument refused while a run computes is 64 with its key, and leaves nothing")
  func execution() throws {
    let scratch = try TemporaryFolder()
    let outcome = Harness.run(["--output", scratch.path + "/out"]) { _, _ in
      throw ArgumentError("number", expected: "less", got: "1e30")
    }
    #expect(outcome.code == 64)
    #expect(outcome.errors == "sums: embedded default: numbers: expected less, got 1e30\n")
    #expect(scratch.entries() == [])
  }

  @Test(
    "a row with a number that is not finite is a numerical failure, unless the row says why",
    arguments: [
      (JSONValue.object([("value", .number(.nan))]), Int32(70)),
      (.object([("value", .numbers([1, -.infinity]))]), 70),
      (.object([("value", .number(.nan)), ("verdict", "holds")]), 70),
      (.object([("value", .number(.nan)), ("verdict", "undecided")]), 0),
      (.object([("value", .number(.nan)), ("reason", "overflows Float64")]), 0),
      (.object([("value", .optional(nil)), ("figure", .finite(.infinity))]), 0),
    ])
  func nonFiniteRows(row: JSONValue, code: Int32) throws {
    let scratch = try TemporaryFolder()
    // A member of the same name before the harness's own.
    let outcome = Harness.run(["--output", scratch.path + "/out"]) { _, run in
      run.summary.append(("rows", .array([["value": 1.0], row])))
    }
    #expect(outcome.code == code, "\(outcome.errors)")
    #expect(outcome.errors.contains("rows[1].") == (code == 70), "\(outcome.errors)")
  }

  @Test(
    "numbers whose squares leave Float64 are refused",
    arguments: [("1e101", false), ("-1e200", false), ("1e100", true), ("1e-320", true), ("0", true)])
  func largest(text: String, isAccepted: Bool) throws {
    let root = try ConfigurationNode(yaml: "x: \(text)", file: "test.yaml")
    let number = try? root["x"].number()
    #expect((number != nil) == isAccepted)
    let positive = try? ConfigurationNode(yaml: "x: \(text)", file: "test.yaml")["x"].positive()
    #expect((positive != nil) == (text == "1e100"))
  }

  @Test(
    "work expected to take longer than the limit is refused at its key",
    arguments: [
      ("", 200.0, true), ("", 300, false), ("time-limit: 2\n", 1, true), ("time-limit: 2\n", 3, false),
    ])
  func timeLimit(line: String, hours: Double, isAccepted: Bool) throws {
    let root = try ConfigurationNode(yaml: line + "steps: 7", file: "test.yaml")
    _ = try root["steps"].integer(in: 0...9)
    do {
      try root.requireTime(seconds: hours * 3600, at: root["steps"], "steps")
      #expect(isAccepted)
    } catch {
      #expect(!isAccepted)
      #expect("\(error)".hasPrefix("test.yaml: steps: expected work of at most "), "\(error)")
    }
    #expect(throws: ConfigurationError.self) {
      try root.requireTime(seconds: .nan, at: root["steps"], "steps")
    }
  }
}
