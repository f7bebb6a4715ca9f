// One sum of everything a run holds at once. Parts are added in the order in which they come to life; those of a phase end
// with it; the plan keeps the largest sum there ever was.
//
//     var plan = MemoryPlan()
//     plan.hold("lattice", bytesOfTheLattice)                 // to the end
//     plan.phase { $0.hold("distances", bytesOfOneDistance) } // for a while
//     plan.peak                                               // nil when it overflows Int
//     "\(plan)"                                               // "1.2 GiB: lattice 800.0 MiB, distances 400.0 MiB"

/// What a run holds at once, as labelled parts.
public struct MemoryPlan: Sendable, CustomStringConvertible {
  private var parts: [(label: String, bytes: Int?)] = []
  private var largest: [(label: String, bytes: Int?)] = []
  private var greatest: Int? = 0

  /// Holds nothing yet.
  public init() {}

  /// Adds a part that lives from here to the end of the phase, or of the plan.
  /// - Parameter bytes: its size, nil when that overflows Int.
  public mutating func hold(_ label: String, _ bytes: Int?) {
    parts.append((label, bytes))
    let sum = Memory.sum(parts.map(\.bytes))
    guard let before = greatest else { return }
    if sum == nil || sum ?? 0 > before {
      greatest = sum
      largest = parts
    }
  }

  /// What `body` adds lives only for a while.
  public mutating func phase(_ body: (inout MemoryPlan) throws -> Void) rethrows {
    let count = parts.count
    try body(&self)
    parts.removeLast(parts.count - count)
  }

  /// Bytes at the fullest moment, nil when they overflow Int.
  public var peak: Int? { greatest }

  /// "1.2 GiB: lattice 800.0 MiB, distances 400.0 MiB"
  public var description: String {
    let size = greatest.map(Memory.describe) ?? "more than 8 EiB"
    return breakdown.isEmpty ? size : "\(size): \(breakdown)"
  }

  /// The parts of that moment by label, the largest first; those under a hundredth of the whole are left out. Where the sum
  /// overflows, the part that made it.
  public var breakdown: String {
    guard let greatest else { return largest.first { $0.bytes == nil }?.label ?? "" }
    var sums: [String: Int] = [:]
    for part in largest { sums[part.label, default: 0] += part.bytes ?? 0 }
    return sums.filter { $0.value >= max(1, greatest / 100) }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key) \(Memory.describe($0.value))" }.joined(separator: ", ")
  }
}
