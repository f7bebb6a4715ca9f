import CLibraries

/// An input file that is missing or cannot be used: which, and why (exit 66).
public struct InputError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file that was asked for.
  public let path: String
  /// Why it cannot be read.
  public let reason: String

  /// The file and the reason.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  public var description: String { "\(MessageText.shown(path)): \(MessageText.shown(reason, limit: 400))" }
}

extension Experiment {
  /// The exit code of a failed run: 64 bad arguments or configuration, 66 input missing, 70 numerical failure,
  /// 73 output cannot be written, 75 not enough memory, 130 interrupted.
  public static func exitCode(for error: any Error) -> Int32 {
    switch error {
    case is ConfigurationError, is ConfigurationErrors, is ArgumentError, is HypothesisError: 64
    case is InputError: 66
    case is NumericalFailure, is IncompleteRun: 70
    case is OutputError, is HDF5Error: 73
    case is MemoryError: 75
    case let error as ResourceError: error.exitCode
    case is Interrupted: 130
    case let stop as RanksStopped: stop.code
    default: 70
    }
  }
}
