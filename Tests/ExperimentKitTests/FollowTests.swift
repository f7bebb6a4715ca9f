import CLibraries
import ExperimentKit
import Foundation
import Testing

@Suite("Following evolutions")
struct FollowTests {
  @Test("A run stopped at any of its times and resumed gives the bytes of a run that was not")
  func resumption() throws {
    let scratch = try TemporaryFolder()
    #expect(FollowHarness.run(scratch.path + "/whole").code == 0)
    for steps in 0..<8 {
      let folder = "\(scratch.path)/\(steps)"
      #expect(FollowHarness.run(folder, stoppingAfter: steps).code == 130)
      let resumed = FollowHarness.run(folder, resume: true)
      #expect(resumed.code == 0, "\(resumed.errors)")
      for name in ["summary.json", "table.txt"] {
        #expect(scratch.text("\(steps)/\(name)") == scratch.text("whole/\(name)"))
      }
      let files = try [folder, scratch.path + "/whole"].map {
        try Data(contentsOf: URL(fileURLWithPath: $0 + "/data.h5"))
      }
      #expect(files[0] == files[1])
    }
  }

  @Test("A numerical failure keeps the rows before it and says which they are")
  func failure() throws {
    let scratch = try TemporaryFolder()
    let outcome = FollowHarness.run(scratch.path + "/out", fault: .numerical)
    #expect(outcome.code == 70)
    let summary = scratch.text("out/summary.json")
    #expect(summary.contains("0 of 2 runs, and 2 of 4 times of rate 0.5"))
    #expect(summary.components(separatedBy: "\"verdict\": \"holds\"").count == 3)
    let file = try HDF5File(opening: scratch.path + "/out/data.h5")
    let (values, shape) = try file.read("decay/x")
    #expect(shape == [2, 4])
    #expect(values.prefix(2).allSatisfy(\.isFinite) && values.dropFirst(2).allSatisfy(\.isNaN))
  }

  @Test("A run that was given up in a step, with its records alone, goes on to the same bytes")
  func recordsAlone() throws {
    let scratch = try TemporaryFolder()
    #expect(FollowHarness.run(scratch.path + "/whole").code == 0)
    for steps in 1..<8 {
      let folder = "\(scratch.path)/\(steps)"
      #expect(FollowHarness.run(folder, stoppingAfter: steps).code == 130)
      let place = URL(fileURLWithPath: folder + "/checkpoint")
      let (saved, hash) = try #require(Checkpoint.decoded(Data(contentsOf: place)))
      let records = saved.arrays.filter { $0.key == "kind" || $0.key.hasPrefix("record/") }
      #expect(records.count < saved.arrays.count)
      try Checkpoint(step: saved.step, arrays: records).encoded(configurationHash: hash).write(to: place)
      let resumed = FollowHarness.run(folder, resume: true)
      #expect(resumed.code == 0, "\(resumed.errors)")
      #expect(scratch.text("\(steps)/summary.json") == scratch.text("whole/summary.json"))
    }
  }

  @Test("A number of an array that is not finite is a failure with its name as well")
  func infinite() throws {
    let scratch = try TemporaryFolder()
    let outcome = FollowHarness.run(scratch.path + "/out", fault: .infinite)
    #expect(outcome.code == 70 && outcome.errors.contains("the figure 'picture': inf"), "\(outcome.errors)")
  }

  @Test("A figure that is not a number is a failure with its name, not a row")
  func notANumber() throws {
    let scratch = try TemporaryFolder()
    let outcome = FollowHarness.run(scratch.path + "/out", fault: .notANumber)
    #expect(outcome.code == 70 && outcome.errors.contains("the figure 'value': nan"), "\(outcome.errors)")
    #expect(scratch.text("out/summary.json").components(separatedBy: "\"verdict\"").count == 4)
  }

  @Test("Where a figure of resolution is beyond its limit a verdict that would hold is undecided")
  func unresolved() throws {
    let scratch = try TemporaryFolder()
    let outcome = FollowHarness.run(scratch.path + "/out", fault: .unresolved)
    #expect(outcome.code == 0)
    // 1 − e^{−t/2} passes 0.6 before t = 2, 1 − e^{−2t} before t = 0.5.
    let summary = try #require(
      try JSONSerialization.jsonObject(with: Data(scratch.text("out/summary.json").utf8)) as? [String: Any])
    let rows = try #require(summary["rows"] as? [[String: Any]])
    #expect(
      rows.map { $0["verdict"] as? String } == [
        "holds", "holds", "holds", "undecided", "holds", "undecided", "undecided", "undecided",
      ])
    let figures = try #require(summary["resolution"] as? [[String: Any]])
    #expect(figures.count == 8)
    #expect(figures.map { $0["resolved"] as? Bool } == rows.map { $0["verdict"] as? String == "holds" })
    #expect(
      outcome.output.contains("not resolved (4 of 8 figures): size 9.8e-01 > 6e-01 at t = 2 (rate 2.0)"))
  }

  @Test("what is concluded stands last, in lines of eighty columns, and columns say what the keys are")
  func conclusion() throws {
    let scratch = try TemporaryFolder()
    let output = FollowHarness.run(scratch.path + "/out", fault: .unresolved).output
    let lines = output.split(separator: "\n").map(String.init)
    let first = try #require(lines.firstIndex { $0.hasPrefix("both decays") })
    #expect(lines[..<first].contains { $0.hasPrefix("not resolved") })
    let folded = lines[first..<(lines.count - 1)]
    #expect(folded.count == 2 && folded.allSatisfy { $0.count <= 80 } && folded.last?.hasPrefix("  ") == true)
    #expect(folded.map { $0.drop { $0 == " " } }.joined(separator: " ") == FollowHarness.conclusion)
    let summary = try #require(
      try JSONSerialization.jsonObject(with: Data(scratch.text("out/summary.json").utf8)) as? [String: Any])
    let columns = try #require((summary["columns"] as? [String: [String: String]])?["rows"])
    let rows = try #require(summary["rows"] as? [[String: Any]])
    #expect(Set(columns.keys) == Set(rows.flatMap(\.keys)))
    #expect(columns["value"] == "x' = −rate·x")
  }

  @Test("All figures within their limits leave no word in the report")
  func resolved() throws {
    let scratch = try TemporaryFolder()
    #expect(!FollowHarness.run(scratch.path + "/out").output.contains("not resolved"))
    #expect(scratch.text("out/summary.json").contains("\"resolved\": true"))
  }

  @Test("The axes of every array are named, and labelled in numbers or texts")
  func axes() throws {
    let scratch = try TemporaryFolder()
    #expect(FollowHarness.run(scratch.path + "/out").code == 0)
    let file = try HDF5File(opening: scratch.path + "/out/data.h5")
    #expect(try file.scales(of: "decay/x") == ["rate", "time"])
    #expect(try file.scales(of: "decay/names") == ["name"])
    #expect(try file.read("decay/time").values == [0, 0.5, 1.25, 2])
    #expect(try file.readTexts("decay/name") == ["α", "longer β"])
    #expect(try file.attribute("equation", of: "decay/x") == "x' = −rate·x")
    #expect(try file.attribute("axes", of: "decay/x") == "rate × time")
    #expect(try file.attribute("configuration", of: "/").contains("times:"))
  }

  @Test(
    "A checkpoint with another kind of rows, a state at another time or an array too many is refused",
    arguments: ["kind", "time/0", "0/x", "extra", "record/0", "record/0/0", "longer", "gone"])
  func refusal(array: String) throws {
    let scratch = try TemporaryFolder()
    let folder = scratch.path + "/out"
    #expect(FollowHarness.run(folder, stoppingAfter: 1).code == 130)
    let path = folder + "/checkpoint"
    let (saved, hash) = try #require(Checkpoint.decoded(Data(contentsOf: URL(fileURLWithPath: path))))
    var arrays = saved.arrays
    switch array {
    case "kind": arrays["kind"]?[1] += 1
    case "time/0": arrays["time/0"] = [1]
    case "0/x": arrays["0/x"] = [1, 2]
    case "extra": arrays["0/y"] = [1]
    case "record/0/0": arrays["record/0/0"]?.removeLast()
    case "longer": arrays["record/0/0"]?.append(1)
    case "gone": arrays["record/0/0"] = nil
    default: arrays["record/0"]?.removeLast()
    }
    try Checkpoint(step: saved.step, arrays: arrays).encoded(configurationHash: hash)
      .write(to: URL(fileURLWithPath: path))
    let resumed = FollowHarness.run(folder, resume: true)
    #expect(resumed.code == 66, "\(resumed.errors)")
    #expect(resumed.errors.contains("does not fit this run"))
  }
}
