// The nonlinear solution and its Dyson series by nodes, on two levels of refinement that move side by side. Where their values at the
// points, or the densities that make the force, differ by more than the tolerance, the coarser is given up and a still finer one is
// started from t = 0, as far as that can be afforded: then the difference is in the errors.

import CLibraries
public import Computing
import Interaction
import Numerics
import PhaseSpace
import Vlasov

/// μ̄_t and D_0 … D_L of a product or a mixture by nodes.
public final class NodeSolutionAndSeries {
  private let study: DysonNodes
  private let workers: Workers
  /// The coarser, then the finer.
  private var levels: [NodeLevel]
  /// What was found at a time.
  private var found: (time: Double, comparisons: [NodeComparison])?

  /// Levels that differ by more, relative to what is added up, are refined.
  private static let tolerance = 1e-14

  init(_ study: DysonNodes, workers: Workers) throws {
    (self.study, self.workers) = (study, workers)
    try Memory.require(study.bytes, for: "the solution and the series by nodes")
    levels = try [0, 1].map { try study.level($0, workers: workers) }
  }

  /// The nodes along q and p of the series and of the solution, on the finer level.
  public var nodes: (series: (Int, Int), solution: (Int, Int)) {
    let number = levels[1].number
    let (jets, flow) = (study.sizes.jets(number), study.sizes.solution(number))
    return ((jets.positions, jets.momenta), (flow.positions, flow.momenta))
  }

  /// The values at the points now.
  /// - Throws: `NumericalFailure` where one is not finite.
  public func record() throws(NumericalFailure) -> DysonNodesRecord {
    let comparisons = comparisons()
    var samples: [DysonNodesSample] = []
    for (index, particles) in study.places.enumerated() {
      var sums = (exact: Complex<Double>.zero, exactError: 0.0)
      var terms = [Complex<Double>](repeating: .zero, count: study.orders + 1)
      var errors = [Double](repeating: 0, count: study.orders + 1)
      for comparison in comparisons {
        let (exact, series) = (
          comparison.product(particles, series: false), comparison.product(particles, series: true)
        )
        sums.exact += exact.values[0]
        sums.exactError += exact.errors[0]
        for j in terms.indices {
          terms[j] += series.values[j]
          errors[j] += series.errors[j]
        }
      }
      let sample = DysonNodesSample(
        exact: sums.exact, terms: terms, exactError: sums.exactError, termErrors: errors)
      guard sample.isFinite else {
        throw NumericalFailure(
          in: "the series by nodes at point \(index), t = \(time)", "a value that is not finite")
      }
      samples.append(sample)
    }
    return DysonNodesRecord(samples: samples)
  }

  private func comparisons() -> [NodeComparison] {
    if let found, found.time == time { return found.comparisons }
    return compared()
  }

  private func compared() -> [NodeComparison] {
    study.weights.indices.map { component in
      let functions = levels.map { $0.functions(component, study.particles, workers: workers) }
      return NodeComparison(
        weight: study.weights[component], coarse: functions[0], fine: functions[1],
        masses: study.particles.map { study.model.fractions[$0.species] },
        units: study.particles.map { study.units($0, component, time: time) })
    }
  }
}

extension NodeSolutionAndSeries: Evolution {
  /// Of the coarser level's solution.
  public var time: Double { levels[0].flows[0].time }

  /// Moves both levels, and refines where they differ.
  /// - Throws: `ArgumentError` for an earlier time; `NumericalFailure` when a momentum is no longer finite; `MemoryError`.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    guard time.isFinite, time >= self.time else {
      throw ArgumentError("time", expected: "a time from \(self.time) on", got: "\(time)")
    }
    found = nil
    while true {
      for level in levels {
        // The clock last: what is at a time is there altogether.
        for jets in level.jets { try jets.advance(to: time, afterStep: afterStep) }
        for flow in level.flows { try flow.advance(to: time, afterStep: afterStep) }
      }
      let comparisons = compared()
      let next = levels[1].number + 1
      let distance = comparisons.reduce(0) { .greatest($0, $1.distance) }
      guard distance > Self.tolerance, study.sizes.isAffordable(next, until: time) else {
        found = (time, comparisons)
        return
      }
      levels = [levels[1], try study.level(next, workers: workers)]
    }
  }

  public func save(to sink: some StateSink) {
    sink.write("levels", levels.map { Double($0.number) })
    for (place, level) in levels.enumerated() {
      for (index, flow) in level.flows.enumerated() {
        let part = sink.part("flow-\(place)-\(index)")
        part.write("time", [flow.time])
        flow.save(to: part)
        level.jets[index].save(to: sink.part("jets-\(place)-\(index)"))
      }
    }
  }

  public func restore(_ state: SavedState) throws {
    let numbers = try state.array("levels", count: 2)
    guard let first = Int(exactly: numbers[0]), let second = Int(exactly: numbers[1]), second == first + 1,
      (1...max(1, study.sizes.highestLevel)).contains(second)
    else { throw SavedStateError(array: "levels", expected: "neighbouring levels", got: "\(numbers)") }
    let restored = try [first, second].map { try study.level($0, workers: workers) }
    for (place, level) in restored.enumerated() {
      for (index, flow) in level.flows.enumerated() {
        let part = state.part("flow-\(place)-\(index)")
        try flow.restore(SavedState(time: try part.array("time", count: 1)[0], arrays: part.arrays))
        try level.jets[index].restore(state.part("jets-\(place)-\(index)"))
      }
    }
    levels = restored
    found = nil
  }

  /// How far the two levels are apart, relative to what is added up.
  public func resolution() -> [ResolutionFigure] {
    [
      ResolutionFigure(
        "distance of two numbers of nodes", time: time,
        value: comparisons().reduce(0) { .greatest($0, $1.distance) }, limit: TruncationMeasure.limit)
    ]
  }
}
