import Foundation

/// The processors that this process may use.
public enum Processors {
  /// Those of its affinity mask (`taskset`, a batch system), or fewer where a control group allows fewer (`cpu.max` of its
  /// own group and of those above); at least 1.
  public static func count(cgroups root: String = "/sys/fs/cgroup") -> Int {
    let count = allowed ?? ProcessInfo.processInfo.activeProcessorCount
    return max(1, min(count, quota(root) ?? count))
  }

  /// Bits of the affinity mask as the system shows it, words of it in hexadecimal.
  private static var allowed: Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed:") })
    else { return nil }
    let count = line.dropFirst(13).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
    return count > 0 ? count : nil
  }

  /// ⌈quota/period⌉, the least of all groups around the process; nil without a quota.
  private static func quota(_ root: String) -> Int? {
    guard let groups = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8),
      let own = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::") })
    else { return nil }
    var names = own.dropFirst(3).split(separator: "/").map(String.init)
    var least: Int?
    while true {
      let file = root + names.map { "/" + $0 }.joined() + "/cpu.max"
      let numbers = ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "").split {
        $0 == " " || $0 == "\n"
      }
      .map { Double($0) }
      if numbers.count == 2, let quota = numbers[0], let period = numbers[1], period > 0, quota > 0 {
        let cores = Int(min(1e6, (quota / period).rounded(.up)))
        least = min(least ?? cores, cores)
      }
      guard names.popLast() != nil else { return least }
    }
  }
}
