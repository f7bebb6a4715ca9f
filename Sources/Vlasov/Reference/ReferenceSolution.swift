// The exact solution of (1.8) for a mixture of products, at the sites of a lattice, from what shares as little with that lattice
// as there is:
//
//     nodes     d = 1, torus, classical kernel, states with a density: characteristics (`VlasovNodes`), error near rounding
//     lattice   else (Moyal, d ≥ 2, other states): half the step and spacing, more modes, a window half as wide again; of a chosen
//               spacing in d ≥ 2 three quarters of it, which leaves a hundredth of the error of sixteen points, and a window a quarter
//               wider. Its distance to the lattice itself is the error of the coarser of the two, and taken for the finer's
//
// Beside it moves the same solution on the lattice itself: how far that is off is what the lattice does to a solution that is
// known, and so what must be allowed for in everything else that is computed on it.

public import CLibraries
public import Computing
public import Interaction
import Numerics
public import PhaseSpace

/// A mixture of exact solutions with their error, and that of a lattice.
public final class ReferenceSolution: Evolution {
  private enum Independent {
    case nodes(VlasovNodes)
    case lattice(VlasovSolution)

    var evolution: any Evolution {
      switch self {
      case .nodes(let nodes): nodes
      case .lattice(let solution): solution
      }
    }
  }

  /// Species, potentials and kernel; N = ∞.
  public let model: Model
  /// The sites.
  public let lattice: FourierLattice
  private let own: VlasovSolution
  private let independent: Independent
  private let isShared: Bool
  private var found: Present?

  private struct Present {
    let time: Double
    let exact, onLattice: [ProductComponent]
    let figures: [ResolutionFigure]
  }

  /// - Parameters:
  ///   - end: up to which time it will be wanted.
  ///   - ranks: the processes that have its lattices together, as of `VlasovLattice`; nodes each of them has. What is asked of it is that of
  ///     the time to which it was last moved.
  /// - Throws: `HypothesisError` at finite N, `ArgumentError`, `MemoryError`; what the ranks throw.
  public init(
    model: Model, initial: ProductMixture, lattice: FourierLattice, until end: Double, workers: Workers,
    ranks: Ranks? = nil
  ) throws {
    self.model = model
    self.lattice = lattice
    isShared = (ranks?.count ?? 1) > 1
    own = try VlasovSolution(
      model: model, initial: initial, lattice: lattice, workers: workers, ranks: ranks)
    if try VlasovNodes.counts(model: model, initial: initial, lattice: lattice, until: end) != nil {
      independent = .nodes(
        try VlasovNodes(model: model, initial: initial, lattice: lattice, until: end, workers: workers))
    } else {
      independent = .lattice(
        try VlasovSolution(
          model: model, initial: initial, lattice: Self.independent(of: lattice, model), workers: workers,
          ranks: ranks
        ))
    }
  }

  public var time: Double { own.time }

  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    found = nil
    // The lattice first: where it overflows, nothing needs a reference.
    try own.advance(to: time, afterStep: afterStep)
    try independent.evolution.advance(to: time, afterStep: afterStep)
    if isShared { found = try gathered() }
  }

  /// The solution of every component now, with its error.
  public func components() -> [ProductComponent] { present().exact }

  /// The same with the errors of the lattice in place of its own.
  public func componentsOnLattice() -> [ProductComponent] { present().onLattice }

  private func present() -> Present {
    if let found, found.time == time { return found }
    // Of what other ranks have nothing is known here between two times.
    let nothing = { OneParticleTable(lattice: self.lattice) { _, _, _ in Complex(.nan, .nan) } }
    let present = present(own.resolution()) { lattice, stride in
      isShared ? nothing() : OneParticleTable(lattice, on: self.lattice, stride: stride)
    }
    if !isShared { found = present }
    return present
  }

  /// The same from all ranks, which ask together.
  private func gathered() throws -> Present {
    try present(own.resolutionOfAll()) { try OneParticleTable(ofAll: $0, on: lattice, stride: $1) }
  }

  private func present(
    _ figures: [ResolutionFigure], _ table: (_ flow: VlasovLattice, _ stride: Int?) throws -> OneParticleTable
  ) rethrows -> Present {
    let tables = try own.components.map { try table($0.lattice, 1) }
    let exact: [ProductComponent]
    switch independent {
    case .nodes(let nodes): exact = nodes.components()
    case .lattice(let finer):
      exact = try zip(finer.components, tables).map { component, own in
        let table = try table(component.lattice, Self.sharesSites(lattice) ? 2 : nil)
        return ProductComponent(weight: component.weight, table: table, errors: table.distance(to: own))
      }
    }
    let onLattice = zip(exact, tables).map {
      ProductComponent(weight: $0.weight, table: $0.table, errors: $0.table.distance(to: $1))
    }
    return Present(time: time, exact: exact, onLattice: onLattice, figures: figures)
  }

  /// The figures of the solution on the lattice, what it is off by, and what the reference may be off by, relative to n_α.
  public func resolution() -> [ResolutionFigure] {
    let present = present()
    func figure(_ name: String, _ components: [ProductComponent]) -> ResolutionFigure {
      ResolutionFigure(
        name, time: time, value: components.largestError(fractions: model.fractions),
        limit: TruncationMeasure.limit)
    }
    return present.figures + [
      figure("the error of the lattice in the exact solution", present.onLattice),
      figure("the error of the reference", present.exact),
    ]
  }

  public func save(to sink: some StateSink) {
    own.save(to: sink.part("lattice"))
    switch independent {
    case .nodes(let nodes):
      sink.write("time", [nodes.time])
      nodes.save(to: sink.part("nodes"))
    case .lattice(let solution):
      sink.write("time", [solution.time])
      solution.save(to: sink.part("finer"))
    }
  }

  public func restore(_ state: SavedState) throws {
    // The independent solution moves last, and may be behind.
    let time = try state.array("time", count: 1)[0]
    func restore(_ evolution: some Evolution, _ name: String) throws {
      try evolution.restore(SavedState(time: time, arrays: state.part(name).arrays))
    }
    switch independent {
    case .nodes(let nodes): try restore(nodes, "nodes")
    case .lattice(let solution): try restore(solution, "finer")
    }
    try own.restore(state.part("lattice"))
    found = nil
  }
}

extension ReferenceSolution {
  /// Half the step and spacing, so that the sites are every other of its points; more modes, and a window half as wide again.
  package static func finer(_ lattice: FourierLattice, _ model: Model) throws(ArgumentError) -> FourierLattice
  {
    let more = max(1, model.potentials.highestMode) * (lattice.dimension == 1 ? 2 : 1)
    return try lattice.refined().enlarged(modes: more, window: 1.5)
  }

  /// The lattice of an independent solution.
  private static func independent(of lattice: FourierLattice, _ model: Model) throws(ArgumentError)
    -> FourierLattice
  {
    guard !sharesSites(lattice) else { return try finer(lattice, model) }
    return try lattice.comparison().enlarged(modes: max(1, model.potentials.highestMode), window: 1.25)
  }

  /// Whether the sites are every other point of the independent lattice.
  private static func sharesSites(_ lattice: FourierLattice) -> Bool {
    lattice.hasWholeShifts || lattice.dimension == 1
  }

  /// What it takes, for an estimate of the time: multiply–adds of the first two levels, or the finer lattice.
  public static func work(
    model: Model, initial: ProductMixture, lattice: FourierLattice, until end: Double
  ) throws -> (products: Double, finer: FourierLattice?) {
    let counts = try VlasovNodes.counts(model: model, initial: initial, lattice: lattice, until: end)
    return (counts?.work ?? 0, counts == nil ? try independent(of: lattice, model) : nil)
  }

  /// Bytes while it is followed, tables included; nil where they overflow.
  /// - Parameter ranks: the processes that have its lattices together; the bytes are those of this one.
  public static func bytes(
    model: Model, initial: ProductMixture, lattice: FourierLattice, until end: Double, threads: Int,
    ranks: Ranks = .single
  ) throws -> Int? {
    func flows(_ lattice: FourierLattice) -> Int? {
      Memory.product(
        initial.components.count,
        VlasovLattice.bytes(
          model: model, lattice: lattice, coupling: .nonperturbative, threads: threads, ranks: ranks))
    }
    let table = Memory.sum(
      lattice.masses.indices.map {
        Memory.product(lattice.modeCount, Memory.sum(Memory.product(2 * 8, lattice.pointCount($0)), 40))
      })
    let counts = try VlasovNodes.counts(model: model, initial: initial, lattice: lattice, until: end)
    return Memory.sum(
      flows(lattice), Memory.product(4 * initial.components.count, table),
      try counts.map(\.bytes) ?? flows(independent(of: lattice, model)))
  }
}
