import Computing
import Hierarchy
import Testing

/// The memory in which right sides are compiled.
@Suite("Buffers that grow where they lie")
struct GrowingBufferTests {
  @Test("keeps all that was appended, and has nothing to say")
  func growth() throws {
    var buffer = GrowingBuffer<Int>()
    defer { buffer.deallocate() }
    for number in 0..<10_000 { buffer.append(number * number) }
    try buffer.check()
    #expect(buffer.count == 10_000 && (0..<10_000).allSatisfy { buffer[$0] == $0 * $0 })
  }

  @Test("memory that is refused is an error with its bytes, and writes nowhere")
  func refusal() {
    var buffer = GrowingBuffer<Int>(limit: 1000)
    defer { buffer.deallocate() }
    for number in 0..<10_000 { buffer.append(number) }
    // 16, 24, 36, 54, 81 elements of eight bytes, then 121.
    #expect(buffer.count == 10_000 && (0..<121).allSatisfy { buffer[$0] == $0 })
    let error = #expect(throws: MemoryError.self) { try buffer.check() }
    #expect(error?.bytes == 8 * 181)
  }
}
