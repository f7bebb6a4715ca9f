// The nonlinear solution and its Dyson series side by side on one lattice: what a remainder Δ_L = μ̄ − S_L is made of.

public import CLibraries
public import Computing
public import Interaction
import Numerics
public import PhaseSpace
import Vlasov

/// The exact solution μ̄_t and the terms D_0 … D_L on one lattice, moving together, with their values at points: those of the
/// time to which they are moved, and those shortly before.
public final class SolutionAndSeries {
  /// μ̄_t
  public let solution: VlasovSolution
  /// D_0 … D_L
  public let series: DysonJets
  private let points: [Point]
  private let interval: Int
  private var moments: [DysonRecord.Moment] = []

  /// - Parameters:
  ///   - orders: L; one term more than that is kept.
  ///   - points: where values are taken.
  ///   - interval: steps between two moments at which they are taken.
  ///   - ranks: the processes that have both together, as of `VlasovLattice`: all of them make it, move it and record it.
  /// - Throws: `HypothesisError` at finite N, `ArgumentError`, `MemoryError`.
  public init(
    model: Model, initial: ProductMixture, lattice: FourierLattice, orders: Int, points: [Point] = [],
    interval: Int = 1, workers: Workers, ranks: Ranks? = nil
  ) throws {
    solution = try VlasovSolution(
      model: model, initial: initial, lattice: lattice, workers: workers, ranks: ranks)
    series = try DysonJets(
      model: model, initial: initial, lattice: lattice, orders: orders + 1, workers: workers, ranks: ranks)
    (self.points, self.interval) = (points, interval)
  }

  /// The values at the points, now and at most two moments before, and what is cut off.
  /// - Throws: `ArgumentError` for a point that has left the window; `NumericalFailure` where a value is not finite; what the ranks
  ///   throw.
  public func record() throws -> DysonRecord {
    try keepMoment(before: steps)
    return DysonRecord(
      moments: moments.filter { $0.steps >= steps - 2 * interval },
      truncation: try DysonTruncation(solution, series))
  }

  private var steps: Int { lattices[0].steps }

  /// Takes the values now, when this is one of the last three moments before a step.
  private func keepMoment(before target: Int) throws {
    guard steps == target || (steps.isMultiple(of: interval) && target - steps <= 2 * interval),
      moments.last?.steps != steps
    else { return }
    moments = moments.suffix(2) + [DysonRecord.Moment(steps: steps, samples: try samples())]
  }

  private func samples() throws -> [DysonSample] {
    let exact = try [10, 8].map { try solution.values(at: points, nodes: $0) }
    let terms = try [10, 8].map { try series.terms(at: points, nodes: $0) }
    return try points.indices.map { index in
      let sample = DysonSample(
        exact: exact[0][index], terms: terms[0][index], coarseExact: exact[1][index],
        coarseTerms: terms[1][index])
      guard sample.isFinite else {
        throw NumericalFailure(in: "the series at point \(index), t = \(time)", "a value that is not finite")
      }
      return sample
    }
  }

  private var lattices: [VlasovLattice] { (solution.components + series.components).map(\.lattice) }
}

extension SolutionAndSeries: Evolution {
  public var time: Double { solution.time }

  /// Makes each step of the solution and of the series before the next.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    let made = steps
    let target = made + (try lattices[0].lattice.steps(to: time, after: made))
    try keepMoment(before: target)
    try VlasovLattice.advance(lattices, to: time) {
      try keepMoment(before: target)
      try afterStep()
    }
  }

  public func save(to sink: some StateSink) {
    solution.save(to: sink.part("solution"))
    series.save(to: sink.part("series"))
    sink.write("moments", moments.flatMap { [Double($0.steps)] + $0.samples.flatMap(\.numbers) })
  }

  public func restore(_ state: SavedState) throws {
    let numbers = try state.array("moments")
    let length = DysonSample.count(terms: series.orders)
    let perMoment = 1 + points.count * length
    guard numbers.count.isMultiple(of: perMoment), numbers.count <= 3 * perMoment else {
      throw SavedStateError(
        array: "moments", expected: "at most three times \(perMoment) numbers", got: "\(numbers.count)")
    }
    let restored = try stride(from: 0, to: numbers.count, by: perMoment).map { start in
      guard let steps = Int(exactly: numbers[start]) else {
        throw SavedStateError(array: "moments", expected: "a number of steps", got: "\(numbers[start])")
      }
      return DysonRecord.Moment(
        steps: steps,
        samples: points.indices.map { DysonSample(numbers[(start + 1 + $0 * length)...].prefix(length)) })
    }
    try solution.restore(state.part("solution"))
    try series.restore(state.part("series"))
    moments = restored
  }

  /// The figures of both; of the series without the edge of the window, where w_j grows like |ξ|^j: what that does to a value is
  /// in the error of the value, and what no difference of two windows shows, the data beyond them, is among the figures.
  /// - Throws: what the ranks throw.
  public func resolution() throws -> [ResolutionFigure] {
    try solution.resolutionOfAll() + series.resolutionOfAll().filter { $0.name != TruncationMeasure.edgeName }
  }
}

extension DysonSample {
  /// Doubles of a sample of so many terms.
  fileprivate static func count(terms: Int) -> Int { 4 * (terms + 1) }

  fileprivate var numbers: [Double] {
    ([exact, coarseExact] + terms + coarseTerms).flatMap { [$0.real, $0.imaginary] }
  }

  /// From `numbers`.
  fileprivate init(_ numbers: some Sequence<Double>) {
    let parts = Array(numbers)
    let values = stride(from: 0, to: parts.count, by: 2).map { Complex(parts[$0], parts[$0 + 1]) }
    let terms = (values.count - 2) / 2
    self.init(
      exact: values[0], terms: Array(values[2..<(2 + terms)]), coarseExact: values[1],
      coarseTerms: Array(values[(2 + terms)...]))
  }
}
