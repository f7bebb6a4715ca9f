import Foundation
import Testing

/// Damaged configurations of every experiment: one message or a valid run, never a trap, never a hang.
@Suite("Mutated configurations")
struct FuzzTests {
  /// Of `--dump-config`: valid, wrong, or too large for this machine.
  private static let reading: Set<Int32> = [0, 64, 75]
  /// Of a run: also a violated check and a numerical failure.
  private static let running: Set<Int32> = [0, 1, 64, 70, 75]
  /// Hours that a run may estimate for itself: more is refused, so that every run ends by itself.
  private static let hours = 0.001

  @Test(
    "four hundred mutated files are read or refused with one message, slips of one digit mostly read",
    arguments: ExperimentUnderTest.all)
  func reading(experiment: ExperimentUnderTest) throws {
    let scratch = try ScratchFolder()
    let text = try experiment.process.run(["--dump-config"], in: scratch.url).output
    var mutations = Mutations(seed: 1)
    let damaged = (0..<27).map { _ in mutations.mutate(text) }
    let slips = (0..<10).map { _ in mutations.slip(text) }
    // A configuration of many nested keys may be broken by every damage (mean-field-rate's is); a digit breaks few.
    #expect((5...27).contains(try refusals(damaged, experiment, scratch)))
    #expect((0...7).contains(try refusals(slips, experiment, scratch)))
    #expect(scratch.entries() == ["mutated.yaml"])
  }

  /// How many of these files are refused, each with one message.
  private func refusals(_ texts: [String], _ experiment: ExperimentUnderTest, _ scratch: ScratchFolder) throws
    -> Int
  {
    var refused = 0
    for mutated in texts {
      let file = try scratch.write(mutated, to: "mutated.yaml")
      let outcome = try experiment.process.run(
        ["--dump-config", "--quiet", "--config", file], in: scratch.url, limit: .init(processor: 20))
      #expect(
        Self.reading.contains(outcome.exitCode), "exit \(outcome.exitCode)\n\(mutated)\n\(outcome.errors)")
      #expect((outcome.exitCode == 0) == outcome.errors.isEmpty, "\(mutated)\n\(outcome.errors)")
      #expect(!Self.namesTypes(outcome.errors), "\(outcome.errors)")
      if outcome.exitCode == 64 {
        refused += 1
        #expect(outcome.errors.contains("mutated.yaml: "), "\(outcome.errors)")
        #expect(outcome.errors.filter { $0 == "\n" }.count == 1, "\(outcome.errors)")
      }
    }
    return refused
  }

  @Test("mutated runs end with a result or one message", arguments: ExperimentUnderTest.all)
  func running(experiment: ExperimentUnderTest) throws {
    let scratch = try ScratchFolder()
    let text = try experiment.smallConfiguration
    var mutations = Mutations(seed: 2)
    for index in 0..<12 {
      let mutated = mutations.mutate(text) + "\ntime-limit: \(Self.hours)\n"
      let file = try scratch.write(mutated, to: "mutated.yaml")
      let outcome = try experiment.process.run(
        ["--quiet", "--config", file, "--output", "run-\(index)"], in: scratch.url,
        limit: .init(processor: 30))
      #expect(
        Self.running.contains(outcome.exitCode), "exit \(outcome.exitCode)\n\(mutated)\n\(outcome.errors)")
      #expect((outcome.exitCode <= 1) == outcome.errors.isEmpty, "\(mutated)\n\(outcome.errors)")
      #expect(outcome.errors.filter { $0 == "\n" }.count <= 1, "\(outcome.errors)")
      #expect(!Self.namesTypes(outcome.errors), "\(outcome.errors)")
    }
  }

  /// Words of the compiler's, which say nothing to a reader: `SIMD3<Int>(1, 0, 0)`, `Optional(2)`, `Domain.space`.
  private static func namesTypes(_ message: String) -> Bool {
    message.contains(#/SIMD\d|Optional\(|PhaseSpace\.|Interaction\.|\b[A-Z]\w+\(\w+: /#)
  }
}
