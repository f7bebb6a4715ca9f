import ExperimentKit
import Foundation
import Testing

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
    // A body with this checksum whose text claims to be 2⁶³ − 1 bytes long.
    let body = Data([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]) + Data(count: 40)
    let head = Self.checkpoint.encoded(configurationHash: "").prefix { $0 != UInt8(ascii: "\n") }
    let data = head + Data("\n".utf8) + Data(SHA256.hexadecimal(body).utf8) + body
    #expect(Checkpoint.decoded(data) == nil)
  }
}
