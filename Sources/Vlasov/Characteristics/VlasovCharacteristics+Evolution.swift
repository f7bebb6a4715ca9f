import CLibraries
public import Computing
import Numerics

extension VlasovCharacteristics: Evolution {
  /// From one time to another in equal steps.
  struct Course: Equatable {
    let start: Double
    let end: Double
    let steps: Int
    var done = 0

    var step: Double { (end - start) / Double(steps) }
  }

  /// Reaches the time in equal steps no longer than `largestStep`.
  /// - Throws: `ArgumentError` for an earlier time; `NumericalFailure` when a momentum is no longer finite.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    guard time.isFinite, time >= self.time else {
      throw ArgumentError("time", expected: "a time from \(self.time) on", got: "\(time)")
    }
    guard time > self.time else { return }
    // What was stopped on its way to the same time goes on in the same steps.
    if course?.end != time {
      let steps = ((time - self.time) / largestStep - 1e-9).rounded(.up)
      guard steps < 1e9 else {
        throw ArgumentError("time", expected: "one in fewer than 10⁹ steps", got: "\(time)")
      }
      course = Course(start: self.time, end: time, steps: max(1, Int(steps)))
    }
    while let now = course {
      try move(now)
      try afterStep()
    }
  }

  /// One step of a course; the last one settles the nodes.
  private func move(_ now: Course) throws(NumericalFailure) {
    var now = now
    step(now.step)
    now.done += 1
    let isLast = now.done == now.steps
    if isLast { settle() }
    time = isLast ? now.end : now.start + Double(now.done) * now.step
    course = isLast ? nil : now
    guard momenta.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw NumericalFailure(in: "Vlasov characteristics", "a momentum that is not finite at t = \(time)")
    }
  }

  /// The nodes, the kicks so far, and the course they are on.
  public func save(to sink: some StateSink) {
    for index in species {
      sink.write("positions-\(index)", positions[index])
      sink.write("momenta-\(index)", momenta[index])
    }
    sink.write(
      "kicks",
      history.flatMap { kick in
        [kick.drift, kick.duration] + kick.amplitudes.joined().flatMap { [$0.real, $0.imaginary] }
      })
    let way = course.map { [$0.start, $0.end, Double($0.steps), Double($0.done)] } ?? []
    sink.write("course", [pendingDrift, driftedAhead] + way)
  }

  public func restore(_ state: SavedState) throws {
    let places = try species.map { try state.array("positions-\($0)", count: positions[$0].count) }
    let speeds = try species.map { try state.array("momenta-\($0)", count: momenta[$0].count) }
    let kicks = try state.array("kicks")
    let perKick = 2 + 2 * species.count * force.highestMode
    guard kicks.count.isMultiple(of: perKick) else {
      throw SavedStateError(
        array: "kicks", expected: "a multiple of \(perKick) numbers", got: "\(kicks.count)")
    }
    let way = try state.array("course")
    guard way.count == 2 || way.count == 6 else {
      throw SavedStateError(array: "course", expected: "2 or 6 numbers", got: "\(way.count)")
    }
    if way.count == 6 {
      guard let steps = Int(exactly: way[4]), let done = Int(exactly: way[5]), way[2] < way[3],
        (1..<steps).contains(done)
      else { throw SavedStateError(array: "course", expected: "a way that is not at its end", got: "\(way)") }
      course = Course(start: way[2], end: way[3], steps: steps, done: done)
    } else {
      course = nil
    }
    (pendingDrift, driftedAhead) = (way[0], way[1])
    history = stride(from: 0, to: kicks.count, by: perKick).map { start in
      Kick(
        drift: kicks[start], duration: kicks[start + 1],
        amplitudes: species.map { index in
          (0..<force.highestMode).map { mode in
            let at = start + 2 + 2 * (index * force.highestMode + mode)
            return Complex(kicks[at], kicks[at + 1])
          }
        })
    }
    (positions, momenta) = (places, speeds)
    time = state.time
  }
}
