import CLibraries
import ExperimentKit
import Foundation
import Interaction
import ModelConfiguration
import PhaseSpace
import RemainderBounds
import Testing

/// Bounds of random models against 60-digit arithmetic by other methods (`Tests/References/bounds.py`), through the
/// project's own readers: from the decimals of a configuration to the printed number.
@Suite("Bounds against 60-digit arithmetic")
struct ReferenceBoundsTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("References")

  /// What a comparison found, over all documents so far.
  private struct Tally {
    var values = 0
    /// (printed upper end − true value)/true value
    var leastExcess = Double.infinity
    var largestExcess = 0.0
    var radii = 0
    /// |radius/true radius − 1|
    var worstRadius = 0.0

    /// One line of the program: a model, a point, a time, and the values of the bounds.
    mutating func compare(_ line: String) throws {
      let root = try ConfigurationNode(yaml: line, file: "bounds")
      let seed = try root["seed"].integer(in: 0...Int.max)
      let model = try ModelReader(root["model"]).model
      let initial = try InitialReader(root["initial"], model: model).hierarchy
      let points = try PointsReader(root["points"], model: model).points
      let time = try root["time"].number()
      let orders = try root["orders"].integer(in: 1...200)
      let bounds = try BoundsReader(root["bounds"])
      let names = try root["values"].names()
      for bound in bounds.bounds where bound.name != "data-aware" {
        let result = try PreparedBound(bound, model, initial: initial, orders: orders).result(
          at: points[0], time: time)
        #expect((result.reason(1) == nil) == names.contains(bound.name), "model \(seed), \(bound.name)")
        guard names.contains(bound.name) else { continue }
        let references = try root["values"][bound.name].numbers()
        for (index, reference) in references.enumerated() {
          let enclosure = try #require(result.enclosure(index + 1))
          compare(enclosure, with: reference, "model \(seed), \(bound.name), L = \(index + 1)")
        }
      }
      guard try root.names().contains("radius") else { return }
      let species = points[0].map(\.species)
      let radius: Double? = try MultiTypeBound().convergenceTime(model, species: species, as: Double.self)
      #expect((radius == nil) == root["radius"].isAbsent, "model \(seed)")
      if let radius, !root["radius"].isAbsent {
        let error = (radius / (try root["radius"].number().value) - 1).magnitude
        #expect(error < 2e-9, "model \(seed): radius \(radius)")
        radii += 1
        worstRadius = max(worstRadius, error)
      }
    }

    private mutating func compare(_ enclosure: Enclosure, with reference: DecimalNumber, _ place: String) {
      values += 1
      guard reference.value != 0 else {
        #expect(enclosure.upper == 0, "\(place): \(enclosure) for 0")
        return
      }
      let exact = Ball(reference)
      // References end after 60 digits.
      let excess = (Ball(exactly: enclosure.upper) - exact) / exact
      #expect(excess.lower >= -1e-55, "\(place): \(enclosure.upper) is below \(reference)")
      #expect(excess.upper <= 1e-14, "\(place): \(enclosure.upper) is too far above \(reference)")
      let deficit = (exact - Ball(exactly: enclosure.lower)) / exact
      #expect(deficit.lower >= -1e-55 && deficit.upper <= 1e-14, "\(place): \(enclosure.lower), \(reference)")
      leastExcess = min(leastExcess, excess.middle)
      largestExcess = max(largestExcess, excess.middle)
    }
  }

  @Test("no printed bound of 45 models is below the value of 60-digit arithmetic, or above it by 1e-14")
  func pinned() throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent("bounds.txt"), encoding: .utf8)
    var tally = Tally()
    for line in text.split(separator: "\n") { try tally.compare(String(line)) }
    #expect(tally.values > 500 && tally.radii > 30)
    #expect(tally.largestExcess > 0)
  }

  @Test(
    "no printed bound of 800 more models is below the value of 60-digit arithmetic, or above it by 1e-14",
    .enabled(if: ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"))
  func campaign() throws {
    let root = Self.folder.deletingLastPathComponent().deletingLastPathComponent()
    let own = root.appendingPathComponent(".venv/bin/python").path
    let python = FileManager.default.isExecutableFile(atPath: own) ? own : "/usr/bin/python3"
    // To a file: a pipe would fill.
    let output = FileManager.default.temporaryDirectory.appendingPathComponent("bounds-\(UUID().uuidString)")
    #expect(FileManager.default.createFile(atPath: output.path, contents: nil))
    defer { try? FileManager.default.removeItem(at: output) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [Self.folder.appendingPathComponent("bounds.py").path, "800", "1001"]
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "see Tests/References/README.md: the program needs mpmath")
    var tally = Tally()
    for line in try String(contentsOf: output, encoding: .utf8).split(separator: "\n") {
      try tally.compare(String(line))
    }
    #expect(tally.values > 10_000)
    print(
      """
      bounds: \(tally.values) values, excess \(tally.leastExcess) to \(tally.largestExcess); \
      \(tally.radii) radii, off by at most \(tally.worstRadius)
      """)
  }
}
