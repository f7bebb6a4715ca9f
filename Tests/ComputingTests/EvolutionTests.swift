import Computing
import Testing

/// x' = −x by the exact solution, one step of 1/8 after another.
private final class Decay: Evolution {
  private(set) var time = 0.0
  private(set) var x = 1.0

  func advance(to time: Double, afterStep: () throws -> Void) throws {
    while self.time < time {
      x *= 0.8824969025845955
      self.time += 0.125
      try afterStep()
    }
  }

  func save(to sink: some StateSink) {
    sink.write("x", count: 1) { piece in [x].withUnsafeBufferPointer(piece) }
  }

  func restore(_ state: SavedState) throws {
    x = try state.array("x", count: 1)[0]
    time = state.time
  }
}

@Suite("Evolution")
struct EvolutionTests {
  private struct Stop: Error {}

  @Test("An evolution that is stopped in the middle, saved and restored ends in the same bits")
  func resumption() throws {
    let whole = Decay()
    try whole.advance(to: 2)
    let first = Decay()
    var steps = 0
    #expect(throws: Stop.self) {
      try first.advance(to: 2) {
        steps += 1
        if steps == 5 { throw Stop() }
      }
    }
    #expect(first.time == 0.625)
    let second = Decay()
    try second.restore(first.state)
    try second.advance(to: 2)
    #expect(second.state == whole.state)
    #expect(whole.time == 2)
  }

  @Test("A saved state that is short, missing or not finite is refused by name")
  func refusal() {
    let state = SavedState(time: 1, arrays: ["x": [.nan], "y": [1, 2]])
    #expect(throws: SavedStateError(array: "x", expected: "finite numbers", got: "NaN or infinity")) {
      _ = try state.array("x")
    }
    #expect(throws: SavedStateError(array: "y", expected: "3 numbers", got: "2")) {
      _ = try state.array("y", count: 3)
    }
    #expect(throws: SavedStateError(array: "z", expected: "numbers", got: "nothing")) {
      _ = try state.array("z")
    }
  }

  @Test("A figure that is not a number is not resolved")
  func resolution() {
    #expect(ResolutionFigure("tail", time: 0, value: 1e-12, limit: 1e-10).isResolved)
    #expect(!ResolutionFigure("tail", time: 0, value: 1e-9, limit: 1e-10).isResolved)
    #expect(!ResolutionFigure("tail", time: 0, value: .nan, limit: 1e-10).isResolved)
  }

  @Test("The parts of a joint state are written and read under their own names")
  func parts() throws {
    let (first, second) = (Decay(), Decay())
    try first.advance(to: 1)
    let sink = StateCollector()
    first.save(to: sink.part("first"))
    second.save(to: sink.part("second").part("inner"))
    #expect(sink.arrays == ["first/x": [first.x], "second/inner/x": [1]])
    let state = SavedState(time: 1, arrays: sink.arrays)
    #expect(state.part("first") == first.state)
    #expect(state.part("second").part("inner").arrays == second.state.arrays)
    #expect(state.part("fir").arrays.isEmpty)
  }
}
