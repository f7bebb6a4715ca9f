import CLibraries
import ExperimentKit
import Foundation
import Synchronization
import Testing

@Suite("Following jobs that stand for themselves")
struct JobsTests {
  /// Squares, then cubes, of 1, 2, 3; the run is asked to stop at the job of this number, and a job may fail.
  private func run(
    _ folder: String, resume: Bool = false, stoppingAfter jobs: Int = .max, failing: Int? = nil
  ) -> (outcome: Harness.Outcome, done: Int) {
    let collector = CollectingConsole()
    let done = Mutex(0)
    func configure(_ node: ConfigurationNode) throws -> [Double] {
      try node["numbers"].numbers(atLeast: 1).map(\.value)
    }
    let code = Experiment.run(
      "powers", arguments: ["--output", folder] + (resume ? ["--resume"] : []),
      defaults: Array("numbers: [1, 2, 3]\n".utf8), console: collector.console,
      configure: configure
    ) { numbers, run in
      run.checkpointInterval = .zero
      let legs = [("squares", 2), ("cubes", 3)].map { name, power in
        Leg(
          name, jobs: numbers, naming: { "the number \($0.short())" }, time: { $0 },
          record: { number in
            if done.withLock({ $0 }) == jobs { throw Interrupted() }
            if power == 3, number == Double(failing ?? 0) { throw NumericalFailure(in: "the cube", "none") }
            done.withLock { $0 += 1 }
            return (1..<power).reduce(number) { product, _ in product * number }
          })
      }
      try run.follow(legs, remedy: "smaller numbers") { run, records in
        let rows = records.numbered().map { (power: $0.leg + 2, value: $0.recorded.record) }
        run.add(
          ResultTable(
            "rows", rows: rows,
            columns: [.integer("power", heading: "power") { $0.power }, .number("value") { $0.value }]))
      }
    }
    return (
      collector.outcome(code),
      done.withLock { $0 }
    )
  }

  @Test("Each is done once, however often the run is stopped, and the results are the same bytes")
  func resumption() throws {
    let scratch = try TemporaryFolder()
    #expect(run(scratch.path + "/whole").outcome.code == 0)
    for jobs in 0..<6 {
      let folder = "\(scratch.path)/\(jobs)"
      let stopped = run(folder, stoppingAfter: jobs)
      #expect(stopped.outcome.code == 130 && stopped.done == jobs)
      let resumed = run(folder, resume: true)
      #expect(resumed.outcome.code == 0 && resumed.done == 6 - jobs, "\(resumed.outcome.errors)")
      #expect(scratch.text("\(jobs)/summary.json") == scratch.text("whole/summary.json"))
    }
  }

  @Test("One that fails keeps those before it, and is named")
  func failure() throws {
    let scratch = try TemporaryFolder()
    let outcome = run(scratch.path + "/out", failing: 2).outcome
    #expect(outcome.code == 70)
    #expect(outcome.errors.contains("1 of 3 cubes; the failure is in the number 2"), "\(outcome.errors)")
    #expect(outcome.errors.contains("(before t = 2)"))
    #expect(scratch.text("out/summary.json").components(separatedBy: "\"power\"").count == 6)
  }
}
