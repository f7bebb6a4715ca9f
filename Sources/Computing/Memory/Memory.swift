import Foundation

/// A request for more memory than there is to give; thrown before anything is allocated (exit 75).
public struct MemoryError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What the memory was wanted for.
  public let purpose: String
  /// Bytes asked for; nil when the size itself overflows Int.
  public let bytes: Int?
  /// Bytes that there were to give.
  public let available: Int
  /// What sets that limit: "the machine", "the cgroup", "ulimit -v", "ulimit -d".
  public let limit: String

  /// A refused request of `bytes`; nil when the size itself overflows Int.
  public init(purpose: String, bytes: Int?, available: Int, limit: String = MemoryRoom.machine) {
    self.purpose = purpose
    self.bytes = bytes
    self.available = available
    self.limit = limit
  }

  /// A refused request, with what is available now.
  public init(purpose: String, bytes: Int?) {
    let room = MemoryRoom.now()
    self.init(purpose: purpose, bytes: bytes, available: room.bytes, limit: room.limit)
  }

  public var description: String {
    let request = bytes.map(Memory.describe) ?? "more than 8 EiB"
    let place = limit == MemoryRoom.machine ? "" : " (\(limit))"
    return "\(purpose) needs \(request) of memory, \(Memory.describe(available)) are available\(place)"
  }
}

/// Memory computed before it is allocated.
public enum Memory {
  /// Product of sizes, nil on overflow or when one of them is nil.
  public static func product(_ factors: Int?...) -> Int? {
    var result = 1
    for factor in factors {
      guard let factor else { return nil }
      let (value, overflow) = result.multipliedReportingOverflow(by: factor)
      if overflow { return nil }
      result = value
    }
    return result
  }

  /// Sum of sizes, nil on overflow or when one of them is nil.
  public static func sum(_ parts: Int?...) -> Int? { sum(parts) }

  /// Sum of sizes, nil on overflow or when one of them is nil.
  public static func sum(_ parts: some Sequence<Int?>) -> Int? {
    var result = 0
    for part in parts {
      guard let part else { return nil }
      let (value, overflow) = result.addingReportingOverflow(part)
      if overflow { return nil }
      result = value
    }
    return result
  }

  /// The largest of sizes of which one is needed at a time; nil when one of them is nil.
  public static func largest(_ parts: some Sequence<Int?>) -> Int? {
    var result = 0
    for part in parts {
      guard let part else { return nil }
      result = max(result, part)
    }
    return result
  }

  /// Throws `MemoryError` unless `bytes` fit into nine tenths of what is available now.
  /// - Parameter threads: that will still be started; their stacks and heaps take address space.
  public static func require(_ bytes: Int?, for purpose: String, threads: Int = 0) throws(MemoryError) {
    let room = MemoryRoom.now(threads: threads)
    guard let bytes, bytes <= room.bytes / 10 * 9 else {
      throw MemoryError(purpose: purpose, bytes: bytes, available: room.bytes, limit: room.limit)
    }
  }

  /// Bytes available to a new allocation: the least of what the machine has without swapping, what the cgroups of the
  /// process still allow, and what its own limits (`ulimit`) do.
  public static func available() -> Int { MemoryRoom.now().bytes }

  /// "3.2 GiB"
  public static func describe(_ bytes: Int) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return unit == 0 ? "\(bytes) B" : String(format: "%.1f %@", value, units[unit])
  }
}
