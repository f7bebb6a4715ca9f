import ExperimentKit
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  @Test(
    "the digests of FIPS 180-4's examples",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        String(repeating: "a", count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ])
  func examples(message: String, digest: String) {
    #expect(SHA256.hexadecimal(message.utf8) == digest)
  }

  @Test("pieces of any length give the digest of the whole")
  func pieces() {
    let message = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * $0 + 7) }
    let whole = SHA256.hexadecimal(message)
    for step in [1, 3, 55, 56, 63, 64, 65, 127, 999] {
      var digest = SHA256()
      for start in stride(from: 0, to: message.count, by: step) {
        digest.update(Array(message[start..<min(message.count, start + step)]))
      }
      #expect(digest.hexadecimal() == whole)
    }
  }
}
