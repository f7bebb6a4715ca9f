public import Computing

/// An evolution that may fail without taking along what is followed beside it: a Hartree–Fock companion of an exact state, a
/// stage of the chain. When it fails it is given up, and the rest goes on alone; when, and why, is kept with the state.
///
///     let companion = Expendable(orbitals) { _ = try $0.slaterDeterminant() }
///     try companion.advance(to: 1)            // throws only what `afterStep` does
///     let figure = companion.attempt(at: 1) { try compare($0) }       // nil after a failure
public final class Expendable<Moving: Evolution>: Evolution {
  /// What moves; nil after it failed.
  public private(set) var moving: Moving?
  /// When and why it failed.
  public private(set) var failure: EvolutionFailure?
  private let check: (Moving) throws -> Void
  private var reached = 0.0

  /// - Parameter check: throws where the state, though it moves, is good for nothing; called at every time that is asked for.
  public init(_ moving: Moving, check: @escaping (Moving) throws -> Void = { _ in }) {
    self.moving = moving
    self.check = check
    reached = moving.time
  }

  /// t; after a failure the time that was asked for last.
  public var time: Double { moving?.time ?? reached }

  /// Moves on as long as nothing fails.
  /// - Throws: what `afterStep` throws, nothing else.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    var stop: (any Error)?
    attempt(at: time) { moving in
      do {
        try moving.advance(to: time) {
          do { try afterStep() } catch {
            stop = error
            throw error
          }
        }
      } catch {
        guard stop == nil else { return }
        throw error
      }
      try check(moving)
    }
    if let stop { throw stop }
    reached = time
  }

  /// What `body` makes of it; nil when it has failed, or `body` fails, which is then its end.
  @discardableResult
  public func attempt<Result>(at time: Double, _ body: (Moving) throws -> Result) -> Result? {
    do {
      return try moving.map(body)
    } catch {
      failure = EvolutionFailure(time: time, reason: "\(error)")
      moving = nil
      reached = time
      return nil
    }
  }

  /// The state, or the time and the reason of the failure in bytes.
  public func save(to sink: some StateSink) {
    if let failure {
      sink.write("failure", [failure.time] + failure.reason.utf8.map(Double.init))
    } else {
      moving?.save(to: sink)
    }
  }

  /// Goes on; what had failed stays away.
  public func restore(_ state: SavedState) throws {
    guard state.arrays["failure"] != nil else {
      try moving?.restore(state)
      return
    }
    let failed = try state.array("failure")
    let reason = failed.dropFirst().compactMap { UInt8(exactly: $0) }
    guard let time = failed.first, reason.count == failed.count - 1 else {
      throw SavedStateError(array: "failure", expected: "a time and a text", got: "other numbers")
    }
    failure = EvolutionFailure(time: time, reason: String(decoding: reason, as: UTF8.self))
    moving = nil
    reached = state.time
  }

  /// The figures of what moves.
  public func resolution() throws -> [ResolutionFigure] { try moving?.resolution() ?? [] }
}

/// When, and why, an evolution was given up.
public struct EvolutionFailure: Codable, Sendable, Hashable {
  /// The time it should have reached.
  public let time: Double
  /// The message of the error.
  public let reason: String

  /// A failure on the way to a time.
  public init(time: Double, reason: String) {
    self.time = time
    self.reason = reason
  }
}
