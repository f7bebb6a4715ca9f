import CLibraries
import Computing
import ExperimentKit
import Foundation
import Synchronization

/// x' = −rate·x in steps of 1/8, with a choice of things that go wrong.
final class Decay: Evolution {
  private let rate: Double
  private let fault: FollowHarness.Fault
  private(set) var time = 0.0
  private(set) var x = 1.0

  init(rate: Double, fault: FollowHarness.Fault) {
    self.rate = rate
    self.fault = fault
  }

  func advance(to time: Double, afterStep: () throws -> Void) throws {
    while self.time < time {
      if fault == .numerical, self.time >= 1 {
        throw NumericalFailure(in: "the decay at t = \(self.time)", "no value")
      }
      x *= 1 - rate / 8 + rate * rate / 128
      self.time += 0.125
      try afterStep()
    }
  }

  func save(to sink: some StateSink) { sink.write("x", [x]) }

  func restore(_ state: SavedState) throws {
    x = try state.array("x", count: 1)[0]
    time = state.time
  }

  func resolution() -> [ResolutionFigure] {
    [
      ResolutionFigure(
        "size", time: time, value: fault == .unresolved ? 1 - x : x, limit: fault == .unresolved ? 0.6 : 2)
    ]
  }
}

/// An experiment that follows two decays, one after the other, through four times.
struct FollowHarness {
  enum Fault: String { case none, numerical, notANumber, infinite, unresolved }

  struct Record: Codable, Sendable {
    let value: Double
    /// As large arrays are kept.
    let picture: RecordedArray
    let absent: Double?
  }

  /// More than a line.
  static let conclusion = "both decays \(String(repeating: "decay ", count: 20))as they should"

  /// Runs it in a folder; the run is asked to stop at the step of this number.
  static func run(
    _ folder: String, fault: Fault = .none, resume: Bool = false, stoppingAfter steps: Int = .max
  )
    -> Harness.Outcome
  {
    let collector = CollectingConsole()
    let taken = Mutex(0)
    func configure(_ node: ConfigurationNode) throws -> [DecimalNumber] {
      try node["times"].numbers(atLeast: 1)
    }
    let code = Experiment.run(
      "decays", arguments: ["--output", folder] + (resume ? ["--resume"] : []),
      defaults: Array("times: [0, 0.5, 1.25, 2]\n".utf8), console: collector.console,
      configure: configure
    ) { times, run in
      run.checkpointInterval = .zero
      let legs = [0.5, 2.0].map { rate in
        Leg("rate \(rate)", weight: rate, through: times) {
          // A leg may hold the run.
          try run.checkInterruption()
          return Decay(rate: rate, fault: fault)
        } record: { decay, place in
          taken.withLock { $0 += 1 }
          if taken.withLock({ $0 }) > steps { throw Interrupted() }
          return Record(
            value: fault == .notANumber && place == 2 ? .nan : decay.x,
            picture: RecordedArray([decay.x, fault == .infinite && place == 2 ? .infinity : .pi]),
            absent: place == 0 ? nil : -decay.time
          )
        }
      }
      try run.follow(legs, remedy: "smaller steps") { run, records in
        run.conclude(FollowHarness.conclusion)
        typealias Row = (rate: Double, recorded: Recorded<Record>)
        let rows = zip([0.5, 2.0], records).flatMap { rate, records in records.map { Row(rate, $0) } }
        run.add(
          ResultTable(
            "rows", axes: [ResultAxis("rate", [0.5, 2.0]), ResultAxis("time", times.map(\.value))],
            rows: rows,
            isResolved: { $0.recorded.isResolved },
            columns: [
              .number("rate", heading: "rate", format: { $0.short() }) { $0.rate },
              .number("value", heading: "x", array: "decay/x", equation: "x' = −rate·x") {
                $0.recorded.record.value
              },
              .optional("absent", heading: "−t", array: "decay/minus-time") { $0.recorded.record.absent },
              .numbers("picture", array: "decay/picture", axes: [ResultAxis("q", [0.0, 1.0])]) {
                $0.recorded.record.picture.values
              },
              .verdict { row in row.recorded.record.value <= 1 ? .holds : .violated },
            ]))
        run.addArray("decay/names", [1, 2], axes: [ResultAxis("name", ["α", "longer β"])])
      }
    }
    return collector.outcome(code)
  }
}
