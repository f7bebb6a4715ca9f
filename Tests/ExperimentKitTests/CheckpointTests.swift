import ExperimentKit
import Foundation
import Numerics
import Testing

@Suite("Checkpoints")
struct CheckpointTests {
  static let checkpoint = Checkpoint(
    step: 42,
    arrays: [
      "density": [0.1, -0.0, .infinity, .leastNonzeroMagnitude, 1 / 3], "empty": [], "ħ/κ": [.pi],
    ])

  @Test("a checkpoint comes back exact to the bit, with the hash of its configuration")
  func roundTrip() throws {
    let data = Self.checkpoint.encoded(configurationHash: "abc")
    let decoded = try #require(Checkpoint.decoded(data))
    #expect(decoded.checkpoint == Self.checkpoint)
    #expect(decoded.configurationHash == "abc")
    let bits = decoded.checkpoint.arrays["density"]?.map(\.bitPattern)
    #expect(bits == Self.checkpoint.arrays["density"]?.map(\.bitPattern))
  }

  @Test("every single flipped bit and every shortening is detected")
  func damage() {
    let data = Self.checkpoint.encoded(configurationHash: "abc")
    for index in data.indices {
      var damaged = data
      damaged[index] ^= 1 << (index % 8)
      #expect(Checkpoint.decoded(damaged) == nil, "byte \(index)")
    }
    for count in 0..<data.count { #expect(Checkpoint.decoded(data.prefix(count)) == nil) }
    #expect(Checkpoint.decoded(data + [0]) == nil)
  }

  @Test("bytes that are well signed but say nonsense are refused, not trusted")
  func nonsense() {
    // Bodies with this checksum: a text that claims to be 2⁶³ − 1 bytes long, an array that claims to be longer than the
    // file, an array given twice.
    func text(_ text: String) -> Data { integer(text.utf8.count) + Data(text.utf8) }
    func integer(_ value: Int64) -> Data { withUnsafeBytes(of: value.littleEndian) { Data($0) } }
    func integer(_ value: Int) -> Data { integer(Int64(value)) }
    let start = text("abc") + integer(1)
    let magic =
      Self.checkpoint.encoded(configurationHash: "").prefix { $0 != UInt8(ascii: "\n") } + Data("\n".utf8)
    func file(_ body: Data) -> Data { magic + body + Data(SHA256.hexadecimal(body).utf8) }
    #expect(Checkpoint.decoded(file(start + text("a") + integer(1) + Data(count: 8))) != nil)
    for body in [
      integer(Int64.max) + Data(count: 40), start + text("a") + integer(1 << 60) + Data(count: 8),
      start + text("a") + integer(-1) + Data(count: 8),
      start + text("a") + integer(0) + text("a") + integer(0), start + Data(count: 3), Data(),
    ] { #expect(Checkpoint.decoded(file(body)) == nil) }
  }

  @Test("arrays written from where they lie make the same file as a checkpoint that holds them")
  func borrowed() throws {
    let scratch = try TemporaryFolder()
    let state = (0..<100_000).map { Double($0).squareRoot() }
    func interrupt(_ folder: String, _ save: (ExperimentRun) throws -> Void) {
      let outcome = Harness.run(["--output", "\(scratch.path)/\(folder)"]) { _, run in
        run.checkpointInterval = .zero
        try save(run)
        throw Interrupted()
      }
      #expect(outcome.code == 130)
    }
    interrupt("held") { run in
      try run.safePoint(step: 3) { writer in
        for (name, values) in [("a", state), ("b", [1, 2, 3, 4]), ("c", state)] { writer.write(name, values) }
      }
    }
    interrupt("borrowed") { run in
      try run.safePoint(step: 3) { writer in
        state.withUnsafeBufferPointer { writer.write("a", $0) }
        writer.write("b", [Complex(1.0, 2.0), Complex(3.0, 4.0)])
        writer.write("c", count: state.count) { next in
          for piece in [0..<7, 7..<70_000, 70_000..<100_000] {
            state.withUnsafeBufferPointer { next(UnsafeBufferPointer(rebasing: $0[piece])) }
          }
        }
      }
    }
    let files = try ["held", "borrowed"].map {
      try Data(contentsOf: URL(fileURLWithPath: "\(scratch.path)/\($0)/checkpoint"))
    }
    #expect(files[0] == files[1])
  }

  @Test("writing and reading a checkpoint holds the state once, not several times")
  func memory() throws {
    let state = [Double](repeating: 1 / 3, count: 16 << 20)
    let bytes = 8 * state.count
    // The other tests of this process run at the same time and take memory too, which only adds: the least of several counts.
    var least = (written: Int.max, read: Int.max)
    for attempt in 0..<12 {
      let growth = try Self.growth(of: state)
      try #require(growth.count == 2)
      least = (min(least.written, growth[0]), min(least.read, growth[1]))
      if least.written < bytes / 2, least.read < bytes * 3 / 2 { break }
      if attempt < 11 { sleep(4) }
    }
    #expect(least.written < bytes / 2 && least.read < bytes * 3 / 2, "\(least) of \(bytes)")
  }

  /// By how much the peak of the process grows while a state is written, and while it is read.
  private static func growth(of state: [Double]) throws -> [Int] {
    let scratch = try TemporaryFolder()
    var growth: [Int] = []
    func measured(_ body: () throws -> Void) throws {
      // Lets the peak start from what is resident now.
      try "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
      let before = try Self.peak
      try body()
      growth.append(try Self.peak - before)
    }
    let outcome = Harness.run(["--output", scratch.path + "/out"]) { _, run in
      run.checkpointInterval = .zero
      try measured {
        try run.safePoint(step: 1) { writer in
          state.withUnsafeBufferPointer { writer.write("state", $0) }
          writer.write("sums", [1.5])
        }
      }
      throw Interrupted()
    }
    #expect(outcome.code == 130)
    _ = Harness.run(["--output", scratch.path + "/out", "--resume"]) { _, run in
      try measured {
        let count = try run.loadCheckpoint()?.array("state").count
        #expect(count == state.count)
      }
    }
    return growth
  }

  /// The most that was resident of this process, in bytes.
  private static var peak: Int {
    get throws {
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
      return try #require(Int(line.filter(\.isNumber))) * 1024
    }
  }
}
