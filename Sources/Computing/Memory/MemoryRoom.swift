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
    rooms += files.cgroupRooms.map { MemoryRoom(bytes: max(0, $0), limit: "the cgroup") }
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

/// The files in which the system says what it allows.
private struct SystemFiles {
  let root: String

  func text(_ path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: root + path) else { return nil }
    return String(decoding: data, as: UTF8.self)
  }

  /// The number of a file that holds one; nil for "max".
  private func number(_ path: String) -> Int? {
    text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  /// The number behind a name, one pair a line.
  private func entry(_ name: String, of path: String) -> Int? {
    for line in text(path)?.split(separator: "\n") ?? [] where line.hasPrefix(name) {
      return Int(line.dropFirst(name.count).filter(\.isNumber))
    }
    return nil
  }

  /// MemAvailable, or the physical memory where the system does not say.
  var available: Int {
    entry("MemAvailable:", of: "/proc/meminfo").flatMap { Memory.product($0, 1024) }
      ?? Int(clamping: ProcessInfo.processInfo.physicalMemory)
  }

  /// What each cgroup above the process, its own first, still allows.
  var cgroupRooms: [Int] {
    var rooms: [Int] = []
    let mounts = mountPoints
    for line in text("/proc/self/cgroup")?.split(separator: "\n") ?? [] {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let isUnified = fields[0] == "0" && fields[1].isEmpty
      guard isUnified || fields[1].split(separator: ",").contains("memory"),
        let mount = isUnified ? mounts.unified : mounts.memory
      else { continue }
      let (limit, usage, inactive) =
        isUnified
        ? ("memory.max", "memory.current", "inactive_file ")
        : ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ")
      var names = fields[2].split(separator: "/").map(String.init)
      while true {
        let folder = mount + names.map { "/" + $0 }.joined()
        if let most = number("\(folder)/\(limit)"), let used = number("\(folder)/\(usage)") {
          // Pages of files that nobody uses are given back before anything fails.
          let reclaimable = min(used, entry(inactive, of: "\(folder)/memory.stat") ?? 0)
          rooms.append(most - used + reclaimable)
        }
        guard names.popLast() != nil else { break }
      }
    }
    return rooms
  }

  /// Where the unified hierarchy and the memory controller of version 1 are mounted.
  private var mountPoints: (unified: String?, memory: String?) {
    var (unified, memory): (String?, String?) = (nil, nil)
    for line in text("/proc/self/mountinfo")?.split(separator: "\n") ?? [] {
      // … (5) mount point … - type source options
      let halves = line.split(separator: " - ", maxSplits: 1)
      guard halves.count == 2 else { continue }
      let (place, kind) = (halves[0].split(separator: " "), halves[1].split(separator: " "))
      guard place.count > 4, let type = kind.first else { continue }
      if type == "cgroup2" { unified = unified ?? String(place[4]) }
      if type == "cgroup", kind.last?.split(separator: ",").contains("memory") == true {
        memory = memory ?? String(place[4])
      }
    }
    return (unified, memory)
  }
}
