import CLibraries
import Computing

/// The records of a run that follows evolutions, and how they and the states stand in a checkpoint.
final class Followed<Record: Codable & Sendable> {
  let legs: [Leg<Record>]
  /// By leg and time, as far as they are made.
  private(set) var records: [[Recorded<Record>]]
  /// The same as a checkpoint holds them.
  private var packed: [(text: [Double], arrays: [[Double]])] = []

  init(_ legs: [Leg<Record>]) {
    self.legs = legs
    records = legs.map { _ in [] }
  }

  /// How many records there are.
  var count: Int { packed.count }

  /// Makes the record of one time.
  /// - Throws: `NumericalFailure` when a figure is not finite.
  func add(_ record: Record, of evolutions: [any Evolution], to leg: Int) throws {
    let recorded = Recorded(record: record, resolution: try evolutions.flatMap { try $0.resolution() })
    packed.append(try RecordText.packed(RecordWithFigures(recorded)))
    records[leg].append(recorded)
  }

  /// How much of each kind of work is done, when the evolutions of a leg are where they are.
  func shares(_ leg: Int, _ evolutions: [any Evolution] = [], isStarted: Bool = false) -> RemainingWork.Shares
  {
    let all = legs.reduce(0) { $0 + $1.weight }
    let before = legs.prefix(leg).reduce(0) { $0 + $1.weight }
    let last = leg < legs.count ? legs[leg].times.last?.value ?? 0 : 0
    let own = leg < legs.count ? legs[leg].weight : 0
    let recorded = zip(legs, records).reduce(0) {
      $0 + $1.0.weight * Double($1.1.count) / Double(max(1, $1.0.count))
    }
    var shares: RemainingWork.Shares = [
      .starting: (before + (isStarted ? own : 0)) / all, .recording: recorded / all,
    ]
    for (place, evolution) in evolutions.enumerated() {
      shares[.moving(place)] = (before + own * (last > 0 ? min(1, evolution.time / last) : 1)) / all
    }
    return shares
  }

  /// Which rows are finished, for a run that failed.
  var finished: FinishedRows {
    let leg = records.indices.first { records[$0].count < legs[$0].count } ?? records.count - 1
    let rows = legs[leg].finished(records[leg].count)
    guard legs.count > 1, !legs[leg].times.isEmpty else { return rows }
    return FinishedRows(
      "\(leg) of \(legs.count) runs, and \(rows.description) of \(legs[leg].name)", after: rows.after,
      before: rows.before)
  }

  // MARK: the checkpoint: a record after another, and the states of the leg that is not finished

  /// The program's version, and what its records are: another one's checkpoint is refused.
  private static var kind: [Double] {
    RecordText.pack(.init("\(Experiment.version) \(String(reflecting: Record.self))".utf8))
  }

  func write(_ evolutions: [any Evolution] = [], to writer: CheckpointWriter) {
    writer.write("kind", Self.kind)
    for (index, record) in packed.enumerated() {
      writer.write("record/\(index)", record.text)
      for (number, array) in record.arrays.enumerated() { writer.write("record/\(index)/\(number)", array) }
    }
    for (index, evolution) in evolutions.enumerated() {
      writer.write("time/\(index)", [evolution.time])
      evolution.save(to: writer.part("\(index)"))
    }
  }

  /// Takes the records.
  /// - Returns: whether there are states as well, of a leg that was left in its middle.
  /// - Throws: `InputError`.
  func restore(_ saved: CheckpointReader) throws -> Bool {
    guard try saved.array("kind") == Self.kind else {
      throw saved.error("another version of the program wrote it")
    }
    let places = legs.indices.flatMap { leg in [Int](repeating: leg, count: legs[leg].count) }
    for (index, leg) in places.prefix(try saved.step(in: 0...places.count)).enumerated() {
      let text = try saved.array("record/\(index)")
      var arrays: [[Double]] = []
      while saved.has("record/\(index)/\(arrays.count)") {
        arrays.append(try saved.array("record/\(index)/\(arrays.count)"))
      }
      guard let recorded = RecordText.unpacked(text, arrays, as: RecordWithFigures<Record>.self) else {
        throw saved.error("its record \(index) is none of this run")
      }
      packed.append((text, arrays))
      records[leg].append(recorded.recorded)
    }
    let hasStates = saved.has("time/0")
    guard hasStates else {
      try saved.finish()
      return false
    }
    guard count < places.count else { throw saved.error("it has states beyond the last time") }
    return true
  }

  /// Restores the evolutions of the leg that was left in its middle.
  /// - Throws: `InputError` for states that do not fit.
  func restore(_ evolutions: [any Evolution], _ leg: Int, from saved: CheckpointReader) throws {
    let (done, times) = (records[leg].count, legs[leg].times)
    let span = (done == 0 ? 0 : times[done - 1].value)...times[done].value
    for (index, evolution) in evolutions.enumerated() {
      let time = try saved.array("time/\(index)", count: 1)[0]
      guard span.contains(time) else {
        throw saved.error("a state is of t = \(time), not one from \(span.lowerBound) to \(span.upperBound)")
      }
      let state = SavedState(time: time, arrays: saved.arrays(under: "\(index)/"))
      try saved.fitting { try evolution.restore(state) }
      let names = NameSink()
      evolution.save(to: names)
      if let name = state.arrays.keys.filter({ !names.names.contains($0) }).min() {
        throw saved.error("this run has no array '\(index)/\(name)'")
      }
    }
    try saved.finish()
  }
}

/// A record with its figures of resolution; a figure may be infinite or NaN, a record may not.
private struct RecordWithFigures<Record: Codable & Sendable>: Codable {
  let record: Record
  let names: [String]
  /// Bit patterns of time, value, limit.
  let figures: [UInt64]

  init(_ recorded: Recorded<Record>) {
    record = recorded.record
    names = recorded.resolution.map(\.name)
    figures = recorded.resolution.flatMap { [$0.time, $0.value, $0.limit] }.map(\.bitPattern)
  }

  var recorded: Recorded<Record> {
    let numbers = figures.map(Double.init(bitPattern:))
    return Recorded(
      record: record,
      resolution: names.indices.prefix(numbers.count / 3).map {
        ResolutionFigure(
          names[$0], time: numbers[3 * $0], value: numbers[3 * $0 + 1], limit: numbers[3 * $0 + 2])
      })
  }
}

/// Notes the names of what a state consists of, and nothing else.
private final class NameSink: StateSink {
  private(set) var names: Set<String> = []

  func write(_ name: String, count: Int, pieces: ((UnsafeBufferPointer<Double>) -> Void) -> Void) {
    names.insert(name)
  }
}
