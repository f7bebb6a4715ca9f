import CLibraries

/// What of a computation is finished when it fails: the rows, in words, and the times between which it failed.
public struct FinishedRows: Sendable {
  /// "3 of 5 times, up to t = 0.75"
  public let description: String
  /// The last time that is finished; nil when the failure is before the first one.
  public let after: Double?
  /// The time that was not reached.
  public let before: Double?

  /// The rows, and where the computation was when it failed.
  public init(_ description: String, after: Double?, before: Double?) {
    self.description = description
    self.after = after
    self.before = before
  }

  /// The rows of the first `count` of these times.
  public init(_ count: Int, of times: [DecimalNumber]) {
    self.init(
      "\(count) of \(times.count) times", after: count > 0 ? times[count - 1].value : nil,
      before: count < times.count ? times[count].value : nil)
  }

  /// "between t = 0.5 and t = 0.75"
  var place: String? {
    switch (after, before) {
    case (let after?, let before?): "between t = \(after.short()) and t = \(before.short())"
    case (nil, let before?): "before t = \(before.short())"
    case (let after?, nil): "after t = \(after.short())"
    case (nil, nil): nil
    }
  }
}

/// A numerical failure whose run has kept the rows that were finished (exit 70).
struct IncompleteRun: Error, CustomStringConvertible {
  let failure: NumericalFailure
  let finished: FinishedRows
  let remedy: String
  let folder: String

  var description: String { text(kept: "Kept in \(MessageText.shown(folder))") }

  /// What files say of it, the same wherever the run is.
  var record: String { text(kept: "Kept") }

  private func text(kept: String) -> String {
    let place = finished.place.map { " (\($0))" } ?? ""
    return
      "\(failure)\(place). \(kept), marked incomplete: \(finished.description). What may help: \(remedy)"
  }

  /// What summary.json says of it.
  var json: JSONValue {
    .object([
      ("reason", .string(failure.description)), ("finished", .string(finished.description)),
      ("time", .numbers([finished.after ?? .nan, finished.before ?? .nan])), ("remedy", .string(remedy)),
    ])
  }
}
