// How much memory a process may still take. The least of
//
//     MemAvailable of /proc/meminfo                                      the machine, without swapping
//     limit − usage + inactive file pages, own cgroup and its ancestors  version 2 (memory.max) or 1 (memory.limit_in_bytes)
//     RLIMIT_AS − VmSize, RLIMIT_DATA − VmData                           `ulimit -v`, `ulimit -d`
//
// A limit of address space is also spent on what is reserved and never touched: per thread a stack and the 64 MiB that the
// C library maps for its heap.

import Foundation

/// Bytes that may still be allocated, and what sets the limit.
public struct MemoryRoom: Sendable, Hashable {
  /// At least zero.
  public let bytes: Int
  /// "the machine", "the cgroup", "ulimit -v" or "ulimit -d".
  public let limit: String

  /// A room and its limit.
  public init(bytes: Int, limit: String) {
    self.bytes = bytes
    self.limit = limit
  }

  /// The limit of a machine without others.
  public static let machine = "the machine"

  /// What may be allocated now.
  /// - Parameters:
  ///   - threads: that will still be started.
  ///   - root: where /proc and /sys are.
  public static func now(threads: Int = 0, root: String = "") -> MemoryRoom {
    let files = SystemFiles(root: root)
    var rooms = [MemoryRoom(bytes: files.available, limit: machine)]
    rooms += files.groupRooms.map { MemoryRoom(bytes: max(0, $0), limit: "the cgroup") }
    let page = sysconf(Int32(_SC_PAGESIZE))
    let sizes = files.text("/proc/self/statm").map { $0.split(separator: " ").compactMap { Int($0) } } ?? []
    if sizes.count > 5 {
      let threads = threads > 0 ? threads + helperThreads : 0
      let stacks = threads * stackSize
      for (resource, used, name) in [
        (RLIMIT_AS, sizes[0] * page + threads * heapReserve + stacks, "ulimit -v"),
        (RLIMIT_DATA, sizes[5] * page + stacks, "ulimit -d"),
      ] {
        if let limit = Self.limit(resource) {
          rooms.append(MemoryRoom(bytes: max(0, limit - used), limit: name))
        }
      }
    }
    return rooms.min { $0.bytes < $1.bytes } ?? MemoryRoom(bytes: 0, limit: machine)
  }

  /// Threads that a run starts besides its workers: they wait for signals and watch over interruption.
  private static let helperThreads = 2

  /// Address space that the C library maps for the heap of a thread.
  private static let heapReserve = 64 << 20

  /// Bytes of the stack of a new thread.
  private static var stackSize: Int { min(limit(RLIMIT_STACK) ?? (8 << 20), 1 << 30) }

  /// A limit of the process, nil where there is none.
  private static func limit(_ resource: __rlimit_resource) -> Int? {
    var limits = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limits) == 0, limits.rlim_cur < rlim_t(Int.max)
    else { return nil }
    return Int(limits.rlim_cur)
  }
}

extension SystemFiles {
  /// MemAvailable, or the physical memory where the system does not say.
  fileprivate var available: Int {
    entry("MemAvailable:", of: "/proc/meminfo").flatMap { Memory.product($0, 1024) }
      ?? Int(clamping: ProcessInfo.processInfo.physicalMemory)
  }

  /// What each control group above the process, its own first, still allows.
  fileprivate var groupRooms: [Int] {
    controlGroups(of: "memory").compactMap { group in
      let (limit, usage, inactive) =
        group.isUnified
        ? ("memory.max", "memory.current", "inactive_file ")
        : ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ")
      guard let most = number("\(group.folder)/\(limit)"), let used = number("\(group.folder)/\(usage)")
      else { return nil }
      // Pages of files that nobody uses are given back before anything fails.
      return most - used + min(used, entry(inactive, of: "\(group.folder)/memory.stat") ?? 0)
    }
  }
}
