import DysonSeries
import ExperimentKit

extension Settings {
  /// Runs the nodes through the times, or one lattice after another, and makes the results.
  func follow(_ run: ExperimentRun, making: @escaping (ExperimentRun, [Row?]) throws -> Void) throws {
    switch method {
    case .nodes(let study):
      let leg = Leg("nodes", through: times) {
        try study.start(workers: run.workers)
      } record: { moving, _ in
        try moving.record()
      }
      try run.follow([leg], remedy: "shorter times, fewer orders") { run, records in
        try making(run, try rows(study.rows(records[0].map(\.record)), records))
      }
    case .lattice(let study):
      let legs = DysonRemainder.Grid.allCases.map { grid in
        Leg("\(grid) lattice", weight: study.work(on: grid), through: times) {
          try study.start(on: grid, workers: run.workers)
        } record: { moving, _ in
          try moving.record()
        }
      }
      try run.follow(legs, remedy: "a smaller lattice.time-step, shorter times, fewer orders") {
        run, records in
        try making(run, try rows(study.rows(records.map { $0.map(\.record) }), records))
      }
    }
  }
}
