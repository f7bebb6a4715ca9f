// The three ways a computation can refuse. They sit at the bottom so that every module throws the same
// types and ExperimentKit can map them to exit codes without knowing any physics.

/// An argument outside the domain of a function: what it is, what was expected, what was given (exit 64).
public struct ArgumentError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The argument or key path at fault.
  public let argument: String
  /// What would have been accepted.
  public let expected: String
  /// What came instead.
  public let got: String

  /// All three parts of the message, "argument: expected …, got …".
  public init(_ argument: String, expected: String, got: String) {
    self.argument = argument
    self.expected = expected
    self.got = got
  }

  public var description: String {
    "\(MessageText.shown(argument)): expected \(MessageText.shown(expected, limit: 400)), got \(MessageText.shown(got))"
  }
}

/// A bound or theorem whose hypotheses fail for this model: its label and the hypothesis.
public struct HypothesisError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The result that was asked for, by its label in the paper.
  public let statement: String
  /// The hypothesis that the model does not satisfy.
  public let hypothesis: String

  /// The result and the hypothesis it needs.
  public init(_ statement: String, requires hypothesis: String) {
    self.statement = statement
    self.hypothesis = hypothesis
  }

  public var description: String { "\(statement) requires \(hypothesis)" }
}

/// A NaN, an overflow or an iteration that did not converge: where, and what was seen (exit 70).
public struct NumericalFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// The quantity, and the time or index where it failed.
  public let place: String
  /// What was seen there.
  public let observed: String

  /// Where it failed, and what was seen.
  public init(in place: String, _ observed: String) {
    self.place = place
    self.observed = observed
  }

  public var description: String {
    "\(MessageText.shown(place, limit: 400)): \(MessageText.shown(observed, limit: 400))"
  }
}
