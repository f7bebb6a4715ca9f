import Computing
import Foundation
import Testing

@Suite("Memory")
struct MemoryTests {
  private static func room(_ files: [String: String]) throws -> MemoryRoom {
    try system(files) { MemoryRoom.now(root: $0) }
  }

  /// What is read in a folder that plays / with these files in it.
  private static func system<Value>(_ files: [String: String], _ read: (String) throws -> Value) throws
    -> Value
  {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("room-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    for (path, text) in files {
      let file = root.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    return try read(root.path)
  }

  private static let machine = ["proc/meminfo": "MemTotal: 2000 kB\nMemAvailable:    1000 kB\n"]
  private static let unified = machine.merging([
    "proc/self/cgroup": "0::/user/run\n",
    "proc/self/mountinfo":
      "1 2 0:3 / /proc rw - proc proc rw\n35 30 0:29 / /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw\n",
    "sys/fs/cgroup/user/run/memory.max": "max\n", "sys/fs/cgroup/user/run/memory.current": "1000\n",
    "sys/fs/cgroup/user/memory.max": "500000\n", "sys/fs/cgroup/user/memory.current": "300000\n",
    "sys/fs/cgroup/user/memory.stat": "anon 200000\nfile 60000\ninactive_file 50000\nactive_file 10000\n",
  ]) { $1 }
  private static let versionOne = machine.merging([
    "proc/self/cgroup": "4:memory:/jobs/7\n1:cpu:/\n0::/\n",
    "proc/self/mountinfo": "40 35 0:35 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
    "sys/fs/cgroup/memory/jobs/7/memory.limit_in_bytes": "400000\n",
    "sys/fs/cgroup/memory/jobs/7/memory.usage_in_bytes": "100000\n",
    "sys/fs/cgroup/memory/jobs/7/memory.stat": "cache 5\ninactive_file 1\ntotal_inactive_file 20000\n",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    "sys/fs/cgroup/memory/memory.usage_in_bytes": "700000\n",
  ]) { $1 }

  @Test("without a cgroup the room is what the machine has available")
  func machineAlone() throws {
    #expect(try Self.room(Self.machine) == MemoryRoom(bytes: 1000 * 1024, limit: MemoryRoom.machine))
  }

  @Test("the tightest cgroup above the process sets the room, pages of files that nobody uses not counted")
  func cgroups() throws {
    #expect(try Self.room(Self.unified) == MemoryRoom(bytes: 250_000, limit: "the cgroup"))
    #expect(try Self.room(Self.versionOne) == MemoryRoom(bytes: 320_000, limit: "the cgroup"))
    // A container shows the host's path where its own group is the root of the mount.
    var container = Self.versionOne
    container["proc/self/cgroup"] = "4:memory:/docker/abc\n"
    container["sys/fs/cgroup/memory/memory.limit_in_bytes"] = "900000\n"
    #expect(try Self.room(container) == MemoryRoom(bytes: 200_000, limit: "the cgroup"))
    // More used than allowed: no room, not a negative one.
    var full = Self.unified
    full["sys/fs/cgroup/user/run/memory.max"] = "999\n"
    #expect(try Self.room(full).bytes == 0)
  }

  private static let processors = unified.merging(["proc/self/status": "Name: x\nCpus_allowed:\t00ff\n"]) {
    $1
  }

  @Test(
    "as many processors as the mask has and the tightest group allows, of either version; at least one",
    arguments: [
      ([:], 8),
      (["sys/fs/cgroup/user/run/cpu.max": "max 100000\n"], 8),
      (
        [
          "sys/fs/cgroup/user/run/cpu.max": "600000 100000\n",
          "sys/fs/cgroup/user/cpu.max": "350000 100000\n",
        ], 4
      ),
      (["sys/fs/cgroup/cpu.max": "1000 100000\n"], 1),
      (["sys/fs/cgroup/cpu.max": "0 0\n"], 8),
      (["sys/fs/cgroup/cpu.max": "nan 1\n", "sys/fs/cgroup/user/cpu.max": "3\n"], 8),
      (["sys/fs/cgroup/cpu.max": "9223372036854775807 1\n"], 8),
      (["proc/self/status": "Cpus_allowed: 1,00000003\n"], 3),
      (versionOneQuota(-1), 8), (versionOneQuota(250_000), 3),
    ] as [([String: String], Int)])
  func processorCount(files: [String: String], count: Int) throws {
    let all = Self.processors.merging(files) { $1 }
    #expect(try Self.system(all) { Processors.count(root: $0) } == count)
  }

  private static func versionOneQuota(_ quota: Int) -> [String: String] {
    [
      "proc/self/cgroup": "2:cpuset:/\n4:cpu,cpuacct:/jobs/7\n",
      "proc/self/mountinfo": "40 35 0:35 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n",
      "sys/fs/cgroup/cpu/jobs/7/cpu.cfs_quota_us": "\(quota)\n",
      "sys/fs/cgroup/cpu/jobs/7/cpu.cfs_period_us": "100000\n",
    ]
  }

  @Test("files that say nonsense do not limit anything")
  func nonsense() throws {
    var odd = Self.unified
    odd["sys/fs/cgroup/user/memory.max"] = "many\n"
    odd["proc/self/mountinfo"]? += "x - cgroup\n - \n"
    odd["proc/self/cgroup"]? += "::\n:memory\n"
    #expect(try Self.room(odd).limit == MemoryRoom.machine)
  }

  @Test("sums and products of sizes are nil when they overflow or a size is unknown")
  func arithmetic() {
    #expect(Memory.product(3, 4, 5) == 60 && Memory.product() == 1)
    #expect(Memory.product(Int.max, 2) == nil && Memory.product(nil, 0) == nil)
    #expect(Memory.sum(1, 2, 3) == 6 && Memory.sum(Int.max, 1) == nil && Memory.sum(1, nil) == nil)
    #expect(Memory.largest([1, 7, 3]) == 7 && Memory.largest([1, nil]) == nil && Memory.largest([]) == 0)
  }

  @Test("a plan is as large as its fullest moment, whose parts it names")
  func plan() {
    var plan = MemoryPlan()
    plan.hold("lattice", 800 << 20)
    plan.phase { $0.hold("reference", 300 << 20) }
    plan.phase { phase in
      phase.hold("distance", 100 << 20)
      phase.phase { $0.hold("distance", 100 << 20) }
    }
    #expect(plan.peak == 1100 << 20)
    #expect("\(plan)" == "1.1 GiB: lattice 800.0 MiB, reference 300.0 MiB")
    plan.hold("results", 200 << 20)
    #expect(plan.peak == 1100 << 20)
    plan.phase { $0.hold("lattice", 400 << 20) }
    #expect("\(plan)" == "1.4 GiB: lattice 1.2 GiB, results 200.0 MiB")
    plan.hold("plan", nil)
    plan.hold("more", 1)
    #expect(plan.peak == nil && "\(plan)" == "more than 8 EiB: plan")
    #expect(MemoryPlan().peak == 0)
  }

  @Test("a request above nine tenths of the room is refused with both numbers")
  func refusal() throws {
    let room = MemoryRoom.now()
    #expect(throws: Never.self) { try Memory.require(room.bytes / 2, for: "half") }
    let error = #expect(throws: MemoryError.self) {
      try Memory.require(room.bytes / 100 * 96, for: "all of it")
    }
    #expect(error?.limit == room.limit)
    #expect(throws: MemoryError.self) { try Memory.require(nil, for: "an overflow") }
    let absurd = #expect(throws: MemoryError.self) { try Memory.require(1 << 60, for: "a test") }
    #expect(absurd?.description.contains("1.0 EiB") == true)
  }
}
