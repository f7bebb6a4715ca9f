import Computing
import Studies
import Testing

/// x' = 1 in steps of 1/4, until it fails.
private final class Counter: Evolution {
  struct Fault: Error {}

  let end: Double
  private(set) var time = 0.0
  private(set) var x = 0.0

  init(failingAfter end: Double) { self.end = end }

  func advance(to time: Double, afterStep: () throws -> Void) throws {
    while self.time < time {
      guard self.time < end else { throw Fault() }
      self.time += 0.25
      x += 0.25
      try afterStep()
    }
  }

  func save(to sink: some StateSink) { sink.write("x", [x]) }

  func restore(_ state: SavedState) throws {
    x = try state.array("x", count: 1)[0]
    time = state.time
  }

  func resolution() -> [ResolutionFigure] { [ResolutionFigure("x", time: time, value: x, limit: 1)] }
}

@Suite("An evolution that may fail") struct ExpendableTests {
  @Test("stays away after a failure, whose time and reason are kept and restored")
  func failure() throws {
    let expendable = Expendable(Counter(failingAfter: 1))
    try expendable.advance(to: 0.5)
    #expect(expendable.failure == nil && expendable.time == 0.5)
    try expendable.advance(to: 2)
    #expect(expendable.moving == nil && expendable.time == 2)
    let failure = try #require(expendable.failure)
    #expect(failure.time == 2 && failure.reason == "Fault()")
    try expendable.advance(to: 3)
    #expect(expendable.failure == failure && expendable.time == 3)
    #expect(try expendable.resolution().isEmpty)

    let restored = Expendable(Counter(failingAfter: 1))
    try restored.restore(expendable.state)
    #expect(restored.moving == nil && restored.failure == failure && restored.time == 3)
  }

  @Test("what stops the run is no failure of its")
  func stop() throws {
    struct Stop: Error {}
    let expendable = Expendable(Counter(failingAfter: 1))
    var steps = 0
    #expect(throws: Stop.self) {
      try expendable.advance(to: 1) {
        steps += 1
        if steps == 2 { throw Stop() }
      }
    }
    #expect(expendable.failure == nil && expendable.time == 0.5)
    let restored = Expendable(Counter(failingAfter: 1))
    try restored.restore(expendable.state)
    try restored.advance(to: 1)
    #expect(restored.moving?.x == 1)
  }

  @Test("a state that moves but is good for nothing, or a comparison that fails, is its end")
  func useless() throws {
    struct Useless: Error {}
    let checked = Expendable(Counter(failingAfter: 9)) { if $0.x > 1 { throw Useless() } }
    try checked.advance(to: 1)
    #expect(checked.attempt(at: 1) { $0.x } == 1)
    try checked.advance(to: 2)
    #expect(checked.failure?.time == 2)
    let compared = Expendable(Counter(failingAfter: 9))
    #expect(compared.attempt(at: 0) { _ -> Int in throw Useless() } == nil)
    #expect(compared.failure == EvolutionFailure(time: 0, reason: "Useless()"))
  }

  @Test("a saved failure that is none is refused")
  func refusal() {
    let expendable = Expendable(Counter(failingAfter: 1))
    for numbers in [[], [1, 300], [1, 0.5]] as [[Double]] {
      #expect(throws: SavedStateError.self) {
        try expendable.restore(SavedState(time: 1, arrays: ["failure": numbers]))
      }
    }
  }

  @Test("several evolutions followed together are told apart by their names")
  func names() throws {
    let named = NamedEvolution(Counter(failingAfter: 9), "counter")
    try named.advance(to: 0.5)
    #expect(try named.resolution() == [ResolutionFigure("counter: x", time: 0.5, value: 0.5, limit: 1)])
    #expect(named.state == SavedState(time: 0.5, arrays: ["x": [0.5]]))
  }
}
