// The actual remainder Δ_L μ̄_t = μ̄_t − S_L (5.4) on the Fourier lattice, with an error budget.

public import CLibraries
import Hierarchy
public import Interaction
public import Numerics
public import PhaseSpace

/// The series against the exact solution at one point and time.
public struct DysonRemainderRow: Sendable {
  /// Index of the point in the request.
  public let point: Int
  /// Index of the time in the request.
  public let time: Int
  /// μ̄_t
  public let exact: Complex<Double>
  /// D_0 … D_L
  public let terms: [Complex<Double>]
  /// S_1 … S_L
  public let partialSums: [Complex<Double>]
  /// |Δ_1| … |Δ_L|
  public let remainders: [Double]
  /// A bound on the error of each |Δ_L|, see `DysonRemainder`.
  public let budgets: [Double]
}

/// Computes S_L, D_L, the exact solution and |Δ_L| for L = 1 … orders at given times and points.
///
/// The error budget of |Δ_L| is the sum of four parts, each an observed change doubled:
///
/// - time step: the change of Δ_L when Δt (and with it Δξ) is halved;
/// - modes and window together: its change with n_max + 2m_V modes and a window wider by half;
/// - interpolation: the change from ten to eight nodes at points off the grid;
/// - rounding: 64 ε (|μ̄| + Σ_j |D_j|).
///
/// The two other lattices cost about five times the configured one.
public struct DysonRemainder: Sendable {
  /// Species, potentials and kernel.
  public let model: Model
  /// The data at t = 0; a mixture is the sum of its components' products.
  public let initial: ProductMixture
  /// The configured lattice; the budget comes from two others made from it.
  public let lattice: FourierLattice
  /// Ascending, multiples of the time step.
  public let times: [Double]
  /// Where the marginals are evaluated.
  public let points: [LatticePoint]
  /// The largest L.
  public let orders: Int

  let refined: FourierLattice
  let enlarged: FourierLattice

  /// - Parameters:
  ///   - geometry: of the model; `xiExtent` as the lattice was configured.
  ///   - times: multiples of Δt, increasing.
  /// - Throws: `ArgumentError` for times off the grid or points outside the window; `HypothesisError` at finite N.
  public init(
    model: Model, initial: ProductMixture, lattice: FourierLattice, xiExtent: Double, times: [Double],
    points: [LatticePoint], orders: Int
  ) throws {
    guard model.particles == nil else { throw HypothesisError("the Dyson series (5.3)", requires: "N = ∞") }
    guard (1...1000).contains(orders) else {
      throw ArgumentError("orders", expected: "an integer from 1 to 1000", got: "\(orders)")
    }
    for time in times where lattice.steps(in: time) == nil {
      throw ArgumentError("times", expected: "multiples of the time step", got: "\(time)")
    }
    for (index, point) in points.enumerated() {
      for (particle, mode) in zip(point.particles, point.modes) {
        guard mode.maximumNorm <= lattice.modes else {
          throw ArgumentError(
            "points[\(index)].eta", expected: "|n| ≤ lattice.modes",
            got: mode.text(dimension: lattice.dimension))
        }
        for time in [0] + times {
          let drift = mode.vector * (lattice.kappa * time / lattice.masses[particle.species])
          let place = particle.xi - drift
          let edge = Double(lattice.halfWidths[particle.species]) * lattice.spacing(particle.species)
          for axis in 0..<lattice.dimension where place[axis].magnitude > edge * (1 + 1e-12) {
            throw ArgumentError(
              "points[\(index)].xi", expected: "|ξ − ηt/m| ≤ \(edge) at all times (the window)",
              got: "\(place[axis]) at t = \(time)")
          }
        }
      }
    }
    self.model = model
    self.initial = initial
    self.lattice = lattice
    self.times = times
    self.points = points
    self.orders = orders
    // Half a grid point more, so that its window is not rounded to less than the configured one.
    let halfPoint = (lattice.masses.indices.map(lattice.spacing).max() ?? 0) / 2
    refined = try FourierLattice(
      geometry: model.geometry, modes: lattice.modes, xiExtent: xiExtent + halfPoint,
      timeStep: lattice.timeStep / 2, masses: lattice.masses)
    enlarged = try FourierLattice(
      geometry: model.geometry, modes: lattice.modes + 2 * max(1, model.potentials.highestMode),
      xiExtent: 1.5 * xiExtent, timeStep: lattice.timeStep, masses: lattice.masses)
  }

  /// Steps of all three lattices together, for a progress line.
  public var totalSteps: Int {
    let steps = times.last.flatMap { lattice.steps(in: $0) } ?? 0
    return 8 * steps * initial.components.count
  }

  /// Runs the series and the flow on the three lattices.
  /// - Parameters:
  ///   - progress: where an interrupted run stopped; the rows are the same to the bit.
  ///   - afterEachStep: called after every step of any lattice with what a checkpoint of this moment needs; may throw
  ///     to stop.
  ///   - afterEachTime: called with the samples so far when a lattice has reached one more time (`finishedRows`).
  /// - Returns: rows point by point, time by time.
  /// - Throws: `NumericalFailure` where a value is not finite, `MemoryError`, `ArgumentError` for the progress of
  ///   another study.
  public func run(
    workers: Workers, from progress: consuming DysonRemainderProgress? = nil,
    afterEachStep: (_ moment: DysonRemainderMoment) throws -> Void = { _ in },
    afterEachTime: (_ samples: [Double]) -> Void = { _ in }
  ) throws -> [DysonRemainderRow] {
    let lattices = [lattice, refined, enlarged]
    var samples = try progress.map { try Sample.unpacked($0.samples, orders: orders) } ?? []
    if let progress, !progress.states.isEmpty { try check(progress.steps, after: samples.count) }
    let perLattice = times.count * points.count
    for (index, lattice) in lattices.enumerated() where samples.count < (index + 1) * perLattice {
      let flow = try VlasovFlow(model: model, initial: initial, lattice: lattice, workers: workers)
      let jets = try DysonJets(
        model: model, initial: initial, lattice: lattice, orders: orders + 1, workers: workers)
      let parts = (flow.components + jets.components).map(\.lattice)
      if let progress, !progress.states.isEmpty { try progress.restore(parts) }
      progress = nil
      for time in times.dropFirst((samples.count - index * perLattice) / max(1, points.count)) {
        let target = lattice.steps(in: time) ?? 0
        for part in parts {
          try part.advance(steps: target - part.steps) {
            try afterEachStep(DysonRemainderMoment(found: samples, parts: parts))
          }
        }
        samples += try points.map { point in
          Sample(
            exact: try flow.value(at: point), terms: try jets.terms(at: point),
            coarseExact: try flow.value(at: point, nodes: 8), coarseTerms: try jets.terms(at: point, nodes: 8)
          )
        }
        afterEachTime(samples.flatMap(\.packed))
      }
    }
    guard samples.count == 3 * perLattice else {
      throw ArgumentError(
        "checkpoint", expected: "at most \(3 * perLattice) values", got: "\(samples.count)")
    }
    return try points.indices.flatMap { point in
      try times.indices.map { time in
        let place = time * points.count + point
        return try row(
          point, time, samples[place], samples[perLattice + place], samples[2 * perLattice + place])
      }
    }
  }

  /// The parts of a lattice go to a time one after the other, from the time before.
  private func check(_ steps: [Int], after samples: Int) throws(ArgumentError) {
    let perLattice = times.count * points.count
    guard samples < 3 * perLattice, samples % points.count == 0 else {
      throw ArgumentError("samples", expected: "those of whole times, fewer than all", got: "\(samples)")
    }
    let lattice = [lattice, refined, enlarged][samples / perLattice]
    let time = samples % perLattice / points.count
    let before = time > 0 ? lattice.steps(in: times[time - 1]) ?? 0 : 0
    let target = lattice.steps(in: times[time]) ?? 0
    guard steps.allSatisfy((before...target).contains), zip(steps, steps.dropFirst()).allSatisfy(>=) else {
      throw ArgumentError(
        "steps", expected: "\(before) … \(target), none above the one before", got: "\(steps)")
    }
  }

  /// The rows that these samples of an unfinished run determine, point by point, time by time; nil where a lattice has not
  /// come to, or a value is not finite.
  public func finishedRows(_ samples: [Double]) throws -> [DysonRemainderRow?] {
    let samples = try Sample.unpacked(samples, orders: orders)
    let perLattice = times.count * points.count
    return points.indices.flatMap { point in
      times.indices.map { time in
        let place = time * points.count + point
        guard 2 * perLattice + place < samples.count else { return nil }
        return try? row(
          point, time, samples[place], samples[perLattice + place], samples[2 * perLattice + place])
      }
    }
  }

  private func row(_ point: Int, _ time: Int, _ base: Sample, _ fine: Sample, _ wide: Sample)
    throws(NumericalFailure) -> DysonRemainderRow
  {
    for sample in [base, fine, wide] where !([sample.exact] + sample.terms).allSatisfy(\.isFinite) {
      throw NumericalFailure(
        in: "the series at point \(point), t = \(times[time])", "a value that is not finite")
    }
    let remainders = base.remainders
    var partialSums: [Complex<Double>] = []
    var sum = Complex<Double>.zero
    for term in base.terms.dropLast() {
      sum += term
      partialSums.append(sum)
    }
    let size = base.terms.reduce(base.exact.length) { $0 + $1.length }
    let rounding = 64 * Double.ulpOfOne * size
    let budgets = remainders.indices.map { index -> Double in
      let value = remainders[index]
      let step = (fine.remainders[index] - value).length
      let truncation = (wide.remainders[index] - value).length
      let interpolation = (base.coarseRemainders[index] - value).length
      return 2 * (step + truncation + interpolation) + rounding
    }
    return DysonRemainderRow(
      point: point, time: time, exact: base.exact, terms: base.terms, partialSums: partialSums,
      remainders: remainders.map(\.length), budgets: budgets)
  }
}
