import DysonSeries
import ExperimentKit

/// What one run finds at one time: by nodes, on a lattice, or in balls (their exact texts, by point and order).
struct RemainderRecord: Codable, Sendable {
  var nodes: DysonNodesRecord?
  var lattice: DysonRecord?
  var balls: [[[String]]]?
}

extension Settings {
  /// Runs the nodes through the times, or one lattice after another, then what certifies, and makes the results.
  func follow(_ run: ExperimentRun, making: @escaping (ExperimentRun, [Row?]) throws -> Void) throws {
    let (legs, remedy, results) = method(run)
    try run.follow(legs + (certified?.legs(run) ?? []), remedy: remedy) { run, records in
      let (own, balls) = (Array(records.prefix(legs.count)), Array(records.dropFirst(legs.count)))
      try making(run, try rows(try results(own.map { $0.map(\.record) }), own, balls: balls))
    }
  }

  private typealias Results = ([[RemainderRecord]]) throws -> [DysonRemainderRow?]

  private func method(_ run: ExperimentRun) -> (
    legs: [Leg<RemainderRecord>], remedy: String, results: Results
  ) {
    switch method {
    case .nodes(let study):
      let leg = Leg("nodes", through: times) {
        try study.start(workers: run.workers)
      } record: { moving, _ in
        RemainderRecord(nodes: try moving.record())
      }
      return ([leg], "shorter times, fewer orders", { try study.rows($0[0].compactMap(\.nodes)) })
    case .lattice(let study):
      let legs = DysonRemainder.Grid.allCases.map { grid in
        Leg("\(grid) lattice", weight: study.work(on: grid), through: times) {
          try study.start(on: grid, workers: run.workers, ranks: run.ranks)
        } record: { moving, _ in
          RemainderRecord(lattice: try moving.record())
        }
      }
      return (
        legs, "a smaller lattice.time-step, shorter times, fewer orders",
        { try study.rows($0.map { $0.compactMap(\.lattice) }) }
      )
    }
  }
}
