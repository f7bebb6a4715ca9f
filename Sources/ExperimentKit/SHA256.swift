// SHA-256 (FIPS 180-4) of bytes that come piece by piece. It protects checkpoints and names configurations and
// outputs; at some 200 MB/s it costs less than the disk.

/// A SHA-256 digest in the making.
///
///     SHA256.hexadecimal("abc".utf8)   // "ba7816bf…f20015ad"
public struct SHA256: Sendable {
  private var state = SHA256.initial
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  /// The digest of no bytes yet.
  public init() {}

  /// The digest of these bytes in hexadecimal.
  public static func hexadecimal(_ message: some Sequence<UInt8>) -> String {
    var digest = SHA256()
    digest.update(Array(message))
    return digest.hexadecimal()
  }

  /// Takes in the next piece of the message.
  public mutating func update(_ piece: [UInt8]) { piece.withUnsafeBytes { update($0) } }

  /// Takes in the next piece of the message from where it lies.
  public mutating func update(_ piece: UnsafeRawBufferPointer) {
    length += UInt64(piece.count)
    var piece = piece[...]
    if !pending.isEmpty {
      let filling = piece.prefix(64 - pending.count)
      pending.append(contentsOf: filling)
      piece = piece.dropFirst(filling.count)
      guard pending.count == 64 else { return }
      pending.withUnsafeBufferPointer { Self.compress($0.baseAddress!, blocks: 1, into: &state) }
      pending.removeAll(keepingCapacity: true)
    }
    let blocks = piece.count / 64
    if blocks > 0, let start = UnsafeRawBufferPointer(rebasing: piece).bindMemory(to: UInt8.self).baseAddress
    {
      Self.compress(start, blocks: blocks, into: &state)
    }
    pending.append(contentsOf: piece.dropFirst(64 * blocks))
  }

  /// The digest of everything so far; more may follow.
  public func hexadecimal() -> String {
    var tail = pending
    var state = state
    tail.append(0x80)
    while tail.count % 64 != 56 { tail.append(0) }
    for shift in stride(from: 56, through: 0, by: -8) {
      tail.append(UInt8(truncatingIfNeeded: (length * 8) >> shift))
    }
    tail.withUnsafeBufferPointer { Self.compress($0.baseAddress!, blocks: tail.count / 64, into: &state) }
    return state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  private static func compress(_ bytes: UnsafePointer<UInt8>, blocks: Int, into state: inout [UInt32]) {
    constants.withUnsafeBufferPointer { constants in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
        for block in 0..<blocks {
          for i in 0..<16 {
            let word = bytes + 64 * block + 4 * i
            schedule[i] =
              UInt32(word[0]) << 24 | UInt32(word[1]) << 16 | UInt32(word[2]) << 8 | UInt32(word[3])
          }
          for i in 16..<64 {
            let x = schedule[i - 15]
            let y = schedule[i - 2]
            let s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >> 3)
            let s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >> 10)
            schedule[i] = schedule[i - 16] &+ s0 &+ schedule[i - 7] &+ s1
          }
          var (a, b, c, d) = (state[0], state[1], state[2], state[3])
          var (e, f, g, h) = (state[4], state[5], state[6], state[7])
          for i in 0..<64 {
            let s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
            let first = h &+ s1 &+ ((e & f) ^ (~e & g)) &+ constants[i] &+ schedule[i]
            let s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
            let second = s0 &+ ((a & b) ^ (a & c) ^ (b & c))
            (h, g, f, e) = (g, f, e, d &+ first)
            (d, c, b, a) = (c, b, a, first &+ second)
          }
          state[0] &+= a
          state[1] &+= b
          state[2] &+= c
          state[3] &+= d
          state[4] &+= e
          state[5] &+= f
          state[6] &+= g
          state[7] &+= h
        }
      }
    }
  }

  private static func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { x &>> n | x &<< (32 &- n) }

  /// The first 32 bits of the fractional parts of √p, p the first 8 primes.
  private static let initial: [UInt32] = primes.prefix(8).map { fraction(Double($0).squareRoot()) }

  /// The first 32 bits of the fractional parts of ∛p, p the first 64 primes.
  private static let constants: [UInt32] = primes.map { prime in
    // Newton's iteration keeps all 53 bits; 35 of them are needed.
    var root = 1.0
    for _ in 0..<60 { root -= (root * root * root - Double(prime)) / (3 * root * root) }
    return fraction(root)
  }

  private static func fraction(_ x: Double) -> UInt32 { UInt32((x - x.rounded(.down)) * 4_294_967_296) }

  private static let primes: [Int] = {
    var primes: [Int] = []
    var candidate = 2
    while primes.count < 64 {
      if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
      candidate += 1
    }
    return primes
  }()
}
