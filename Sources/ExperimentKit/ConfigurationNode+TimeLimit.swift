// Work that cannot end in reasonable time is refused when the configuration is read, before hours are spent on it.

import Foundation

extension ConfigurationNode {
  /// `time-limit` of the root: hours that a run may be expected to take, ten days where nothing is written. Results do not
  /// depend on it, so the effective configuration has it only where it was written.
  func timeLimit() throws(ConfigurationError) -> Double {
    let node = self["time-limit"]
    return node.isAbsent ? 240 : try node.positive("a positive number of hours").value
  }

  /// Refuses work that is expected to take longer than the `time-limit` of this root.
  ///
  /// - Parameters:
  ///   - seconds: an estimate for one core, meant to be right within a factor of three or so; NaN counts as too long.
  ///   - place: the key that makes it so long.
  ///   - work: what takes the time, for the message.
  public func requireTime(seconds: Double, at place: ConfigurationNode, _ work: String)
    throws(ConfigurationError)
  {
    let hours = try timeLimit()
    guard seconds / 3600 <= hours else {
      throw place.error(
        expected: "work of at most \(hours) hours (time-limit)",
        got: "an estimated \(String(format: "%.2g", seconds / 3600)) hours of \(work)")
    }
  }
}
