// The runs of a study of the remainder, and the rows that follow from their samples.

public import CLibraries
public import PhaseSpace

extension DysonRemainder {
  /// The lattices of a study, in the order in which they are gone through.
  public enum Grid: Int, Sendable, CaseIterable {
    /// As it was configured.
    case configured
    /// A finer time step.
    case refined
    /// More modes and a wider window.
    case enlarged
  }

  /// The lattice of a run.
  public func lattice(_ grid: Grid) -> FourierLattice { lattices[grid.rawValue] }

  /// The run on a lattice, at time zero.
  /// - Parameter ranks: the processes that have it together.
  public func start(on grid: Grid, workers: Workers, ranks: Ranks? = nil) throws -> SolutionAndSeries {
    try SolutionAndSeries(
      model: model, initial: initial, lattice: lattice(grid), orders: orders, points: sampled,
      interval: grid == .refined ? refinement.new : refinement.old, workers: workers,
      ranks: ranks)
  }

  /// The work of a run relative to those on the other lattices: steps × sites.
  public func work(on grid: Grid) -> Double {
    let lattice = lattice(grid)
    let sites = lattice.masses.indices.reduce(0.0) { $0 + Double(lattice.elementCount($1)) }
    return sites / lattice.timeStep
  }

  /// Runs all three lattices and makes the rows, point by point, time by time.
  /// - Parameter afterStep: called after every step of any lattice; may throw to stop.
  /// - Throws: `NumericalFailure` where a value is not finite, `MemoryError`.
  public func run(workers: Workers, afterStep: () throws -> Void = {}) throws -> [DysonRemainderRow] {
    try rows(
      try Grid.allCases.map { grid in
        let moving = try start(on: grid, workers: workers)
        return try times.map { time in
          try moving.advance(to: time, afterStep: afterStep)
          return try moving.record()
        }
      }
    ).compactMap(\.self)
  }

  /// The rows, point by point, time by time; nil where a lattice has not come to.
  /// - Parameter records: by lattice and time; the later ones may be missing.
  /// - Throws: `ArgumentError` for records that are none of this study.
  public func rows(_ records: [[DysonRecord]]) throws -> [DysonRemainderRow?] {
    let moments = records.joined().flatMap(\.moments)
    guard records.count <= 3, records.allSatisfy({ $0.count <= times.count }),
      records.joined().allSatisfy({ !$0.moments.isEmpty && $0.truncation.tops.count == orders + 1 }),
      moments.allSatisfy({ $0.samples.count == sampled.count }),
      moments.flatMap(\.samples).allSatisfy({ $0.terms.count == orders + 1 })
    else {
      throw ArgumentError(
        "records",
        expected: "\(sampled.count) points of \(orders + 1) terms at \(times.count) times of three lattices",
        got: "others")
    }
    let drifting = DriftingTail(model)
    var rows: [DysonRemainderRow?] = []
    for point in points.indices {
      for time in times.indices {
        let there = records.filter { time < $0.count }.map { $0[time] }
        rows.append(there.count == 3 ? try row(point, time, there, drifting) : nil)
      }
    }
    return rows
  }

  private func row(_ point: Int, _ time: Int, _ records: [DysonRecord], _ drifting: DriftingTail) throws
    -> DysonRemainderRow
  {
    let budget = DysonBudget(
      base: records[0], fine: records[1], wide: records[2], modes: lattice(.enlarged).modes,
      reach: max(1, model.potentials.highestMode))
    let particles = try points[point].arguments(in: model.geometry)
    let highest = try points[point].modes(in: model.geometry).map(\.maximumNorm).max() ?? 0
    let sample = records[0].samples[point]
    let values = sample.values
    return DysonRemainderRow(
      point: point, time: time, exact: sample.exact, terms: sample.terms, partialSums: values.partialSums,
      remainders: values.remainders.map(\.length),
      errors: budget.errors(
        point: point, neighbours: neighbours[point], highest: highest, particles: particles.count,
        tail: drifting.error(at: particles, time: times[time], tail: records[2].truncation.tail),
        isSheltered: isSheltered(particles, time: times[time]),
        descent: drifting.descent(
          to: particles, highest: highest, from: lattice(.enlarged),
          reach: max(1, model.potentials.highestMode),
          time: times[time])))
  }

  /// Whether nothing from beyond the wide window reaches the point until t: what stands at (ξ,n) came along |n'| ≤ n_max from
  /// |ξ'| ≤ |ξ| + κn_max t/m, and the densities, which make the force, from |ξ'| ≤ κn_max t/m. (What higher modes would bring is the
  /// error of the modes.) Eight points are left to the interpolation.
  private func isSheltered(_ particles: [PhasePoint], time: Double) -> Bool {
    let wide = lattice(.enlarged)
    return model.species.indices.allSatisfy { species in
      let reach = wide.kappa * Double(wide.modes) * time / wide.masses[species]
      let furthest = particles.filter { $0.species == species }.flatMap { particle in
        (0..<wide.dimension).map { particle.xi[$0].magnitude }
      }
      let edge = Double(wide.halfWidths[species] - 8) * wide.spacing(species)
      return furthest.allSatisfy { $0 + reach <= edge } && reach <= edge
    }
  }
}
