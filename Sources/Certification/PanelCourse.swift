import CLibraries
import Computing

/// The panels of time that an evolution in balls goes through, and how many of them are done.
struct PanelCourse {
  private let times: [DecimalNumber]
  let panels: [TermPanel]
  private(set) var done = 0

  /// - Parameters:
  ///   - times: every time that will be asked for, sorted.
  ///   - longest: no panel is longer.
  init(_ times: [DecimalNumber], longest: Double) {
    self.times = times
    panels = TermPanel.panels(times, longest: longest)
  }

  /// Where it has come to; nil at the beginning.
  private var last: TermPanel? { done == 0 ? nil : panels[done - 1] }
  /// t, in a ball.
  var end: Ball { last?.end ?? Ball(0) }
  /// t
  var time: Double { last?.end.middle ?? 0 }

  /// The next panel on the way to a time; nil where it is reached.
  /// - Throws: `ArgumentError` for a time that is none of those of the course, or earlier.
  func next(until time: Double) throws -> TermPanel? {
    guard time == 0 || times.contains(where: { $0.value == time }), time >= self.time else {
      throw ArgumentError("time", expected: "one of the times of the course, not earlier", got: "\(time)")
    }
    return done < panels.count && self.time < time ? panels[done] : nil
  }

  /// The panel that was next is done.
  mutating func step() { done += 1 }

  func save(to sink: some StateSink) { sink.write("panels", [Double(done)]) }

  /// How many panels a saved state has done.
  /// - Throws: `SavedStateError`
  func saved(in state: SavedState) throws(SavedStateError) -> Int {
    let saved = try state.array("panels", count: 1)[0]
    guard saved >= 0, saved <= Double(panels.count), saved == saved.rounded() else {
      throw SavedStateError(array: "panels", expected: "0 … \(panels.count)", got: "\(saved)")
    }
    return Int(saved)
  }

  mutating func restore(done: Int) { self.done = done }
}
