import CLibraries
public import Computing

/// One way through the times of an experiment: the evolutions that are followed together, and the record that is made of
/// them at each time. An experiment has one leg, or several one after another (a closure each, an N each).
///
///     Leg("cumulant", through: settings.times) {
///       try TruncatedHierarchy(…)
///     } record: { hierarchy, time in
///       try Record(hierarchy, reference[time])
///     }
public struct Leg<Record: Codable & Sendable> {
  /// For the progress line, and to say which rows of a run that failed are finished.
  let name: String
  /// Its share of the whole work, relative to that of the other legs.
  let weight: Double
  /// Increasing; none where nothing moves.
  let times: [DecimalNumber]
  /// How many records there are to make.
  let count: Int
  /// Which rows are finished when so many records are made.
  let finished: (_ count: Int) -> FinishedRows
  /// Makes the evolutions at their start, and says how a record is made of them at the time of an index.
  let start: () throws -> Started

  struct Started {
    let evolutions: [any Evolution]
    let record: (Int) throws -> Record
  }

  /// A leg of several evolutions.
  /// - Parameters:
  ///   - name: for the progress line.
  ///   - weight: the work, relative to that of the other legs.
  ///   - times: increasing.
  ///   - starting: makes what is followed, when its turn comes: only one leg's state is alive at a time.
  ///   - moving: what of it moves, in the order in which it is moved on to the next time.
  ///   - record: the record at the time of this index.
  public init<State>(
    _ name: String, weight: Double = 1, through times: [DecimalNumber],
    starting: @escaping () throws -> State,
    moving: @escaping (State) -> [any Evolution], record: @escaping (State, Int) throws -> Record
  ) {
    self.name = name
    self.weight = weight
    self.times = times
    count = times.count
    finished = { FinishedRows($0, of: times) }
    start = {
      let state = try starting()
      return Started(evolutions: moving(state)) { try record(state, $0) }
    }
  }

  /// A leg of one evolution.
  public init<Moving: Evolution>(
    _ name: String, weight: Double = 1, through times: [DecimalNumber],
    starting: @escaping () throws -> Moving, record: @escaping (Moving, Int) throws -> Record
  ) {
    self.init(name, weight: weight, through: times, starting: starting, moving: { [$0] }, record: record)
  }
}

extension Leg {
  /// A leg of jobs that stand each for itself: nothing moves, and a record is made of each.
  ///
  ///     Leg("terms", jobs: terms) { "order \($0.order)" } record: { try trees.term($0.order, …) }
  ///
  /// - Parameters:
  ///   - name: what the jobs are, in the plural: "terms".
  ///   - naming: words for a job, to say where the run failed.
  ///   - time: the time of a job, where it has one.
  public init<Job>(
    _ name: String, weight: Double = 1, jobs: [Job], naming: @escaping (Job) -> String,
    time: @escaping (Job) -> Double? = { _ in nil }, record: @escaping (Job) throws -> Record
  ) {
    self.name = name
    self.weight = weight
    times = []
    count = jobs.count
    finished = { done in
      let next = done < jobs.count ? jobs[done] : nil
      return FinishedRows(
        "\(done) of \(jobs.count) \(name)" + (next.map { "; the failure is in \(naming($0))" } ?? ""),
        after: nil, before: next.flatMap(time))
    }
    start = { Started(evolutions: []) { try record(jobs[$0]) } }
  }
}

/// What was recorded at one time, with what the evolutions knew of their truncation then.
public struct Recorded<Record: Codable & Sendable>: Sendable {
  /// The figures of the experiment.
  public let record: Record
  /// The figures by which the evolutions know whether they are resolved.
  public let resolution: [ResolutionFigure]

  /// Whether all of them are within their limits.
  public var isResolved: Bool { resolution.allSatisfy(\.isResolved) }
}

extension Array {
  /// All records one after another, each with the number of its leg and its place there.
  public func numbered<Record>() -> [(leg: Int, place: Int, recorded: Recorded<Record>)]
  where Element == [Recorded<Record>] {
    enumerated().flatMap { leg, records in
      records.enumerated().map { place, recorded in (leg, place, recorded) }
    }
  }
}
