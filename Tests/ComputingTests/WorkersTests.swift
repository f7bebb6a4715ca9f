import Computing
import Testing

@Suite("Workers")
struct WorkersTests {
  @Test("workers cover the range once, whatever the grain", arguments: [1, 2, 7])
  func workers(threads: Int) {
    for count in [0, 1, 5, 1000] {
      let marks = UnsafeMutablePointer<Int>.allocate(capacity: count + 1)
      marks.initialize(repeating: 0, count: count + 1)
      nonisolated(unsafe) let shared = marks
      Workers(threads: threads).forEachRange(of: count, grain: 3) { range in
        for i in range { shared[i] += 1 }
      }
      #expect((0..<count).allSatisfy { marks[$0] == 1 })
      marks.deallocate()
    }
  }
}
