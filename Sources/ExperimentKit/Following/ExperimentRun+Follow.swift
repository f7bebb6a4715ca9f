import CLibraries
import Computing

extension ExperimentRun {
  /// Follows evolutions through the times of their legs, one leg after another, and makes the results of what was recorded.
  ///
  /// After every step the run can be interrupted, and goes on from there to the same bits when it is resumed; after every
  /// time the record is kept. When a computation fails numerically, the results are made of the records so far, and
  /// `incomplete` in summary.json says why and when (exit 70). What the evolutions know of their own truncation is asked at
  /// every recorded time and stands in `resolution`.
  ///
  ///     try run.follow([Leg("flow", through: settings.times) { try VlasovLattice(…) } record: { flow, _ in Row(flow) }],
  ///       remedy: "a smaller time-step") { run, legs in
  ///       run.add(ResultTable("rows", axes: [times], rows: legs[0].map(\.record), columns: columns))
  ///     }
  ///
  /// - Parameters:
  ///   - results: the work of making the results, in the unit of the legs' weights, where it counts beside theirs.
  ///   - remedy: what may help when the computation fails.
  ///   - making: adds to the summary, the arrays and the report what follows from the records: those of each leg in the order
  ///     of its times, fewer where the run ended early.
  /// - Throws: what the evolutions throw; `Interrupted` after a checkpoint; `InputError` for a checkpoint that does not fit.
  public func follow<Record>(
    _ legs: [Leg<Record>], results: Double = 0, remedy: String,
    making: @escaping (ExperimentRun, [[Recorded<Record>]]) throws -> Void
  ) throws {
    let followed = Followed(legs)
    let resumed = try loadCheckpoint().map { ($0, try followed.restore($0)) }
    keepRows(remedy: remedy) { run in
      guard !followed.records.allSatisfy(\.isEmpty) else { return nil }
      try making(run, followed.records)
      run.addResolution(followed)
      run.addConclusions()
      return followed.finished
    }
    var saved = resumed.flatMap { $0.1 ? $0.0 : nil }
    let progress = progress()
    let first = legs.indices.first { followed.records[$0].count < legs[$0].count } ?? legs.count
    let work = RemainingWork(
      done: followed.shares(first),
      results: results / .greatest(.leastNormalMagnitude, legs.reduce(0) { $0 + $1.weight }))
    for (index, leg) in legs.enumerated() where followed.records[index].count < leg.count {
      try follow(leg, index, followed, resuming: saved, progress, work)
      saved = nil
    }
    progress.label = "results"
    progress.update(remaining: work.remaining)
    let records = { (writer: CheckpointWriter) in followed.write(to: writer) }
    defer { progress.finish() }
    try keeping(step: followed.count, records) { try making(self, followed.records) }
    addResolution(followed)
    addConclusions()
  }

  /// - Parameter saved: what has the states in the middle of this leg.
  private func follow<Record>(
    _ leg: Leg<Record>, _ index: Int, _ followed: Followed<Record>, resuming saved: CheckpointReader?,
    _ progress: ProgressLine, _ work: RemainingWork
  ) throws {
    let records = { (writer: CheckpointWriter) in followed.write(to: writer) }
    // The checkpoint that is resumed from is older than this, and knows more.
    let started = try saved == nil ? keeping(step: followed.count, records, leg.start) : leg.start()
    let evolutions = started.evolutions
    progress.label = leg.name
    try saved.map { try followed.restore(evolutions, index, from: $0) }
    var hasStatesOnDisk = saved != nil
    // Ranks that move one state hold it together.
    let isShared = ranks.count > 1 && !evolutions.isEmpty
    let atSafePoint = isShared ? safePointOfAll(step:_:) : safePoint(step:_:)
    let write = { (writer: CheckpointWriter) in followed.write(evolutions, to: writer) }
    // Of a run that was given up in one long step there are the records alone: the way to the last of them again.
    if saved == nil, let last = leg.times.prefix(followed.records[index].count).last {
      try keeping(step: followed.count, records) {
        for time in leg.times where time.value <= last.value {
          for evolution in evolutions {
            try evolution.advance(to: time.value) { try checkInterruption() }
          }
        }
      }
    }
    let shares = { followed.shares(index, evolutions, isStarted: true) }
    let spend = { (kind: RemainingWork.Kind) in
      work.spend(on: kind, done: shares()[kind] ?? 0)
      progress.update(remaining: work.remaining)
    }
    if saved != nil { work.begin(from: shares()) }
    spend(.starting)
    for place in followed.records[index].count..<leg.count {
      // A step may be long, and in its middle no state is whole.
      let isSaved = { hasStatesOnDisk }
      try keepingWhenGivenUp(step: followed.count, unless: isSaved, records) {
        for (number, evolution) in evolutions.enumerated() {
          try evolution.advance(to: leg.times[place].value) {
            spend(.moving(number))
            try atSafePoint(followed.count) {
              write($0)
              hasStatesOnDisk = true
            }
          }
        }
      }
      // What a run that is given up leaves must not change meanwhile: the record is added afterwards. No rank can save a shared
      // state by itself.
      let make = { try started.record(place) }
      let record =
        isShared
        ? try keepingWhenGivenUp(step: followed.count, unless: isSaved, records, make)
        : try keeping(step: followed.count, write, make)
      try followed.add(record, of: evolutions, to: index)
      spend(.recording)
      let isLast = place + 1 == leg.count
      try atSafePoint(followed.count) {
        followed.write(isLast ? [] : evolutions, to: $0)
        hasStatesOnDisk = true
      }
    }
  }
}
