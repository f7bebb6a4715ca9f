import Foundation
import Testing

/// `--schema` of every program against the files that there are and against damaged ones.
@Suite("Schemas of every experiment", .enabled(if: PythonScript.isReady))
struct SchemaTests {
  private static let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"
  /// Damaged files of each program: five hundred in all, or some of them.
  private static let mutations = isCampaign ? 46 : 6

  /// Says of every file named whether the schema, the first of the names, allows it; one that is no YAML is not.
  /// No key twice, and numbers as YAML 1.2 and the programs have them: 1e-3 is one, 0x10 and 1_000 are none.
  private static let program = #"""
    import json, re, sys, yaml, jsonschema

    class Loader(yaml.SafeLoader):
        def construct_mapping(self, node, deep=False):
            keys = [key.value for key, _ in node.value]
            assert len(keys) == len(set(map(str, keys))), "a key stands twice"
            return super().construct_mapping(node, deep)

    known = {"tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"}
    Loader.yaml_implicit_resolvers = {
        first: [pair for pair in pairs if pair[0] in known]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    number = r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?"
    for tag, pattern in (("int", r"[-+]?[0-9]+"), ("float", number), ("bool", "true|false")):
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$", re.ASCII), None)

    schema = json.load(open(sys.argv[1]))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for name in sys.argv[2:]:
        try:
            # YAML allows a tab where a space may stand between a key and its value; this parser does not.
            text = re.sub(r"(?<=[:,\[{])\t+", " ", open(name, encoding="utf-8").read())
            error = next(validator.iter_errors(yaml.load(text, Loader)), None)
            print("ok" if error is None else f"no: {error.message[:200]}".replace("\n", " "))
        except Exception as error:
            print("no YAML")
    """#

  private func verdicts(_ experiment: ExperimentUnderTest, _ files: [String], in scratch: ScratchFolder)
    throws
    -> [String]
  {
    let schema = try experiment.process.run(["--schema"], in: scratch.url)
    #expect(schema.exitCode == 0 && schema.errors == "", "\(schema.errors)")
    let file = try scratch.write(schema.output, to: "schema.json")
    let script = try scratch.write(Self.program, to: "validate.py")
    let outcome = try PythonScript.run([script, file] + files)
    #expect(outcome.status == 0, "\(outcome.output)")
    return outcome.output.split(separator: "\n").map(String.init)
  }

  @Test("the schema is one, and allows the default and every other case", arguments: ExperimentUnderTest.all)
  func files(experiment: ExperimentUnderTest) throws {
    let folder = PythonScript.root.appendingPathComponent("experiments/\(experiment)")
    let cases = (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/configurations")) ?? []
    let scratch = try ScratchFolder()
    let dumped = try experiment.process.run(["--dump-config"], in: scratch.url).output
    let files =
      [folder.path + "/default.yaml", try scratch.write(dumped, to: "dumped.yaml")]
      + cases.map { folder.path + "/configurations/\($0)" }
    let verdicts = try verdicts(experiment, files, in: scratch)
    #expect(verdicts == files.map { _ in "ok" }, "\(verdicts)")
  }

  @Test(
    "what a program reads its schema allows; most of what it refuses the schema refuses",
    arguments: ExperimentUnderTest.all)
  func mutations(experiment: ExperimentUnderTest) throws {
    let scratch = try ScratchFolder()
    let text = try experiment.process.run(["--dump-config"], in: scratch.url).output
    var mutations = Mutations(seed: 20)
    let texts = (0..<Self.mutations).map { _ in mutations.mutate(text) }
    var files: [String] = []
    var refusals: [String?] = []
    for (index, mutated) in texts.enumerated() {
      files.append(try scratch.write(mutated, to: "mutated-\(index).yaml"))
      let outcome = try experiment.process.run(
        ["--dump-config", "--quiet", "--config", files[index]], in: scratch.url, limit: .init(processor: 20))
      refusals.append(
        outcome.exitCode == 0 ? nil : outcome.errors.split(separator: "\n").first.map(String.init) ?? "")
    }
    let verdicts = try verdicts(experiment, files, in: scratch)
    try #require(verdicts.count == files.count)
    for (index, verdict) in verdicts.enumerated() where refusals[index] == nil {
      #expect(verdict == "ok", "\(verdict)\n\(texts[index])")
    }
    let refused = refusals.count { $0 != nil }
    let disagreements = zip(refusals, verdicts).compactMap { $1 == "ok" ? $0 : nil }
    if Self.isCampaign {
      print(
        "\(experiment): \(refused) of \(files.count) refused, \(disagreements.count) of these by the program alone"
      )
      for (index, message) in disagreements.enumerated() { print("\(experiment) \(index + 1): \(message)") }
      #expect(Double(disagreements.count) <= 0.1 * Double(refused), "\(disagreements)")
    }
  }

  @Test("every key has a line that says what it is", arguments: ExperimentUnderTest.all)
  func descriptions(experiment: ExperimentUnderTest) throws {
    let scratch = try ScratchFolder()
    let text = try experiment.process.run(["--schema"], in: scratch.url).output
    let schema = try JSONSerialization.jsonObject(with: Data(text.utf8))
    var missing: [String] = []
    func visit(_ value: Any, _ path: String) {
      guard let node = value as? [String: Any] else { return }
      for (key, child) in node["properties"] as? [String: Any] ?? [:] {
        if (child as? [String: Any])?["description"] == nil { missing.append("\(path).\(key)") }
        visit(child, "\(path).\(key)")
      }
      for child in node["anyOf"] as? [Any] ?? [] { visit(child, path) }
      for key in ["items", "additionalProperties"] { visit(node[key] as Any, path) }
    }
    visit(schema, "")
    #expect(missing.isEmpty, "\(missing)")
  }

  @Test("the page of all keys is what the programs say")
  func page() throws {
    let script = PythonScript.root.appendingPathComponent("scripts/keys.py").path
    let outcome = try PythonScript.run([script, ExperimentProcess.products.path])
    let page = try String(
      contentsOf: PythonScript.root.appendingPathComponent("Papers/keys.md"), encoding: .utf8)
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output == page, "python scripts/keys.py BINARIES > Papers/keys.md")
  }
}
