import CLibraries
import ExperimentKit
import Testing

@Suite("Configurations")
struct ConfigurationNodeTests {
  /// Reads a small document the way an experiment would.
  static func read(_ yaml: String) throws -> (effective: String, mass: DecimalNumber) {
    let root = try ConfigurationNode(yaml: yaml, file: "test.yaml")
    let mass = try root["particle"]["mass"].number("a positive number", default: 1) { $0 > 0 }
    _ = try root["particle"]["kind"].choice(of: ["boson", "fermion"], default: "fermion")
    _ = try root["times"].numbers(atLeast: 1)
    _ = try root["modes"].integer(in: 0...99, default: 7)
    _ = try root["exact"].boolean(default: false)
    for entry in try root["list"].list(orEmpty: true) { _ = try entry["m"].integer(in: -5...5) }
    try root.finish()
    return (root.effectiveYAML, mass)
  }

  @Test("the effective configuration is complete, keeps the numbers as written, and reads back to itself")
  func effectiveConfigurationIsAFixedPoint() throws {
    let (effective, mass) = try Self.read(
      "times: [0.10, 2.5e-1]\nlist: [{m: -3}, {m: 2}]\nparticle: {mass: 0.1000}\n")
    #expect(mass.text == "0.1000")
    #expect(effective.contains("0.1000") && effective.contains("0.10, 2.5e-1"))
    #expect(
      effective.contains("kind: fermion") && effective.contains("modes: 7")
        && effective.contains("exact: false"))
    #expect(try Self.read(effective).effective == effective)
  }

  @Test(
    "a wrong value is one message with the key path and what was expected",
    arguments: [
      ("times: [0.1, abc]", "times[1]", "number"),
      ("times: [0.1, .inf]", "times[1]", "number"),
      ("times: [0.1, 1e400]", "times[1]", "number"),
      ("times: [\"0.1\"]", "times[0]", "number"),
      ("times: []", "times", "at least 1"),
      ("times: 3", "times", "list"),
      ("{}", "times", "list"),
      ("times: [1]\nmodes: 1.5", "modes", "integer from 0 to 99"),
      ("times: [1]\nmodes: 100", "modes", "integer from 0 to 99"),
      ("times: [1]\nmodes: 99999999999999999999999", "modes", "integer"),
      ("times: [1]\nmodes: [1]", "modes", "integer"),
      ("times: [1]\nexact: maybe", "exact", "true or false"),
      ("times: [1]\nparticle: {kind: fermoin}", "particle.kind", "did you mean 'fermion'"),
      ("times: [1]\nparticle: {mass: -1}", "particle.mass", "positive"),
      ("times: [1]\nparticle: {mas: 1}", "particle.mas", "did you mean 'mass'"),
      ("times: [1]\nparticle: 3", "particle", "mapping"),
      ("times: [1]\nlist: [{m: 9}]", "list[0].m", "integer from -5 to 5"),
      ("times: [1]\nlist: [{m: 1}, {n: 1}]", "list[1].m", "integer"),
      ("times: [1]\nlist: [{m: 1, n: 1}]", "list[0].n", "unknown key"),
      ("times: [1]\nmystery: 1", "mystery", "unknown key"),
      ("times: [1]\ntimes: [2]", "", "YAML"),
      ("times: [1\n", "", "YAML"),
      ("\tfoo: 1", "", "YAML"),
      ("", "", "mapping"),
      ("[1, 2]", "", "mapping"),
      ("just text", "", "mapping"),
      ("times: [1]\n---\ntimes: [2]", "", "YAML"),
    ])
  func wrongValues(yaml: String, path: String, fragment: String) {
    do {
      _ = try Self.read(yaml)
      Issue.record("accepted: \(yaml)")
    } catch let error as ConfigurationError {
      #expect(error.path == path)
      #expect(error.description.contains(fragment), "\(error)")
      #expect(error.description.hasPrefix("test.yaml"))
    } catch {
      Issue.record("another error: \(error)")
    }
  }

  @Test("ten thousand nested brackets are an error, not a stack overflow")
  func deepNesting() {
    #expect(throws: ConfigurationError.self) {
      try Self.read("times: " + String(repeating: "[", count: 10_000))
    }
  }

  @Test("aliases that multiply are not expanded")
  func aliasBomb() {
    var yaml = "a: &a [1, 1]\n"
    for (previous, name) in zip("abcdefghijklmnop", "bcdefghijklmnopq") {
      yaml += "\(name): &\(name) [*\(previous), *\(previous), *\(previous), *\(previous)]\n"
    }
    #expect(throws: ConfigurationError.self) { try Self.read(yaml + "times: [1]\n") }
  }

  @Test("aliases are counted by what they write out, also in a sweep")
  func expandedAliases() throws {
    let long = "[" + Array(repeating: "1", count: 2000).joined(separator: ", ") + "]"
    let wide = "a: &a \(long)\nb: &b [" + Array(repeating: "*a", count: 16).joined(separator: ", ") + "]\n"
    let bomb = wide + "c: [" + Array(repeating: "*b", count: 16).joined(separator: ", ") + "]\n"
    let error = #expect(throws: ConfigurationError.self) { try Self.read(bomb + "times: [1]\n") }
    #expect(error?.description.contains("at most 500000 values, aliases written out") == true)
    // Ten thousand members that share one long value.
    let hundred = Array(repeating: "0.5", count: 100).joined(separator: ", ")
    let scratch = try TemporaryFolder()
    try scratch.write(
      "numbers: [1]\nsweep:\n  grid:\n    scale: [\(hundred)]\n    numbers: ["
        + Array(repeating: "&n \(long)", count: 1).joined() + ", "
        + Array(repeating: "*n", count: 30).joined(separator: ", ") + "]\n", to: "sweep.yaml")
    let outcome = Harness.run(["--config", scratch.path + "/sweep.yaml", "--dump-config"])
    #expect(outcome.code == 64, "\(outcome.errors)")
    #expect(outcome.errors.contains("sweep: expected at most 1000000 values in all overrides together"))
  }

  @Test(
    "merge keys are named, not taken for unknown ones",
    arguments: [
      ("base: &b {mass: 1}\nparticle: {<<: *b}\ntimes: [1]", "particle.<<"),
      ("list: [{<<: {m: 1}}]\ntimes: [1]", "list[0].<<"),
    ])
  func mergeKeys(yaml: String, path: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try Self.read(yaml) }
    #expect(error?.path == path)
    #expect(error?.message.contains("merge keys (<<) are not read") == true)
  }

  @Test("what a message quotes is escaped and cut, however long or strange")
  func quoted() throws {
    let long = String(repeating: "k", count: 1 << 20)
    for yaml in [
      "times: [\"a\\nb\\e[31mred\\u202Eback\"]", "times: [\(long)]", "times: [1]\n? \(long)\n: 1",
      "times: [1]\n\"x\\ny\\e[2J\": 1", "times: {\(String(repeating: "q", count: 100_000)): 1}",
      "times: [1]\nparticle: {kind: \"\\e]0;title\\a\"}",
    ] {
      let error = #expect(throws: ConfigurationError.self) { try Self.read(yaml) }
      let text = error?.description ?? ""
      #expect(text.utf8.count < 1500, "\(text.utf8.count) bytes")
      #expect(
        !text.unicodeScalars.contains { $0.properties.generalCategory == .control || $0.value == 0x202E },
        "\(text)")
    }
    #expect(MessageText.shown("a\nb\u{1B}[31m") == "a\\nb\\u{1B}[31m")
    #expect(MessageText.shown(MessageText.shown("ħ\t“x”")) == "ħ\\t“x”")
  }

  @Test("a range without an end is not written with one")
  func ranges() throws {
    let outcome = Harness.run(["--seed=-1"])
    #expect(outcome.errors.contains("--seed: expected an integer of at least 0, got -1"), "\(outcome.errors)")
  }

  @Test("a library error inside a node gets the node's path")
  func locating() throws {
    let root = try ConfigurationNode(yaml: "box: {size: 1}", file: "test.yaml")
    let error = #expect(throws: ConfigurationError.self) {
      try root["box"].locating { throw ArgumentError("size", expected: "an even number", got: "1") }
    }
    #expect(error?.description == "test.yaml: box.size: expected an even number, got 1")
    // The library names the whole that its argument is part of; here that whole is this place, whatever its name.
    let whole = try ConfigurationNode(yaml: "moyal: {modes: 1}", file: "test.yaml")["moyal"]
    _ = try whole["modes"].integer(in: 0...9)
    let inner = #expect(throws: ConfigurationError.self) {
      try whole.locating { throw ArgumentError("lattice.modes", expected: "2", got: "1") }
    }
    #expect(inner?.path == "moyal.modes")
  }
}
