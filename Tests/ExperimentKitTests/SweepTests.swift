import CLibraries
import ExperimentKit
import Foundation
import Testing

@Suite("Sweeps")
struct SweepTests {
  static let grid = "numbers: [1, 2, 3]\nsweep:\n  grid: {scale: [0.10, 2], 'numbers[1]': [5, 7]}\n"

  static func rows(_ scratch: TemporaryFolder, _ name: String) throws -> [[String: Any]] {
    let json = try JSONSerialization.jsonObject(with: Data(scratch.text(name).utf8)) as? [String: Any]
    return try #require(json?["sweep"] as? [[String: Any]])
  }

  @Test("a grid runs every combination into a folder of its own, the last key fastest")
  func grid() throws {
    let scratch = try TemporaryFolder()
    try scratch.write(Self.grid, to: "sweep.yaml")
    let outcome = Harness.run(["--config", scratch.path + "/sweep.yaml", "--output", scratch.path + "/out"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      scratch.entries("out") == [
        "config.yaml", "data.h5", "manifest.json", "members.csv", "rows.csv", "run-000", "run-001", "run-002",
        "run-003", "summary.json", "table.txt",
      ])
    let rows = try Self.rows(scratch, "out/summary.json")
    #expect(rows.map { $0["folder"] as? String } == ["run-000", "run-001", "run-002", "run-003"])
    let overrides = rows.map { $0["overrides"] as? [String: Double] ?? [:] }
    #expect(overrides.map { $0["scale"] } == [0.1, 0.1, 2, 2])
    #expect(overrides.map { $0["numbers[1]"] } == [5, 7, 5, 7])
    // The numbers stay as written, and a member's configuration reproduces it alone.
    #expect(scratch.text("out/run-001/config.yaml").hasPrefix("numbers: [1, 7, 3]\nscale: 0.10\n"))
    let alone = Harness.run(
      ["--config", scratch.path + "/out/run-001/config.yaml", "--output", scratch.path + "/alone"])
    #expect(alone.code == 0)
    #expect(scratch.text("alone/summary.json") == scratch.text("out/run-001/summary.json"))
  }

  @Test("the results of all members are put together: a line a member, a line a row, the same in data.h5")
  func together() throws {
    let scratch = try TemporaryFolder()
    try scratch.write(Self.grid, to: "sweep.yaml")
    let outcome = Harness.run(["--config", scratch.path + "/sweep.yaml", "--output", scratch.path + "/out"])
    #expect(outcome.output.contains("folder   exit  scale  numbers[1]"), "\(outcome.output)")
    #expect(outcome.output.contains("4 of 4 runs finished"))
    #expect(
      scratch.text("out/members.csv") == """
        member,scale,numbers[1],exitCode
        run-000,0.1,5,0
        run-001,0.1,7,0
        run-002,2,5,0
        run-003,2,7,0

        """)
    let rows = scratch.text("out/rows.csv").split(separator: "\n")
    #expect(rows.count == 13 && rows[0] == "member,scale,numbers[1],list,sum")
    #expect(rows[12] == "run-003,2,7,rows,22.0")
    let file = try HDF5File(opening: scratch.path + "/out/data.h5")
    #expect(try file.read("rows/sum").values.last == 22)
    #expect(try file.read("members/scale").values == [0.1, 0.1, 2, 2])
    #expect(try file.readTexts("rows/member").last == "run-003")
    #expect(try file.scales(of: "rows/sum").map { $0.hasSuffix("row") } == [true])
  }

  @Test("a list runs each set of overrides; the dumped sweep reads back to itself")
  func list() throws {
    let scratch = try TemporaryFolder()
    try scratch.write(
      "numbers: [1]\nsweep: {list: [{seed: 3}, {numbers: [2, 2], scale: 4.0}]}\n", to: "sweep.yaml")
    let arguments = ["--config", scratch.path + "/sweep.yaml"]
    let outcome = Harness.run(arguments + ["--output", scratch.path + "/out"])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("sum 1.0 seed 3") && outcome.output.contains("sum 16.0 seed 1"))
    let dumped = Harness.run(arguments + ["--dump-config"]).output
    try scratch.write(dumped, to: "dumped.yaml")
    #expect(dumped.contains("scale: 4.0"))
    #expect(Harness.run(["--config", scratch.path + "/dumped.yaml", "--dump-config"]).output == dumped)
  }

  @Test("an interrupted sweep goes on where it was: finished members are not computed again")
  func restart() throws {
    let scratch = try TemporaryFolder()
    try scratch.write(Self.grid, to: "sweep.yaml")
    let arguments = ["--config", scratch.path + "/sweep.yaml", "--output", scratch.path + "/out"]
    var computed = 0
    let first = Harness.run(arguments) { _, run in
      computed += 1
      guard computed == 3 else { return }
      run.checkpointInterval = .zero
      let sums = [2.0]
      try run.safePoint(step: 1) { $0.write("sums", sums) }
      throw Interrupted()
    }
    #expect(first.code == 130)
    #expect(scratch.entries("out") == ["config.yaml", "run-000", "run-001", "run-002"])
    let second = Harness.run(arguments + ["--resume"]) { _, _ in computed += 1 }
    #expect(second.code == 0)
    #expect(computed == 5)
    #expect(second.output.contains("resumed 1"))
    let third = Harness.run(arguments + ["--resume"]) { _, _ in computed += 1 }
    #expect(third.code == 0 && computed == 5)
    #expect(Harness.run(arguments + ["--resume", "--seed", "9"]).code == 64)
  }

  @Test("a member that fails does not stop the others, and is tried again by --resume")
  func failure() throws {
    let scratch = try TemporaryFolder()
    try scratch.write(Self.grid, to: "sweep.yaml")
    let arguments = ["--config", scratch.path + "/sweep.yaml", "--output", scratch.path + "/out"]
    let first = Harness.run(arguments) { settings, _ in
      if settings.numbers[1] == 7, settings.scale.value == 0.1 { throw NumericalFailure(in: "step", "NaN") }
    }
    #expect(first.code == 70)
    #expect(first.errors == "sums: run-001: step: NaN\n")
    let codes = try Self.rows(scratch, "out/summary.json").map { $0["exitCode"] as? Int }
    #expect(codes == [0, 70, 0, 0])
    #expect(Harness.run(arguments + ["--resume"]).code == 0)
    #expect(try Self.rows(scratch, "out/summary.json").allSatisfy { $0["exitCode"] as? Int == 0 })
  }

  @Test("a violated check in one member makes the sweep's exit code 1")
  func violated() throws {
    let scratch = try TemporaryFolder()
    try scratch.write(Self.grid, to: "sweep.yaml")
    let outcome = Harness.run(["--config", scratch.path + "/sweep.yaml", "--output", scratch.path + "/out"]) {
      settings, run in run.record(settings.scale.value == 2 ? .violated : .holds)
    }
    #expect(outcome.code == 1)
  }

  @Test(
    "a sweep that makes no sense is one message and nothing written",
    arguments: [
      ("sweep: 3", "sweep: expected a mapping"),
      ("sweep: {}", "sweep: expected either grid or list"),
      ("sweep: {grid: {scale: [1]}, list: [{scale: 1}]}", "sweep: expected either grid or list"),
      ("sweep: {grid: {}}", "sweep.grid: expected at least one path"),
      ("sweep: {grid: {scale: []}}", "sweep.grid.scale: expected a list of at least 1"),
      ("sweep: {grid: {scale: 2}}", "sweep.grid.scale: expected a list"),
      ("sweep: {list: []}", "sweep.list: expected a list of at least 1"),
      ("sweep: {list: [{}]}", "sweep.list[0]: expected at least one path"),
      ("sweep: {grid: {scale: [1, -2]}}", "sweep member 1 (scale = -2): scale: expected a positive number"),
      ("sweep: {grid: {scael: [1]}}", "scael: unknown key, did you mean 'scale'?"),
      ("sweep: {grid: {'numbers[7]': [1]}}", "numbers[7]: expected the path of a value"),
      ("sweep: {grid: {'numbers[': [1]}}", "numbers[: expected the path of a value"),
      ("sweep: {grid: {'numbers.x': [1]}}", "numbers.x: expected the path of a value"),
      ("sweep: {grid: {sweep: [1]}}", "sweep: expected overrides of other keys"),
      (
        "sweep: {grid: {scale: [\(Array(repeating: "1", count: 200).joined(separator: ", "))], seed: [\(Array(repeating: "1", count: 200).joined(separator: ", "))]}}",
        "sweep.grid: expected at most 10000 combinations"
      ),
    ])
  func refused(yaml: String, message: String) throws {
    let scratch = try TemporaryFolder()
    try scratch.write("numbers: [1, 2]\n" + yaml + "\n", to: "sweep.yaml")
    let outcome = Harness.run(["--config", scratch.path + "/sweep.yaml", "--output", scratch.path + "/out"])
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
    #expect(scratch.entries() == ["sweep.yaml"])
  }
}
