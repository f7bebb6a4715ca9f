public import Computing

/// One of several evolutions that are followed together: its figures of resolution are told apart by its name, "hartree: …".
public final class NamedEvolution: Evolution {
  /// What stands before the names of its figures.
  public let name: String
  /// What moves.
  public let moving: any Evolution

  private let counts: (ResolutionFigure) -> Bool
  private let further: () throws -> [ResolutionFigure]

  /// The same evolution under a name.
  /// - Parameters:
  ///   - counts: which of its figures are of account.
  ///   - further: figures that follow from it and from what moved before it.
  public init(
    _ moving: any Evolution, _ name: String,
    counting counts: @escaping (ResolutionFigure) -> Bool = { _ in true },
    and further: @escaping () throws -> [ResolutionFigure] = { [] }
  ) {
    self.moving = moving
    self.name = name
    self.counts = counts
    self.further = further
  }

  /// t
  public var time: Double { moving.time }

  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    try moving.advance(to: time, afterStep: afterStep)
  }

  public func save(to sink: some StateSink) { moving.save(to: sink) }

  public func restore(_ state: SavedState) throws { try moving.restore(state) }

  public func resolution() throws -> [ResolutionFigure] {
    try moving.resolution().filter(counts).map {
      ResolutionFigure("\(name): \($0.name)", time: $0.time, value: $0.value, limit: $0.limit)
    } + further()
  }
}
