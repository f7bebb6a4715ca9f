import Foundation
import Testing

/// `certify` of dyson-remainder, run as a user does.
@Suite("Certified runs", .serialized)
struct CertifiedRunTests {
  private func run(_ yaml: String, _ name: String, in scratch: ScratchFolder) throws -> [[String: Any]] {
    let file = try scratch.write(yaml, to: "\(name).yaml")
    let outcome = try ExperimentProcess(name: "dyson-remainder").run(
      ["--config", file, "--output", name, "--quiet"], in: scratch.url)
    try #require(outcome.exitCode == 0, "\(outcome.errors)\n\(yaml)")
    return try scratch.rows(name)
  }

  private static func numbers(_ row: [String: Any], _ keys: String...) throws -> [Double] {
    var value: Any? = row
    for key in keys { value = (value as? [String: Any])?[key] }
    return try #require(value as? [Double], "\(keys)")
  }

  @Test(
    "what nodes and lattice say lies within their errors of the enclosures", arguments: CertifiedDraw.tried)
  func audit(draw: CertifiedDraw) throws {
    let scratch = try ScratchFolder()
    // To the latest time that can be certified in some seconds.
    let last = try #require(
      [1.2, 0.8, 0.4, 0.2, 0.1, 0.05, 0.02].first { last in
        let file = try scratch.write(
          draw.yaml(certify: (1e-10, CertifiedDraw.hours), method: "nodes", last: last), to: "certified.yaml")
        let outcome = try ExperimentProcess(name: "dyson-remainder").run(
          ["--config", file, "--output", "certified", "--quiet"], in: scratch.url)
        try #require(
          outcome.exitCode == 0 || outcome.errors.contains("hours (time-limit)"), "\(outcome.errors)")
        return outcome.exitCode == 0
      }, "\(draw) takes too long")
    let certified = try scratch.rows("certified")
    let lattice = try run(draw.yaml(certify: nil, method: "lattice", last: last), "lattice", in: scratch)
    #expect(certified.count == lattice.count && certified.count == 16)
    for (proved, other) in zip(certified, lattice) {
      for row in [proved, other] {
        for (key, error) in [
          ("exact", "exactError"), ("partialSum", "partialSumError"), ("term", "termError"),
        ] {
          let box = try Self.numbers(proved, "certified", key)
          let value = try Self.numbers(row, key)
          let budget = try #require(row[error] as? Double)
          let off = hypot(
            max(0, box[0] - value[0], value[0] - box[1]), max(0, box[2] - value[1], value[1] - box[3]))
          #expect(off <= budget, "\(draw) \(key) off by \(off), error \(budget), order \(row["order"] ?? "")")
        }
        let range = try Self.numbers(proved, "certified", "remainder")
        let remainder = try #require(row["remainder"] as? Double)
        let budget = try #require(row["remainderError"] as? Double)
        #expect(remainder + budget >= range[0] && remainder - budget <= range[1], "\(draw)")
      }
      #expect(["proved", "holds", "undecided"].contains(proved["verdict"] as? String ?? ""))
    }
  }

  @Test("every row of a small run is proved, below Double's floor too, and the certificate says so")
  func proved() throws {
    let scratch = try ScratchFolder()
    let yaml = try ExperimentUnderTest(name: "dyson-remainder").smallConfiguration([
      ("times", "[0.1, 0.2]"), ("orders", "8"), ("certify", "{radius: 1.0e-14}"),
    ])
    let rows = try run(yaml, "run", in: scratch)
    #expect(!rows.isEmpty && rows.allSatisfy { $0["verdict"] as? String == "proved" })
    let last = try #require(rows.last { $0["order"] as? Int == 8 })
    let range = try Self.numbers(last, "certified", "remainder")
    #expect(range[1] < 1e-17 && range[0] >= 0 && range[0] <= range[1])
    let certificate = try JSONSerialization.jsonObject(with: scratch.data("run/certificate.json"))
    let claims = try #require((certificate as? [String: Any])?["claims"] as? [[String: Any]])
    #expect(claims.count * 8 == rows.count)
    #expect(claims.allSatisfy { ($0["verdicts"] as? [String])?.allSatisfy { $0 == "proved" } == true })
  }

  @Test("a certified run that is killed again and again resumes to the same bytes")
  func resumed() throws {
    let scratch = try ScratchFolder()
    let yaml = try ExperimentUnderTest(name: "dyson-remainder").smallConfiguration([
      ("times", "[0.3, 0.6, 0.9]"), ("orders", "4"), ("certify", "{radius: 1.0e-9}"),
    ])
    let whole = try run(yaml, "whole", in: scratch)
    #expect(!whole.isEmpty)
    let file = scratch.url.appendingPathComponent("whole.yaml").path
    let experiment = ExperimentProcess(name: "dyson-remainder")
    let arguments = ["--config", file, "--output", "parts", "--quiet"]
    for attempt in 0..<5 {
      let process = try experiment.launchQuietly(
        arguments + (attempt == 0 ? [] : ["--resume"]), in: scratch.url)
      try? ExperimentProcess.wait(forProcessorTime: 0.3 + 0.3 * Double(attempt), of: process)
      kill(process.processIdentifier, attempt % 2 == 0 ? SIGKILL : SIGTERM)
      process.waitUntilExit()
    }
    let outcome = try experiment.run(arguments + ["--resume"], in: scratch.url)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    for name in ["summary.json", "certificate.json"] {
      #expect(try scratch.data("parts/\(name)") == scratch.data("whole/\(name)"), "\(name)")
    }
  }

  @Test("what cannot be certified is refused with the key and the reason")
  func refused() throws {
    let scratch = try ScratchFolder()
    let small = { (changes: [(key: String, value: String)]) in
      try ExperimentUnderTest(name: "dyson-remainder").smallConfiguration(changes)
    }
    for (yaml, message) in [
      (try small([("certify", "{radius: 0}")]), "certify.radius"),
      (try small([("certify", "{radius: 1e-40}")]), "certify.radius"),
      (try small([("certify", "{}"), ("time-limit", "1e-9")]), "time-limit"),
    ] {
      let file = try scratch.write(yaml, to: "refused.yaml")
      let outcome = try ExperimentProcess(name: "dyson-remainder").run(
        ["--config", file, "--output", "refused"], in: scratch.url)
      #expect(outcome.exitCode == 64 && outcome.errors.contains(message), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count <= 2)
    }
  }
}
