// The three ways a computation can refuse. They sit at the bottom so that every module throws the same
// types and ExperimentKit can map them to exit codes without knowing any physics.

/// An argument outside the domain of a function: what it is, what was expected, what was given (exit 64).
public struct ArgumentError: Error, Sendable, Hashable, CustomStringConvertible {
  public let argument: String
  public let expected: String
  public let got: String

  public init(_ argument: String, expected: String, got: String) {
    self.argument = argument
    self.expected = expected
    self.got = got
  }

  public var description: String { "\(argument): expected \(expected), got \(got)" }
}

/// A bound or theorem whose hypotheses fail for this model: its label and the hypothesis.
public struct HypothesisError: Error, Sendable, Hashable, CustomStringConvertible {
  public let statement: String
  public let hypothesis: String

  public init(_ statement: String, requires hypothesis: String) {
    self.statement = statement
    self.hypothesis = hypothesis
  }

  public var description: String { "\(statement) requires \(hypothesis)" }
}

/// A NaN, an overflow or an iteration that did not converge: where, and what was seen (exit 70).
public struct NumericalFailure: Error, Sendable, Hashable, CustomStringConvertible {
  public let place: String
  public let observed: String

  public init(in place: String, _ observed: String) {
    self.place = place
    self.observed = observed
  }

  public var description: String { "\(place): \(observed)" }
}
