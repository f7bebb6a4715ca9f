import Foundation
import Testing

/// What README.md and the page of conventions show is what the programs and scripts do.
@Suite("Snippets of README and of the conventions")
struct SnippetTests {
  private static func text(_ path: String) throws -> String {
    try String(contentsOf: PythonScript.root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The fenced blocks of one language.
  private static func blocks(_ path: String, _ language: String) throws -> [String] {
    try text(path).matches(of: try Regex("(?ms)^```\(language)\n(.*?)^```$")).map {
      String($0[1].substring ?? "")
    }
  }

  private func run(_ program: String, _ yaml: String, _ output: String, in scratch: ScratchFolder) throws
    -> ExperimentProcess.Outcome
  {
    let file = try scratch.write(yaml, to: "mine.yaml")
    let outcome = try ExperimentProcess(name: program).run(
      ["--config", file, "--output", output], in: scratch.url)
    #expect(outcome.exitCode == 0, "\(yaml)\n\(outcome.errors)")
    return outcome
  }

  /// Runs a block of Python in the folder, with scripts/ on its path.
  private func python(_ code: String, in scratch: ScratchFolder) throws {
    let scripts = PythonScript.root.appendingPathComponent("scripts").path
    let outcome = try PythonScript.run(
      ["-c", "import sys; sys.path.insert(0, '\(scripts)')\n\(code)"], in: scratch.url)
    #expect(outcome.status == 0, "\(outcome.output)")
  }

  @Test("README's model runs and prints what is shown, its sweep runs, its Python reads the result")
  func readme() throws {
    let yaml = try Self.blocks("README.md", "yaml")
    try #require(yaml.count == 2)
    let scratch = try ScratchFolder()
    let outcome = try run("vlasov-flow", yaml[0], "results/mine", in: scratch)
    #expect(!outcome.output.contains("not resolved"))
    let shown = try #require(try Self.blocks("README.md", "text").last)
    // Another processor may have other last digits: the heads and the verdict are those of the run.
    for line in shown.split(separator: "\n") where !line.contains("electron") {
      #expect(outcome.output.contains(line), "\(line)\n\(outcome.output)")
    }
    let rate = try #require(try scratch.rows("results/mine", "fits").first?["rate"] as? Double)
    #expect(shown.contains(String(format: "%.3f", 10 * rate).prefix(4)), "\(rate)")
    let sweep = try run("vlasov-flow", yaml[0] + yaml[1], "results/sweep", in: scratch)
    #expect(sweep.output.contains("4 of 4 runs finished"))
    guard PythonScript.isReady else { return }
    let code = try Self.blocks("README.md", "python")
    #expect(code.count == 1)
    for block in code { try python(block, in: scratch) }
    try python(
      """
      import results
      data = results.open_sweep("results/sweep")
      assert dict(data.sizes)["coupling"] == 2 and dict(data.sizes)["drift"] == 2, data.sizes
      rows = results.rows("results/sweep")
      assert len(rows) == 16 and set(rows["coupling"]) == {0.5, 1}, rows
      """, in: scratch)
    let script = PythonScript.root.appendingPathComponent("scripts/figures/vlasov-flow.py").path
    let figures = try PythonScript.run([script, "results/sweep", "figures"], in: scratch.url)
    #expect(figures.status == 0, "\(figures.output)")
    #expect(scratch.entries(of: "figures").contains("sweep.png"))
    #expect(scratch.entries(of: "figures/run-003").contains("energy-against-time.png"))
  }

  @Test("README's commands name scripts, programs and options that there are")
  func commands() throws {
    let lines = try Self.blocks("README.md", "sh").flatMap { $0.split(separator: "\n") }
    #expect(lines.count >= 5)
    for line in lines {
      let words = line.prefix { $0 != "#" }.split(separator: " ").map(String.init)
      for word in words where word.hasPrefix("scripts/") {
        #expect(
          FileManager.default.fileExists(atPath: PythonScript.root.appendingPathComponent(word).path),
          "\(word)")
      }
      guard let program = words.first, program.hasPrefix(".build/release/") else { continue }
      let help = try ExperimentProcess(name: String(program.split(separator: "/").last ?? "")).run(
        ["--help"], in: PythonScript.root)
      #expect(help.exitCode == 0)
      for word in words where word.hasPrefix("--") { #expect(help.output.contains(word + " "), "\(word)") }
    }
  }

  @Test("the YAML of the conventions is a flow and a series; its Python reads the flow")
  func conventions() throws {
    let yaml = try Self.blocks("Papers/model-and-conventions.md", "yaml")
    try #require(yaml.count == 3)
    let scratch = try ScratchFolder()
    _ = try run("vlasov-flow", yaml[0] + yaml[1], "run", in: scratch)
    let series = try run("dyson-remainder", yaml.joined(), "series", in: scratch)
    #expect(!series.output.isEmpty)
    #expect(try scratch.rows("series").first?["marginal"] as? [Int] == [2, 1])
    guard PythonScript.isReady else { return }
    for block in try Self.blocks("Papers/model-and-conventions.md", "python") {
      try python(block, in: scratch)
    }
  }

  @Test("the sweep on an experiment's page is one of its default", arguments: ExperimentUnderTest.all)
  func sweeps(experiment: ExperimentUnderTest) throws {
    let scratch = try ScratchFolder()
    for block in try Self.blocks("experiments/\(experiment)/README.md", "yaml")
    where block.hasPrefix("sweep:") {
      let file = try scratch.write(
        try experiment.process.run(["--dump-config"], in: scratch.url).output + block, to: "sweep.yaml")
      let outcome = try experiment.process.run(["--dump-config", "--config", file], in: scratch.url)
      #expect(outcome.exitCode == 0 && outcome.output.contains("sweep:"), "\(outcome.errors)")
    }
  }

  @Test("the notebook goes from a run of the default to a figure", .enabled(if: PythonScript.isReady))
  func notebook() throws {
    let scratch = try ScratchFolder()
    let outcome = try ExperimentProcess(name: "vlasov-flow").run(
      ["--quiet", "--output", "run"], in: scratch.url)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let scripts = PythonScript.root.appendingPathComponent("scripts").path
    let notebook = try PythonScript.run(
      [scripts + "/run-notebook.py", scripts + "/from-a-run-to-a-figure.ipynb"], in: scratch.url)
    #expect(notebook.status == 0 && notebook.output.contains("5 cells"), "\(notebook.output)")
    #expect(scratch.entries().contains("landau-damping.png"))
  }
}
