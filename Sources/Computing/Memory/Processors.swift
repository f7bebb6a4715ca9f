import Foundation

/// The processors that this process may use.
public enum Processors {
  /// Those of its affinity mask (`taskset`, a batch system), or fewer where a control group allows fewer (`cpu.max` of its
  /// own group and of those above, or `cpu.cfs_quota_us` in version 1); at least 1.
  /// - Parameter root: where /proc and /sys are.
  public static func count(root: String = "") -> Int {
    let files = SystemFiles(root: root)
    let count = allowed(files) ?? ProcessInfo.processInfo.activeProcessorCount
    return max(1, min(count, quota(files) ?? count))
  }

  /// Bits of the affinity mask as the system shows it, words of it in hexadecimal.
  private static func allowed(_ files: SystemFiles) -> Int? {
    guard
      let line = files.text("/proc/self/status")?.split(separator: "\n")
        .first(where: { $0.hasPrefix("Cpus_allowed:") })
    else { return nil }
    let count = line.dropFirst(13).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
    return count > 0 ? count : nil
  }

  /// ⌈quota/period⌉, the least of all groups around the process; nil without a quota ("max", or −1 in version 1).
  private static func quota(_ files: SystemFiles) -> Int? {
    files.controlGroups(of: "cpu").compactMap { group -> Int? in
      let numbers =
        group.isUnified
        ? files.numbers("\(group.folder)/cpu.max")
        : ["cpu.cfs_quota_us", "cpu.cfs_period_us"].compactMap { files.number("\(group.folder)/\($0)") }
      guard let numbers, numbers.count == 2, numbers[0] > 0, numbers[1] > 0 else { return nil }
      return numbers[0] / numbers[1] + (numbers[0] % numbers[1] > 0 ? 1 : 0)
    }.min()
  }
}
