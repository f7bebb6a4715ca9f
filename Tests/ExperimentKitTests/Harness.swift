import CLibraries
import ExperimentKit
import Foundation
import Synchronization

/// A small experiment: the sums 1 + … + n of `numbers`, with everything the harness offers.
struct Harness {
  static let defaults = "numbers: [1, 2, 3]\nscale: 1.50\n"

  struct Settings {
    let numbers: [Double]
    let scale: DecimalNumber

    init(_ configuration: ConfigurationNode) throws {
      numbers = try configuration["numbers"].numbers(atLeast: 1).map(\.value)
      scale = try configuration["scale"].number("a positive number", default: 1) { $0 > 0 }
    }
  }

  struct Outcome {
    let code: Int32
    let output: String
    let errors: String
  }

  /// Runs it on these arguments. `body` may do more between the computation and its end.
  static func run(
    _ arguments: [String], files: [String] = [], dependsOnThreads: Bool = false,
    _ body: (Settings, ExperimentRun) throws -> Void = { _, _ in }
  ) -> Outcome {
    let collector = CollectingConsole()
    let code = Experiment.run(
      "sums", arguments: arguments, defaults: Array(defaults.utf8), references: ["A reference."],
      files: files, dependsOnThreads: dependsOnThreads, console: collector.console,
      configure: Settings.init
    ) { settings, run in
      let checkpoint = try run.loadCheckpoint()
      var sums = try checkpoint?.array("sums", count: checkpoint?.step(in: 1...settings.numbers.count)) ?? []
      for number in settings.numbers.dropFirst(sums.count) {
        sums.append((sums.last ?? 0) + number * settings.scale.value)
        try run.safePoint(step: sums.count) { $0.write("sums", sums) }
      }
      try body(settings, run)
      run.addArray("sums", sums, axes: [ResultAxis("number", settings.numbers)])
      run.summary.append(("rows", .array(sums.map { ["sum": .number($0)] })))
      run.report = "sum \(sums.last ?? 0) seed \(run.seed) resumed \(checkpoint?.step ?? 0)\n"
    }
    return collector.outcome(code)
  }
}

/// A console that keeps what is said.
final class CollectingConsole: Sendable {
  private let output = Mutex("")
  private let errors = Mutex("")

  var console: Console {
    Console(
      output: { text in
        self.output.withLock { $0 += text }
        return true
      },
      errors: { text in self.errors.withLock { $0 += text } })
  }

  /// All that was said, with the exit code.
  func outcome(_ code: Int32) -> Harness.Outcome {
    Harness.Outcome(code: code, output: output.withLock { $0 }, errors: errors.withLock { $0 })
  }
}
