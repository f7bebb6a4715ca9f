// The actual remainder Δ_L μ̄_t = μ̄_t − S_L (5.4) on the Fourier lattice, with an error budget.

public import CLibraries
import Hierarchy
public import Interaction
public import Numerics
public import PhaseSpace

/// The series against the exact solution at one point and time.
public struct DysonRemainderRow: Sendable {
  /// Index of the point and of the time in the request.
  public let point: Int
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
  public let model: Model
  public let initial: ProductMixture
  public let lattice: FourierLattice
  public let times: [Double]
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
          throw ArgumentError("points[\(index)].eta", expected: "|n| ≤ lattice.modes", got: "\(mode)")
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
  /// - Parameter afterEachStep: called after every step of any lattice; may throw to stop.
  /// - Returns: rows point by point, time by time.
  /// - Throws: `NumericalFailure` where a value is not finite, `MemoryError`.
  public func run(workers: Workers, afterEachStep: () throws -> Void = {}) throws -> [DysonRemainderRow] {
    let base = try sample(lattice, workers, afterEachStep)
    let fine = try sample(refined, workers, afterEachStep)
    let wide = try sample(enlarged, workers, afterEachStep)
    var rows: [DysonRemainderRow] = []
    for point in points.indices {
      for time in times.indices {
        rows.append(try row(point, time, base[time][point], fine[time][point], wide[time][point]))
      }
    }
    return rows
  }

  /// What one lattice says at one time and point, by ten and by eight interpolation nodes.
  struct Sample {
    let exact: Complex<Double>
    let terms: [Complex<Double>]
    let coarseExact: Complex<Double>
    let coarseTerms: [Complex<Double>]

    /// Δ_1 … Δ_L from ten nodes.
    var remainders: [Complex<Double>] { Self.remainders(exact, terms) }
    /// The same from eight.
    var coarseRemainders: [Complex<Double>] { Self.remainders(coarseExact, coarseTerms) }

    static func remainders(_ exact: Complex<Double>, _ terms: [Complex<Double>]) -> [Complex<Double>] {
      var rest = exact
      return terms.dropLast().map { term in
        rest -= term
        return rest
      }
    }
  }

  private func sample(_ lattice: FourierLattice, _ workers: Workers, _ afterEachStep: () throws -> Void)
    throws
    -> [[Sample]]
  {
    let flow = try VlasovFlow(model: model, initial: initial, lattice: lattice, workers: workers)
    let jets = try DysonJets(
      model: model, initial: initial, lattice: lattice, orders: orders + 1, workers: workers)
    var done = 0
    return try times.map { time in
      let steps = lattice.steps(in: time) ?? 0
      try flow.advance(steps: steps - done, afterEach: afterEachStep)
      try jets.advance(steps: steps - done, afterEach: afterEachStep)
      done = steps
      return try points.map { point in
        Sample(
          exact: try flow.value(at: point), terms: try jets.terms(at: point),
          coarseExact: try flow.value(at: point, nodes: 8), coarseTerms: try jets.terms(at: point, nodes: 8))
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
