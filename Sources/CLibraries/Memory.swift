import Foundation

/// A request for more memory than the machine has to give; thrown before anything is allocated (exit 75).
public struct MemoryError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What the memory was wanted for.
  public let purpose: String
  /// Bytes asked for; nil when the size itself overflows Int.
  public let bytes: Int?
  /// Bytes that the machine had to give.
  public let available: Int

  /// A refused request of `bytes`; nil when the size itself overflows Int.
  public init(purpose: String, bytes: Int?, available: Int = Memory.available()) {
    self.purpose = purpose
    self.bytes = bytes
    self.available = available
  }

  public var description: String {
    let request = bytes.map(Memory.describe) ?? "more than 8 EiB"
    return "\(purpose) needs \(request) of memory, \(Memory.describe(available)) are available"
  }
}

/// Memory computed before it is allocated.
public enum Memory {
  /// Product of sizes, nil on overflow.
  public static func product(_ factors: Int...) -> Int? {
    var result = 1
    for factor in factors {
      let (value, overflow) = result.multipliedReportingOverflow(by: factor)
      if overflow { return nil }
      result = value
    }
    return result
  }

  /// Sum of sizes, nil on overflow.
  public static func sum(_ a: Int, _ b: Int) -> Int? {
    let (value, overflow) = a.addingReportingOverflow(b)
    return overflow ? nil : value
  }

  /// Throws `MemoryError` unless `bytes` fit into nine tenths of what the machine has available now.
  public static func require(_ bytes: Int?, for purpose: String) throws(MemoryError) {
    let room = available()
    guard let bytes, bytes <= room / 10 * 9 else {
      throw MemoryError(purpose: purpose, bytes: bytes, available: room)
    }
  }

  /// Bytes available to a new allocation without swapping (MemAvailable of /proc/meminfo), or the physical
  /// memory where the system does not say.
  public static func available() -> Int {
    let physical = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8) else {
      return physical
    }
    for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
      let digits = line.filter(\.isNumber)
      if let kibibytes = Int(digits) { return kibibytes * 1024 }
    }
    return physical
  }

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
