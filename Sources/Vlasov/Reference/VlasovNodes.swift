// The exact solution of (1.8) in one dimension on the torus, classical kernel, by nodes that move along their characteristics in
// the field of all of them: the trapezoidal rule in q and p of the initial density (exponentially convergent, for what is smooth
// along characteristics too), the force from sums over the nodes, Taylor steps of order 18. No lattice, no window, no modes that are cut
// off: the field has the modes of the potentials only, and any (ξ,n) is a sum over the nodes,
//
//     w^α(ξ,κn) = Σ_j w_j e^{i(ξp_j + κnq_j)}.
//
// The error. Two levels move side by side, the finer with 3/2 times the nodes along each axis and 2/3 of the steps: their distance
// at the sites is the error of the coarser, and bounds that of the finer, whose values are taken, as long as refinement helps at
// all. Where they differ by more than the tolerance, the coarser is given up and a still finer one is started from t = 0. Nothing
// ties their errors together: aliases in q and p stand at other frequencies, by a ratio that is not whole.
//
// Cost: that of `VlasovCharacteristics`, and of the tables.

import CLibraries
public import Computing
public import Interaction
public import PhaseSpace

/// A mixture of Vlasov solutions by nodes, with its error by refinement.
public final class VlasovNodes: Evolution {
  /// One refinement: the nodes of all components.
  struct Level {
    let number: Int
    let flows: [VlasovCharacteristics]
  }

  /// Species and potentials; classical kernel, N = ∞.
  public let model: Model
  /// The sites at which the solution is wanted.
  public let lattice: FourierLattice
  /// Levels that differ by more, relative to n_α, are refined.
  public let tolerance: Double
  let sizes: NodeCounts
  private let weights: [Double]
  private let densities: [[VlasovGaussians]]
  private let workers: Workers
  /// The coarser, then the finer.
  var levels: [Level] = []
  /// What was found at the present time.
  private var found: (time: Double, components: [ProductComponent])?

  /// - Parameters:
  ///   - lattice: the sites at which the solution is wanted.
  ///   - end: up to which time it will be wanted: the nodes must resolve what phase mixing makes of the data until then.
  ///   - tolerance: relative to n_α.
  /// - Throws: `HypothesisError` unless there is a solution by nodes (d = 1, torus, classical kernel, N = ∞, states with a
  ///   density); `ArgumentError`, `MemoryError`.
  public init(
    model: Model, initial: ProductMixture, lattice: FourierLattice, until end: Double,
    tolerance: Double = 1e-13, workers: Workers
  ) throws {
    guard let densities = try Self.densities(model, initial) else {
      throw HypothesisError(
        "the solution by nodes",
        requires: "d = 1, a torus, the classical kernel, N = ∞, states with a density")
    }
    self.model = model
    self.lattice = lattice
    self.tolerance = tolerance
    self.workers = workers
    self.densities = densities
    weights = initial.components.map(\.weight)
    sizes = try NodeCounts(model: model, densities: densities, lattice: lattice, end: end)
    guard sizes.isReasonable else {
      throw ArgumentError(
        "the solution by nodes",
        expected: "at most 2¹⁷ nodes, 512 MiB and \(NodeCounts.mostWork) products until the end",
        got: "more until t = \(end)")
    }
    levels = try [0, 1].map(level)
  }

  /// m^i_α of every component, nil where there is no solution by nodes.
  private static func densities(_ model: Model, _ initial: ProductMixture) throws -> [[VlasovGaussians]]? {
    guard model.geometry.dimension == 1, model.geometry.kappa != nil, model.kernel.hbar == nil,
      model.particles == nil
    else { return nil }
    do {
      return try initial.components.map { component in
        try zip(component.states, model.fractions).map {
          try VlasovGaussians($0, fraction: $1, geometry: model.geometry)
        }
      }
    } catch is HypothesisError {
      return nil
    }
  }

  /// What a solution by nodes takes; nil where there is none, or it would take too much to begin with.
  static func counts(
    model: Model, initial: ProductMixture, lattice: FourierLattice, until end: Double
  ) throws -> NodeCounts? {
    guard let densities = try densities(model, initial) else { return nil }
    let counts = try NodeCounts(model: model, densities: densities, lattice: lattice, end: end)
    return counts.isReasonable ? counts : nil
  }

  /// The nodes of each axis of the finer level.
  public var resolutionOfNodes: (positions: Int, momenta: Int) {
    let number = levels[levels.count - 1].number
    return (sizes.positions(number), sizes.momenta(number))
  }

  func level(_ number: Int) throws -> Level {
    Level(
      number: number,
      flows: try densities.map {
        try VlasovCharacteristics(
          model: model, densities: $0, positions: sizes.positions(number), momenta: sizes.momenta(number),
          share: sizes.share(number), workers: workers)
      })
  }

  /// t of the coarser level.
  public var time: Double { levels[0].flows[0].time }

  /// - Throws: `ArgumentError` for an earlier time; `NumericalFailure` when a momentum is no longer finite.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    found = nil
    while true {
      for flow in levels.flatMap(\.flows) { try flow.advance(to: time, afterStep: afterStep) }
      let pair = compared()
      // What rounding makes is not mended by more nodes, nor is a NaN.
      let error = pair.largestError(fractions: model.fractions)
      let next = levels[1].number + 1
      guard error > tolerance, sizes.isAffordable(next, until: time) else {
        found = (time, zip(pair, densities).map { withRounding($0, $1) })
        return
      }
      levels = [levels[1], try level(next)]
    }
  }

  /// The states of the mixture at `time`, each with the distance between two numbers of nodes and what rounding makes as errors.
  public func components() -> [ProductComponent] {
    if let found, found.time == time { return found.components }
    return zip(compared(), densities).map { withRounding($0, $1) }
  }

  /// The finer level, and its distance to the coarser.
  private func compared() -> [ProductComponent] {
    weights.indices.map { index in
      let (coarse, fine) = (
        levels[0].flows[index].table(on: lattice), levels[1].flows[index].table(on: lattice)
      )
      return ProductComponent(weight: weights[index], table: fine, errors: fine.distance(to: coarse))
    }
  }

  /// What both levels have in common is not seen in their distance: the rounding of the phases ξp + κnq, of times and of shares of
  /// steps. Two roundings of the largest phase, at which hardly anything stands: measured in free flight, four times too much.
  private func withRounding(_ component: ProductComponent, _ densities: [VlasovGaussians]) -> ProductComponent
  {
    let rounding = model.species.indices.map { species -> OneParticleNorm in
      let momentum = densities[species].largestMomentum
      let extent = Double(lattice.halfWidths[species]) * lattice.spacing(species)
      let travel = densities[species].period + momentum * time / model.masses[species]
      let phase = 8 + extent * momentum + lattice.kappa * Double(lattice.modes) * travel
      let error = 2.3e-16 * phase * model.fractions[species]
      let sites = Double(lattice.elementCount(species)) * lattice.spacing(species)
      return OneParticleNorm(maximum: error, l2: error * sites.squareRoot())
    }
    return ProductComponent(
      weight: component.weight, table: component.table,
      errors: zip(component.errors, rounding).map { $0 + $1 })
  }

  /// How far the reference may be off, relative to n_α.
  public func resolution() -> [ResolutionFigure] {
    [
      ResolutionFigure(
        "the error of the reference", time: time,
        value: components().largestError(fractions: model.fractions), limit: TruncationMeasure.limit)
    ]
  }

  /// The numbers of the levels, and each component's nodes with their own time: a level that was started late is behind.
  public func save(to sink: some StateSink) {
    sink.write("levels", levels.map { Double($0.number) })
    for (place, level) in levels.enumerated() {
      for (index, flow) in level.flows.enumerated() {
        let part = sink.part("\(place)-\(index)")
        part.write("time", [flow.time])
        flow.save(to: part)
      }
    }
  }

  public func restore(_ state: SavedState) throws {
    let numbers = try state.array("levels", count: 2)
    guard let first = Int(exactly: numbers[0]), let second = Int(exactly: numbers[1]), second == first + 1,
      (0...sizes.highestLevel).contains(second)
    else { throw SavedStateError(array: "levels", expected: "neighbouring levels", got: "\(numbers)") }
    let restored = try [first, second].map(level)
    for (place, level) in restored.enumerated() {
      for (index, flow) in level.flows.enumerated() {
        let part = state.part("\(place)-\(index)")
        let time = try part.array("time", count: 1)[0]
        guard time >= 0, time <= state.time || place == 0 else {
          throw SavedStateError(array: "time", expected: "a time up to \(state.time)", got: "\(time)")
        }
        try flow.restore(SavedState(time: time, arrays: part.arrays))
      }
    }
    levels = restored
    found = nil
  }
}
